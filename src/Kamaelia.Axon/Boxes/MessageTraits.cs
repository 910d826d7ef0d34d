using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>What the runtime does with a message nobody will receive.</summary>
internal static class MessageTraits<T>
{
    /// <summary>Gives up what the message holds: the reference of a chunk, a dead letter's too; nothing for other
    /// types.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(T message)
    {
        if (typeof(T) == typeof(Chunk))
            Unsafe.As<T, Chunk>(ref message).Dispose();
        else if (message is DeadLetter letter)
            letter.Dispose();
    }

    /// <summary>The same message for so many more receivers: a chunk gains references, in one locked instruction;
    /// anything else is the same object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Share(T message, int more)
    {
        if (typeof(T) == typeof(Chunk) && more > 0)
            Unsafe.As<T, Chunk>(ref message).AddReferences(more);
        else if (message is DeadLetter letter)
            letter.Share(more);
    }

    public static long BytesOf(T message) =>
        typeof(T) == typeof(Chunk) ? Unsafe.As<T, Chunk>(ref message).Length : 0;
}
