namespace Kamaelia.Axon;

/// <summary>What travels from a signal outbox to a control inbox (Axon's Ipc messages).</summary>
public abstract record ControlMessage;

/// <summary>A clean end: finish what is queued, pass it on, stop.</summary>
/// <param name="Caller">Who finished.</param>
/// <param name="Message">Anything it wants to add.</param>
public sealed record ProducerFinished(Component? Caller = null, object? Message = null) : ControlMessage;

/// <summary>A hard stop: drop the rest, pass it on, stop.</summary>
/// <param name="Caller">Who asked.</param>
public sealed record ShutdownMicroprocess(Component? Caller = null) : ControlMessage;

/// <summary>Something went wrong that did not end the caller.</summary>
/// <param name="Caller">Who reports it.</param>
/// <param name="Exception">What was caught.</param>
/// <param name="Message">In words.</param>
public sealed record ErrorInformation(Component Caller, Exception? Exception = null, string? Message = null)
    : ControlMessage;

/// <summary>Something happened that the receiver asked to hear of.</summary>
/// <param name="Caller">Who tells it.</param>
/// <param name="Payload">What happened.</param>
public sealed record Notify(Component Caller, object Payload) : ControlMessage;

/// <summary>How it goes.</summary>
/// <param name="Value">In the sender's own terms.</param>
public sealed record Status(object Value) : ControlMessage;
