namespace Kamaelia.Axon;

/// <summary>What happens in a graph, for those who subscribe.</summary>
public abstract record GraphEvent;

/// <summary>A component began.</summary>
/// <param name="Path">Which.</param>
public sealed record ComponentStarted(string Path) : GraphEvent;

/// <summary>A component ended.</summary>
/// <param name="Path">Which.</param>
/// <param name="Reason">Why.</param>
public sealed record ComponentEnded(string Path, EndReason Reason) : GraphEvent;

/// <summary>A component went to another scheduler (<see cref="Graph.MoveAsync"/>).</summary>
/// <param name="Path">Which.</param>
/// <param name="From">The scheduler it was on.</param>
/// <param name="To">The one it is on.</param>
public sealed record ComponentMoved(string Path, string From, string To) : GraphEvent;

/// <summary>A component's body threw. Seen once.</summary>
/// <param name="Path">Which.</param>
/// <param name="Exception">The original.</param>
public sealed record ComponentFaulted(string Path, Exception Exception) : GraphEvent
{
    /// <summary>How many messages it had received: the last of them is usually the one it was working on. Null when
    /// nothing feeds it.</summary>
    public long? MessageNumber { get; init; }

    /// <summary>What is done about it.</summary>
    public FaultAction Action { get; init; }

    /// <summary>When it is restarted: after this wait at the earliest.</summary>
    public TimeSpan? RestartDelay { get; init; }
}

/// <summary>Code that is no component's body threw: a callback, an async void, a disposal.</summary>
/// <param name="Path">The component or scheduler it belongs to.</param>
/// <param name="Exception">The original.</param>
public sealed record CallbackFaulted(string Path, Exception Exception) : GraphEvent;

/// <summary>Something is not as it should be; the component copes with it and goes on.</summary>
/// <param name="Path">Which.</param>
/// <param name="Text">What it is, and what to do about it.</param>
public sealed record ComponentWarned(string Path, string Text) : GraphEvent;

/// <summary>A component has held its scheduler for longer than <see cref="GraphOptions.WatchdogLimit"/>: nothing else
/// on that scheduler runs meanwhile.</summary>
/// <param name="Path">Which; the scheduler's name when it is a callback that no component owns.</param>
/// <param name="Scheduler">Where.</param>
/// <param name="Held">For how long so far.</param>
/// <param name="Where">The type of its body, and what the system tells of the thread.</param>
public sealed record ComponentHoldsScheduler(string Path, string Scheduler, TimeSpan Held, string Where) : GraphEvent;

/// <summary>A component that was said to hold its scheduler has let go.</summary>
/// <param name="Path">Which.</param>
/// <param name="Scheduler">Where.</param>
/// <param name="Held">For how long it held it, to a sample.</param>
public sealed record ComponentLetGo(string Path, string Scheduler, TimeSpan Held) : GraphEvent;

/// <summary>A part of the graph cannot go on: its components wait for each other. Once for each such part.</summary>
/// <param name="Text">Who waits for what, the cycle of waits first.</param>
public sealed record GraphStalled(string Text) : GraphEvent;

/// <summary>A <see cref="GraphDiff"/> was applied.</summary>
/// <param name="Added">Paths of the components that were added.</param>
/// <param name="Removed">Paths of those that were removed, abandoned ones included.</param>
/// <param name="Linked">"/graph/a.outbox -> /graph/b.inbox" of the linkages that were made.</param>
/// <param name="Unlinked">The same of those that were undone.</param>
/// <param name="Abandoned">What each removed component was doing that did not end in time, by its path.</param>
public sealed record GraphChanged(
    IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Linked,
    IReadOnlyList<string> Unlinked, IReadOnlyList<string> Abandoned) : GraphEvent;

/// <summary>A stop went on to its next stage.</summary>
/// <param name="Stage">"drain", "cancel" or "abandon".</param>
/// <param name="Text">Who is being waited for.</param>
public sealed record StopStage(string Stage, string Text) : GraphEvent;

/// <summary>No component runs from now on, until it is resumed.</summary>
public sealed record GraphPaused : GraphEvent;

/// <summary>Components run again.</summary>
public sealed record GraphResumed : GraphEvent;
