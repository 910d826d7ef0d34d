using Kamaelia.Axon;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep.Building;

/// <summary>A graph made after a plan, and what its checks need to know of it.</summary>
public sealed class Built
{
    public required Graph Graph { get; init; }

    public required Plan Plan { get; init; }

    /// <summary>By number.</summary>
    public Dictionary<int, Station> Stations { get; } = [];

    /// <summary>The component at each station; of a station that several take turns at, none.</summary>
    public Dictionary<int, Component> AtStation { get; } = [];

    /// <summary>The component whose boxes the links of a node use, by the node's number.</summary>
    public Dictionary<int, Component> OfNode { get; } = [];

    /// <summary>The linkages of the plan.</summary>
    public Dictionary<LinkPlan, Linkage> Linkages { get; } = [];

    /// <summary>Links that were taken away while it ran.</summary>
    public HashSet<LinkPlan> Removed { get; } = [];

    /// <summary>Nodes whose component gave way to another.</summary>
    public HashSet<NodePlan> Replaced { get; } = [];

    /// <summary>Changes that were asked for, as they end.</summary>
    public List<Task> Changes { get; } = [];

    /// <summary>Components that went to another scheduler.</summary>
    public int Moves { get; set; }

    /// <summary>Sinks that were added while it ran, and the node they listen to.</summary>
    public List<(Station Sink, NodePlan From)> Added { get; } = [];
}
