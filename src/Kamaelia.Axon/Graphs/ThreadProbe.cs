namespace Kamaelia.Axon;

/// <summary>What the system tells of threads, for the report of the watchdog
/// (<see cref="ComponentHoldsScheduler"/>).</summary>
/// <remarks>
/// Axon does no I/O, so whoever runs the graph gives one in <see cref="GraphOptions.Resources"/>; without it the report
/// says what Axon knows. Called from several threads at once. Nothing may be thrown.
/// </remarks>
public abstract class ThreadProbe
{
    /// <summary>The system's number of the calling thread; 0 where it cannot be had.</summary>
    public abstract int CurrentThreadId { get; }

    /// <summary>What a thread of this process does now, as a part of a sentence; empty when nothing is known.</summary>
    /// <param name="threadId">As <see cref="CurrentThreadId"/> gave it on that thread, which may have ended.</param>
    public abstract string Describe(int threadId);
}
