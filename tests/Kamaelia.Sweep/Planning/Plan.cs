using Kamaelia.Axon;

namespace Kamaelia.Sweep.Planning;

/// <summary>What a place in the graph does.</summary>
public enum NodeKind
{
    Source, Posted, ParOfSources, Pass, Pipeline, Graphline, Seq, Carousel, Join, Splitter, Backplane, Supervised, Sink,
    Farm,
}

/// <summary>How a body is written; all do the same.</summary>
public enum BodyStyle
{
    Batches, OneAtATime, ForEach, TaskBody, Generator, Helper, Step, Map, Slow, Yielding,
}

/// <summary>How the graph is to end.</summary>
public enum Ending
{
    ByItself, Drain, Cancel, Dispose, StopFromInside, TwoStops,
}

/// <summary>One station of a node.</summary>
public sealed record PassPlan(int Station, BodyStyle Style, int FaultEvery, int FaultsMax, int DropsMultiplesOf,
    int QuitsAfter);

/// <summary>What is between the feeders of a node and its body.</summary>
public sealed record InboxPlan(int Capacity, long CapacityBytes, LinkPolicy Policy)
{
    public bool IsLossy => Policy is LinkPolicy.DropOldest or LinkPolicy.DropNewest or LinkPolicy.KeepLatest;
}

/// <summary>How a node's faults are met.</summary>
public sealed record SupervisionPlan(SupervisionStrategy Strategy, int RestartsMax, RestartQueue Queue, int BackoffUs);

/// <summary>A component of the graph.</summary>
public sealed class NodePlan
{
    public required int Id { get; init; }
    public required NodeKind Kind { get; set; }
    public int Scheduler { get; init; }
    public int Messages { get; init; }

    /// <summary>Of a farm, whose passes are its workers.</summary>
    public FarmOrder Order { get; set; }

    /// <summary>Of a supervised node.</summary>
    public SupervisionPlan? Supervision { get; init; }
    public List<PassPlan> Passes { get; } = [];
    public List<InboxPlan> Inboxes { get; } = [];
    public int Outputs { get; set; }
    public List<LinkPlan> Feeders { get; } = [];

    /// <summary>A fault of one of its components cancels another, perhaps in the middle of a send.</summary>
    public bool CutsSends => Supervision is { Strategy: not SupervisionStrategy.OneForOne } && Passes.Count > 1;

    /// <summary>Leaves before its input ends.</summary>
    public bool Quits => Passes.Exists(p => p.QuitsAfter > 0) && Kind is not NodeKind.Seq;

    public bool MayFault => Passes.Exists(p => p.FaultEvery > 0 && p.FaultsMax > (Supervision?.RestartsMax ?? 0));

    public override string ToString() => $"{Id}:{Kind}" + (Passes.Count == 0
        ? "" : $"({string.Join(",", Passes.Select(Describe))})");

    private static string Describe(PassPlan pass) => pass.Style
        + (pass.FaultEvery > 0 ? $"!{pass.FaultEvery}x{pass.FaultsMax}" : "")
        + (pass.QuitsAfter > 0 ? $"<{pass.QuitsAfter}" : "");
}

/// <summary>From an output of one node to an inbox of a later one.</summary>
public sealed record LinkPlan(NodePlan From, int Output, NodePlan To, int Inbox);

/// <summary>Something that changes the graph while it runs.</summary>
public sealed record ChangePlan(int AfterSteps, ChangeKind Kind, int Node);

public enum ChangeKind
{
    AddBranch, RemoveBranch, Relink, Look, Replace, HandOver, RemoveSink, Move,
}

/// <summary>A whole graph, how it is run and how it ends: all from one seed.</summary>
public sealed class Plan
{
    public required ulong Seed { get; init; }
    public bool UsesChunks { get; init; }
    public int Schedulers { get; init; }
    public int BatchMax { get; init; }
    public bool StopOnFault { get; init; }
    public Ending Ending { get; init; }
    public int EndsAfterSteps { get; init; }
    public List<NodePlan> Nodes { get; } = [];
    public List<LinkPlan> Links { get; } = [];
    public List<ChangePlan> Changes { get; } = [];

    /// <summary>Something in it does not end by itself: a backplane waits for publishers, the component in a carousel
    /// for its successor.</summary>
    public bool NeedsStop => Nodes.Exists(n => n.Kind is NodeKind.Backplane or NodeKind.Carousel);

    public override string ToString() =>
        $"seed {Seed}: {(UsesChunks ? "chunks" : "stamps")}, {Schedulers} schedulers, batch {BatchMax}, {Ending}"
        + (Ending == Ending.ByItself ? "" : $" after {EndsAfterSteps}") + (StopOnFault ? ", stop on fault" : "")
        + $"\n  nodes {string.Join(" ", Nodes)}\n  links "
        + string.Join(" ", Links.Select(l => $"{l.From.Id}.{l.Output}->{l.To.Id}.{l.Inbox}"
            + $"[{l.To.Inboxes[l.Inbox].Capacity},{l.To.Inboxes[l.Inbox].Policy}]"))
        + (Changes.Count == 0 ? ""
            : $"\n  changes {string.Join(" ", Changes.Select(c => $"{c.Kind}@{c.AfterSteps}"))}");
}
