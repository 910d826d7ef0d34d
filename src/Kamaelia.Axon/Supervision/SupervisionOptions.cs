namespace Kamaelia.Axon;

/// <summary>Which children a restart concerns.</summary>
public enum SupervisionStrategy
{
    /// <summary>The one that ended.</summary>
    OneForOne,

    /// <summary>All of the group: the others are stopped first.</summary>
    OneForAll,

    /// <summary>The one that ended and those declared after it.</summary>
    RestForOne,
}

/// <summary>When a child is started again.</summary>
public enum Restart
{
    /// <summary>After a fault only. One that ends by itself has done its work.</summary>
    Transient,

    /// <summary>However it ended, as long as there is something to do: input that has not ended, somebody who
    /// receives.</summary>
    Permanent,

    /// <summary>Never. Its fault is reported, and the group goes on without it.</summary>
    Temporary,
}

/// <summary>What becomes of the messages that wait in a child's inbox when the child goes down.</summary>
public enum RestartQueue
{
    /// <summary>They go to the next instance, in order.</summary>
    Keep,

    /// <summary>They are released, and counted.</summary>
    Drop,

    /// <summary>They go out on the supervisor's <c>dead-letter</c> box, each as a <see cref="DeadLetter"/>.</summary>
    DeadLetter,
}

/// <summary>How a <see cref="Supervisor"/> restarts, waits and gives up.</summary>
public sealed record SupervisionOptions
{
    /// <summary>Which children a restart concerns.</summary>
    public SupervisionStrategy Strategy { get; init; } = SupervisionStrategy.OneForOne;

    /// <summary>Restarts that are allowed within <see cref="Within"/>; one more escalates. 0: every fault
    /// does.</summary>
    public int RestartsMax { get; init; } = 3;

    /// <summary>The period. What lies so long ago or longer no longer counts.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait before the first restart in a row. Zero: at once.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>By what each further wait in a row grows, 1 or more. A row ends when a child has run for
    /// <see cref="Within"/>.</summary>
    public double BackoffFactor { get; init; } = 2;

    /// <summary>The longest wait.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The part of each wait that chance may take away, 0 to 1, so that groups that fell together do not come
    /// back together.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>For the jitter. With the same seed and the same paths the waits are the same; two children still
    /// differ.</summary>
    public long Seed { get; init; }

    /// <summary>What becomes of messages that wait in a child's inbox when it goes down.</summary>
    public RestartQueue Queue { get; init; } = RestartQueue.Keep;

    /// <summary>How long a child that the supervisor stops (and what it has to close) may take; then it is abandoned by
    /// name and the others go on.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal SupervisionOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(RestartsMax);
        ThrowUnlessTime(Within, nameof(Within));
        ThrowUnlessTime(BackoffFirst, nameof(BackoffFirst));
        ThrowUnlessTime(BackoffMax, nameof(BackoffMax));
        ThrowUnlessTime(StopTimeout, nameof(StopTimeout));
        if (!(BackoffFactor >= 1) || !double.IsFinite(BackoffFactor))
            throw new ArgumentOutOfRangeException(nameof(BackoffFactor), BackoffFactor, "1 or more");
        if (!(Jitter >= 0 && Jitter <= 1))
            throw new ArgumentOutOfRangeException(nameof(Jitter), Jitter, "0 to 1");
        return this;
    }

    private static readonly TimeSpan s_timeMax = TimeSpan.FromDays(365); // Far from the end of a clock in ns.

    private static void ThrowUnlessTime(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero || time > s_timeMax)
            throw new ArgumentOutOfRangeException(name, time, "zero to a year");
    }
}
