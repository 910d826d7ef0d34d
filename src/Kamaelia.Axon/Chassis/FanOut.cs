namespace Kamaelia.Axon;

/// <summary>What components that copy a message to many outboxes share.</summary>
internal static class FanOut
{
    /// <summary>Sends one more copy if there is room. A copy that cannot be sent is released, so there is nothing to
    /// clean up while waiting for room.</summary>
    public static bool TryCopy<T>(Outbox<T> outbox, T message)
    {
        T copy = MessageTraits<T>.Share(message);
        if (outbox.TrySend(copy))
            return true;
        MessageTraits<T>.Release(copy);
        return false;
    }
}
