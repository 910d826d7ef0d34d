using Kamaelia.Axon;
using Kamaelia.Simulation;
using Kamaelia.Sweep.Building;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep;

/// <summary>What was noted while a graph ran.</summary>
public sealed class RunRecord
{
    public List<(string Path, Exception Exception)> Faults { get; } = [];

    /// <summary>Faults that no supervisor took care of.</summary>
    public int Unhandled { get; set; }

    /// <summary>Instances that are to be followed by another.</summary>
    public HashSet<string> Replaced { get; } = [];

    /// <summary>Somebody ended with a fault for good.</summary>
    public bool WasLeftFaulted { get; set; }

    public List<(string Path, Exception Exception)> CallbackFaults { get; } = [];

    public List<(string Pool, long Outstanding)> Outstanding { get; } = [];

    public string Waits { get; set; } = "";

    public bool WasStarted { get; set; }

    public bool WasCut { get; set; }

    /// <summary>Nobody faulted for good, nothing was cancelled: all that was sent must have arrived.</summary>
    public bool WentWell => !WasLeftFaulted && !WasCut && WasStarted;
}

/// <summary>What came of a seed.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Hash">Of the trace.</param>
/// <param name="Wrong">What is wrong; empty: it passed.</param>
/// <param name="Trace">The choices, if they were kept.</param>
public sealed record Outcome(ulong Seed, ulong Hash, IReadOnlyList<string> Wrong, IReadOnlyList<int> Trace);

/// <summary>Runs the graph of one seed in a world of its own and checks it.</summary>
public static class SweepRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(1);

    /// <summary>Plans, builds, runs, ends and checks.</summary>
    /// <param name="seed">Of plan and world.</param>
    /// <param name="options">A schedule to follow, if it is not the seed's own.</param>
    /// <param name="log">Told of every event of the graph, and at the end what each station took.</param>
    public static Outcome Run(ulong seed, SimulationOptions? options = null, Action<string>? log = null)
    {
        Plan plan = Planner.Make(seed);
        return plan.UsesChunks
            ? Run<Chunk, ChunkPayload>(plan, options, log) : Run<Stamp, StampPayload>(plan, options, log);
    }

    private static Outcome Run<T, TPayload>(Plan plan, SimulationOptions? options, Action<string>? log)
        where TPayload : IPayload<T>
    {
        using var world = new SimulatedWorld(plan.Seed, (options ?? new SimulationOptions()) with
        {
            StepsMax = 2_000_000,
        });
        try
        {
            (Built built, Changer<T, TPayload> changer) = Builder<T, TPayload>.Build(world.AddHost("host"), plan);
            var record = new RunRecord();
            using IDisposable watching = built.Graph.Subscribe(happened => Note(happened, record));
            using IDisposable? logging = log is null
                ? null : built.Graph.Subscribe(happened => log($"{world.Steps} {happened}"));
            Drive(world, built, changer, record);
            foreach (Station station in log is null ? [] : built.Stations.Values.AsEnumerable())
                log!($"station {station.Number} took {string.Join(' ', station.Taken)}; sent {station.Sent} of "
                    + $"{station.Stamped}");
            foreach (Scheduler scheduler in built.Graph.Schedulers)
                record.Outstanding.Add((scheduler.Name, scheduler.Pool.Outstanding));
            return new Outcome(plan.Seed, world.TraceHash, new Verifier(built, record).Verify(), [.. world.Trace]);
        }
        catch (Exception e)
        {
            string waits = world.Hosts.Count == 0 ? ""
                : string.Join("; ", world.Hosts[0].Graphs.Select(g => g.DescribeWaits()));
            return new Outcome(plan.Seed, world.TraceHash, [$"{e}\n{waits}"], [.. world.Trace]);
        }
    }

    private static void Note(GraphEvent happened, RunRecord record)
    {
        switch (happened)
        {
            case ComponentFaulted fault:
                record.Faults.Add((fault.Path, fault.Exception));
                if (fault.Action == FaultAction.Restarts)
                    record.Replaced.Add(fault.Path);
                else if (fault.Action != FaultAction.Escalates)
                    record.Unhandled++; // What escalates is told once more, of the supervisor.
                break;
            case ComponentEnded { Reason.Kind: EndKind.Faulted } ended:
                record.WasLeftFaulted |= !record.Replaced.Contains(ended.Path);
                break;
            case CallbackFaulted fault:
                record.CallbackFaults.Add((fault.Path, fault.Exception));
                break;
            case StopStage { Stage: "cancel" or "abandon" }:
                record.WasCut = true;
                break;
        }
    }

    private static void Drive<T, TPayload>(
        SimulatedWorld world, Built built, Changer<T, TPayload> changer, RunRecord record) where TPayload : IPayload<T>
    {
        Plan plan = built.Plan;
        Graph graph = built.Graph;
        Ending ending = plan.NeedsStop && plan.Ending == Ending.ByItself ? Ending.Drain : plan.Ending;
        int endsAt = ending == Ending.ByItself ? int.MaxValue : plan.EndsAfterSteps;
        if (ending == Ending.StopFromInside)
            AddStopper(world, graph, plan);
        if (plan.EndsAfterSteps == 0 && ending is Ending.Cancel or Ending.Drain && endsAt == 0)
        {
            End(built, record, ending); // Before it has begun.
        }
        else
        {
            graph.Start();
            record.WasStarted = true;
        }
        int change = 0;
        bool ended = world.RunUntil(() =>
        {
            while (change < plan.Changes.Count && world.Steps >= plan.Changes[change].AfterSteps)
                changer.Do(plan.Changes[change++]);
            if (world.Steps >= endsAt)
            {
                End(built, record, ending);
                endsAt = int.MaxValue;
            }
            return graph.Completion.IsCompleted;
        }, s_limit);
        // A graph at rest waits for what its plan has not done yet.
        if (!ended && endsAt != int.MaxValue)
            End(built, record, ending);
        if (!ended && !world.RunUntil(() => graph.Completion.IsCompleted, s_limit))
            record.Waits = graph.DescribeStall() ?? graph.DescribeWaits();
        world.RunToEnd(TimeSpan.FromMinutes(5));
    }

    private static void End(Built built, RunRecord record, Ending ending)
    {
        Graph graph = built.Graph;
        record.WasCut |= built.Changes.Exists(c => !c.IsCompleted); // A stop wins over a change that is under way.

        switch (ending)
        {
            case Ending.Drain:
                Watch(graph.StopAsync());
                break;
            case Ending.Cancel:
                Watch(graph.StopAsync(new StopOptions(TimeSpan.Zero)));
                break;
            case Ending.Dispose:
                Watch(graph.StopAsync());
                Watch(graph.StopAsync(new StopOptions(TimeSpan.Zero)));
                break;
            case Ending.TwoStops:
                Watch(graph.StopAsync(new StopOptions(TimeSpan.FromMilliseconds(1))));
                Watch(graph.StopAsync());
                break;
        }
    }

    private static void Watch(ValueTask stopping) =>
        stopping.AsTask().ContinueWith(static t => _ = t.Exception, TaskContinuationOptions.ExecuteSynchronously);

    private static void AddStopper(SimulatedWorld world, Graph graph, Plan plan)
    {
        Component stopper = Components.Body<int, int>(async (inbox, outbox, stop) =>
        {
            await Task.Delay(TimeSpan.FromMicroseconds(plan.EndsAfterSteps), world.Hosts[0].Time, stop);
            await graph.StopAsync();
        });
        stopper.Name = "stopper";
        stopper.FindOutbox("outbox").IsOptional = true;
        graph.Add(stopper);
    }
}
