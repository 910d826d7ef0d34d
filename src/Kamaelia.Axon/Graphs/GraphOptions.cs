namespace Kamaelia.Axon;

/// <summary>How a graph runs.</summary>
public sealed record GraphOptions
{
    /// <summary>Schedulers (threads), 1 or more. Components are placed on the first unless told otherwise.</summary>
    public int Schedulers { get; init; } = 1;

    /// <summary>The clock of everything in it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The network, the files and the like that its components use; the system's own where nothing is
    /// given.</summary>
    public GraphResources Resources { get; init; } = GraphResources.System;

    /// <summary>How long a stop lets what is under way finish before it cancels.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after that components have to end before they are abandoned by name.</summary>
    public TimeSpan CancelTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No threads: <see cref="Scheduler.Step"/> drives it.</summary>
    public bool ManualScheduling { get; init; }

    /// <summary>A turn: after about so many messages a component lets others run.</summary>
    public int BatchMax { get; init; } = 64;

    /// <summary>How long one component may hold its scheduler before an event names it
    /// (<see cref="ComponentHoldsScheduler"/>). <see cref="Timeout.InfiniteTimeSpan"/>: nobody looks. Not with manual
    /// scheduling.</summary>
    public TimeSpan WatchdogLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A stop token for each component, so that one can be stopped by itself while it awaits something that is
    /// not a box. False: one for all, which saves about 100 bytes each where there are a million.</summary>
    public bool OwnStopTokens { get; init; } = true;

    /// <summary>Whether a fault of one component stops the others (at once). False: they run on.</summary>
    public bool StopOnFault { get; init; } = true;
}

/// <summary>How to stop a graph.</summary>
/// <param name="DrainTimeout">How long what is under way may take; zero: cancel at once. Null: the graph's.</param>
/// <param name="CancelTimeout">How long components may take to end then. Null: the graph's.</param>
public sealed record StopOptions(TimeSpan? DrainTimeout = null, TimeSpan? CancelTimeout = null);
