namespace Kamaelia.Axon;

/// <summary>How a stream or a component ended. Larger is worse: an inbox with many sources ends with the
/// worst.</summary>
public enum EndKind
{
    /// <summary>All was said (Axon's producerFinished).</summary>
    Completed,

    /// <summary>Taken away from its linkage while running.</summary>
    Unlinked,

    /// <summary>Told to stop at once (Axon's shutdownMicroprocess).</summary>
    Cancelled,

    /// <summary>An exception.</summary>
    Faulted,
}

/// <summary>Why a stream or a component ended.</summary>
public sealed class EndReason
{
    private EndReason(EndKind kind, Exception? exception = null)
    {
        Kind = kind;
        Exception = exception;
    }

    /// <summary>All was said.</summary>
    public static EndReason Completed { get; } = new(EndKind.Completed);

    /// <summary>Told to stop.</summary>
    public static EndReason Cancelled { get; } = new(EndKind.Cancelled);

    /// <summary>Taken away from its linkage.</summary>
    public static EndReason Unlinked { get; } = new(EndKind.Unlinked);

    /// <summary>A linkage to another scheduler was undone: its crossing ends, the inbox beyond stays open.</summary>
    internal static EndReason Detached { get; } = new(EndKind.Unlinked);

    /// <summary>An exception ended it.</summary>
    public static EndReason Faulted(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new EndReason(EndKind.Faulted, exception);
    }

    /// <summary>Which of the four.</summary>
    public EndKind Kind { get; }

    /// <summary>The original exception of <see cref="EndKind.Faulted"/>, else null.</summary>
    public Exception? Exception { get; }

    internal static EndReason Worse(EndReason? a, EndReason b) => a is null || b.Kind > a.Kind ? b : a;

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? Kind.ToString() : $"Faulted: {Exception.Message}";
}
