using Kamaelia.Axon;
using Kamaelia.Files;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

// What a host has of network and files. Its graphs see these and nothing of the real ones.
public sealed partial class SimulatedHost
{
    private HostNetwork? _network;
    private SimulatedFiles? _files;

    /// <summary>Its network: only itself until it is attached to a segment.</summary>
    public HostNetwork Network => _network ??= new HostNetwork(this);

    /// <summary>Its files: in memory, none at first. They outlive a kill.</summary>
    public SimulatedFiles Files => _files ??= new SimulatedFiles(this);

    partial void OnGraphCreating(ref GraphOptions options)
    {
        var resources = options.Resources;
        if (resources.Find<Network>() is null)
            resources = resources.With<Network>(Network);
        if (resources.Find<FileStore>() is null)
            resources = resources.With<FileStore>(Files);
        options = options with { Resources = resources };
    }

    partial void OnKilled()
    {
        _network?.Kill();
        _files?.Kill();
        World.Note("kill", (ulong)Name.Length);
    }

    partial void OnRestarted() => World.Note("restart", (ulong)Name.Length);
}

public sealed partial class SimulatedWorld
{
    private SimulatedNetwork? _network;

    /// <summary>What its hosts are joined by: nothing until segments are added.</summary>
    public SimulatedNetwork Network => _network ??= new SimulatedNetwork(this);

    /// <summary>Task.Delay knows whole milliseconds only.</summary>
    internal async Task DelayNs(long ns, CancellationToken stop)
    {
        var wait = new SimulatedWait<bool>();
        var waiting = wait.Begin(stop);
        AtTrueNs(ns, () => wait.Set(true));
        await waiting.ConfigureAwait(false);
    }
}
