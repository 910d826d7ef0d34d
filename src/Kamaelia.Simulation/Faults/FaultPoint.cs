using Kamaelia.Axon;

namespace Kamaelia.Simulation;

/// <summary>Makes one fault happen, and ends it when its time is over.</summary>
internal sealed class FaultPoint(SimulatedWorld world, Fault fault, Action<SimulatedHost>? boot)
{
    public void Begin()
    {
        world.Note("fault", (ulong)fault.Kind);
        var host = HostOf(fault.Target.Split(':')[0]);
        if (host.IsDead)
            return; // Nothing more can go wrong there.
        switch (fault.Kind)
        {
            case FaultKind.KillHost:
                host.Kill();
                EndLater(() => Boot(host));
                break;
            case FaultKind.PauseHost:
                host.Pause();
                EndLater(host.Resume);
                break;
            case FaultKind.KillComponent:
                Find(host)?.Kill(new InjectedFaultException(fault));
                break;
            case FaultKind.PauseComponent when Find(host) is { } component:
                component.Suspend();
                EndLater(component.GoOn);
                break;
            case FaultKind.RefuseMemory:
                RefuseMemory(host);
                break;
            default:
                BeginOnDevices(host);
                break;
        }
    }

    private void BeginOnDevices(SimulatedHost host)
    {
        var (files, network) = (host.Files, host.Network);
        switch (fault.Kind)
        {
            case FaultKind.FillDisk:
                Change(files.CapacityBytes, files.UsedBytes + fault.Amount, value => files.CapacityBytes = value);
                break;
            case FaultKind.ShortWrites:
                Change(files.WriteBytesMax, (int)Math.Max(1, fault.Amount), value => files.WriteBytesMax = value);
                break;
            case FaultKind.SlowDisk:
                Change(files.Delay, TimeSpan.FromMicroseconds(fault.Amount), value => files.Delay = value);
                break;
            case FaultKind.FewFiles:
                Change(files.OpenFilesMax, files.OpenFiles + (int)fault.Amount, value => files.OpenFilesMax = value);
                break;
            case FaultKind.FewSockets:
                Change(network.OpenSocketsMax, network.OpenSockets + (int)fault.Amount,
                    value => network.OpenSocketsMax = value);
                break;
            case FaultKind.LinkDown:
                SetLinks(network, false);
                EndLater(() => SetLinks(network, true));
                break;
            case FaultKind.Isolate:
                Isolate(host, true);
                EndLater(() => Isolate(host, false));
                break;
        }
    }

    private void Change<T>(T before, T now, Action<T> set)
    {
        set(now);
        EndLater(() => set(before));
    }

    private void EndLater(Action end)
    {
        if (fault.For > TimeSpan.Zero)
            world.At(fault.For, end);
    }

    private SimulatedHost HostOf(string name) => world.Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new ArgumentException($"there is no host '{name}' for the fault '{fault}'");

    private void Boot(SimulatedHost host)
    {
        host.Restart();
        boot?.Invoke(host);
    }

    private Component? Find(SimulatedHost host)
    {
        string path = fault.Target[(fault.Target.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return host.Graphs.SelectMany(graph => graph.Components).Select(top => Find(top, path))
            .FirstOrDefault(found => found is not null);
    }

    // The latest of that path: a supervisor's earlier instances have it too.
    private static Component? Find(Component component, string path)
    {
        if (component.Path == path && component.State != ComponentState.Ended)
            return component;
        return path.StartsWith(component.Path + "/", StringComparison.Ordinal)
            ? component.Children.Select(child => Find(child, path)).LastOrDefault(found => found is not null)
            : null;
    }

    private void RefuseMemory(SimulatedHost host)
    {
        Scheduler[] schedulers = [.. host.Graphs.SelectMany(graph => graph.Schedulers).Where(s => !s.IsDisposed)];
        foreach (var scheduler in schedulers)
            scheduler.Pool.RefuseMemory(true);
        EndLater(() =>
        {
            foreach (var scheduler in schedulers)
            {
                if (!scheduler.IsDisposed)
                    scheduler.Pool.RefuseMemory(false);
            }
        });
    }

    private static void SetLinks(HostNetwork network, bool isUp)
    {
        foreach (var each in network.Interfaces)
            (each.Up.IsUp, each.Down.IsUp) = (isUp, isUp);
    }

    private void Isolate(SimulatedHost host, bool isCut)
    {
        foreach (var other in world.Hosts)
        {
            if (other == host)
                continue;
            if (isCut)
            {
                world.Network.Cut(host, other);
                world.Network.Cut(other, host);
            }
            else
            {
                world.Network.Mend(host, other);
                world.Network.Mend(other, host);
            }
        }
    }
}
