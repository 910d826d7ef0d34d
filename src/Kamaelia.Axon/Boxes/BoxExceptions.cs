namespace Kamaelia.Axon;

/// <summary>A receive from an inbox that has ended and is empty.</summary>
/// <param name="box">The inbox's path.</param>
/// <param name="reason">How the stream ended.</param>
public sealed class InboxEndedException(string box, EndReason reason)
    : InvalidOperationException($"{box} has ended ({reason}): nothing more will come. "
        + "Await WaitAsync, which answers false at the end.", reason.Exception)
{
    /// <summary>How the stream ended.</summary>
    public EndReason Reason { get; } = reason;
}

/// <summary>A send to a component that has ended. Left uncaught it ends the sender quietly, as a closed pipe does.
/// </summary>
/// <param name="outbox">The outbox's path.</param>
public sealed class ReceiverEndedException(string outbox)
    : OperationCanceledException($"the receiver of {outbox} has ended");

/// <summary>Two boxes that cannot be linked, or not any more.</summary>
/// <param name="message">Which, why, and what to do.</param>
public sealed class LinkException(string message) : InvalidOperationException(message);
