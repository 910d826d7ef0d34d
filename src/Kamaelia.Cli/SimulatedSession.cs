using Kamaelia.Axon;
using Kamaelia.Notation;
using Kamaelia.Simulation;

namespace Kamaelia.Cli;

/// <summary>One run of a graph in a simulated world.</summary>
internal sealed class SimulatedSession(ParsedGraph parsed)
{
    public bool IsQuiet { get; init; }
    public bool WritesEvents { get; init; }
    public ulong Seed { get; init; }
    public TimeSpan Limit { get; init; }
    public TimeSpan Grace { get; init; }
    public int Schedulers { get; init; } = 1;

    /// <summary>Runs to the end. The exit code; everything wrong has been said.</summary>
    public int Run()
    {
        using var world = new SimulatedWorld(Seed);
        var host = world.AddHost("sim");
        world.Network.AddSegment("net").Attach(host, "10.0.0.1");
        host.Files.ReadsRealFiles = true;
        host.Files.StandardInput = Console.OpenStandardInput();
        host.Files.StandardOutput = Console.OpenStandardOutput();
        try
        {
            var graph = host.CreateGraph(parsed.Build,
                new GraphOptions { Schedulers = Schedulers, DrainTimeout = Grace });
            int code = Run(world, graph);
            Summarise(world, host);
            return code;
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
    }

    private int Run(SimulatedWorld world, Graph graph)
    {
        using var events = graph.Subscribe(happened =>
        {
            if (WritesEvents)
                EventLines.Write(Console.Error, happened);
        });
        if (!GraphStart.TryStart(graph))
            return ExitCodes.GraphInvalid;
        if (!world.RunUntil(() => graph.Completion.IsCompleted, Limit))
            Stop(world, graph);
        return CodeOf(graph);
    }

    private void Stop(SimulatedWorld world, Graph graph)
    {
        if (!IsQuiet)
            Terminal.Say(world.Time.Elapsed >= Limit
                ? $"sim: {Limit.TotalSeconds:0.###} s are over: stopping"
                : "sim: nothing is left to do and the graph has not ended: stopping");
        _ = graph.StopAsync().AsTask().ContinueWith(static stop => _ = stop.Exception, TaskScheduler.Default);
        var most = Grace + graph.Options.CancelTimeout + TimeSpan.FromSeconds(1);
        world.RunUntil(() => graph.Completion.IsCompleted, most);
    }

    private int CodeOf(Graph graph)
    {
        if (!graph.Completion.IsCompleted)
        {
            Terminal.SayError("the graph did not end after a stop");
            return ExitCodes.DrainCut;
        }
        try
        {
            graph.Completion.GetAwaiter().GetResult();
            return ExitCodes.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }
        catch (GraphAbandonedException cut)
        {
            Terminal.SayError(cut.Message);
            return ExitCodes.DrainCut;
        }
        catch (GraphFaultedException fault)
        {
            return FaultReport.Show(parsed, fault);
        }
    }

    private void Summarise(SimulatedWorld world, SimulatedHost host)
    {
        if (!IsQuiet)
        {
            foreach (string path in host.Files.Paths.Where(path => path != "-"))
                Terminal.Say($"sim: {path}: {host.Files.Read(path).Length} bytes, in memory only");
        }
        Terminal.Say(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"sim: seed={Seed} time={world.Time.Elapsed.TotalSeconds:0.######}s steps={world.Steps} "
            + $"trace={world.TraceHash:x16}"));
    }
}
