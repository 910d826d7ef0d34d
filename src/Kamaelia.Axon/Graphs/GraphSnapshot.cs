namespace Kamaelia.Axon;

/// <summary>A graph at one moment, as data.</summary>
/// <param name="Name">The graph's.</param>
/// <param name="Components">Top-level components, each with those inside it.</param>
/// <param name="Linkages">Every linkage, pass-through ones included.</param>
public sealed partial record GraphSnapshot(
    string Name, IReadOnlyList<ComponentSnapshot> Components, IReadOnlyList<LinkageSnapshot> Linkages)
{
    /// <summary>Where the graph was in its life.</summary>
    public GraphState State { get; init; }

    /// <summary>The threads it runs on.</summary>
    public IReadOnlyList<SchedulerSnapshot> Schedulers { get; init; } = [];
}

/// <summary>A scheduler at one moment: how often its thread slept, and how long it took to wake.</summary>
/// <param name="Name">The scheduler's.</param>
/// <param name="Parks">How often the thread slept in the system, whoever woke it. An idle one has a constant number.
/// </param>
/// <param name="SpinHits">How often something came while it looked once more before a sleep (2 us at most).</param>
/// <param name="Rung">From another thread's call to the turn it woke the scheduler for, by the graph's clock.</param>
/// <param name="Due">From the time a timer was set for to the turn it woke the scheduler for; only by the system's
/// clock.</param>
public sealed record SchedulerSnapshot(
    string Name, long Parks, long SpinHits, WakeLatency Rung, WakeLatency Due);

/// <summary>A component at one moment.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Type">The class, or the native type.</param>
/// <param name="State">Created, running or ended.</param>
/// <param name="End">How it ended; null while it lives.</param>
/// <param name="Wait">What it is doing.</param>
/// <param name="Scheduler">Where it runs; null when it does not.</param>
/// <param name="Activations">How often it was resumed since it started, modulo 2^32.</param>
/// <param name="Boxes">Its boxes.</param>
/// <param name="Counters">Its own counters.</param>
/// <param name="Children">Those inside.</param>
public sealed record ComponentSnapshot(
    string Path, string Type, ComponentState State, string? End, string Wait, string? Scheduler, long Activations,
    IReadOnlyList<BoxSnapshot> Boxes, IReadOnlyList<KeyValuePair<string, long>> Counters,
    IReadOnlyList<ComponentSnapshot> Children);

/// <summary>A box at one moment.</summary>
/// <param name="Name">As in <c>@name.box</c>.</param>
/// <param name="IsInbox">In or out.</param>
/// <param name="MessageType">What passes through.</param>
/// <param name="Format">What the type does not say.</param>
/// <param name="Sentence">What it is for.</param>
/// <param name="Count">Inboxes: messages waiting.</param>
/// <param name="Capacity">Inboxes: how many fit.</param>
/// <param name="Policy">Inboxes: what it does when full.</param>
/// <param name="Messages">Messages received (inboxes) or sent (outboxes) so far.</param>
/// <param name="Dropped">Outboxes: messages dropped.</param>
/// <param name="End">How the stream ended; null while it is open.</param>
public sealed record BoxSnapshot(
    string Name, bool IsInbox, string MessageType, string Format, string Sentence, int Count, int Capacity,
    LinkPolicy Policy, long Messages, long Dropped, string? End);

/// <summary>A linkage at one moment.</summary>
/// <param name="From">The path of the box messages come from.</param>
/// <param name="To">The path of the box they go to.</param>
/// <param name="Kind">Delivery or pass-through.</param>
public sealed record LinkageSnapshot(string From, string To, LinkageKind Kind);
