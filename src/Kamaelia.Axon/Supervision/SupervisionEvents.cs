namespace Kamaelia.Axon;

/// <summary>What is done about a fault.</summary>
public enum FaultAction
{
    /// <summary>Nothing more than to tell of it: the others run on. Without a supervisor the graph's
    /// <see cref="Graph.Completion"/> still throws it.</summary>
    Ignored,

    /// <summary>The graph stops at once and its completion throws the fault (<see cref="GraphOptions.StopOnFault"/>).
    /// </summary>
    StopsGraph,

    /// <summary>The supervisor above restarts the child.</summary>
    Restarts,

    /// <summary>There were too many restarts: the supervisor above stops its children and faults itself.</summary>
    Escalates,
}

/// <summary>What is done about a fault, and when.</summary>
internal readonly record struct FaultVerdict(FaultAction Action, TimeSpan? Delay = null);

/// <summary>A supervised child runs again.</summary>
/// <param name="Path">Of its place in the group, which stays: <c>/graph/group/child</c>.</param>
/// <param name="Instance">Of the new instance.</param>
/// <param name="Attempt">Which restart in a row this is, from 1.</param>
/// <param name="Delay">The wait before it.</param>
public sealed record ComponentRestarted(string Path, string Instance, int Attempt, TimeSpan Delay) : GraphEvent;

/// <summary>A child that its supervisor stopped did not end in time: the group goes on without it. The graph's own stop
/// still waits for it, and names it.</summary>
/// <param name="Path">Which instance.</param>
/// <param name="Text">What it was doing.</param>
public sealed record ComponentAbandoned(string Path, string Text) : GraphEvent;
