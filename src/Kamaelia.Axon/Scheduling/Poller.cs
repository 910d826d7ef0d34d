namespace Kamaelia.Axon;

/// <summary>What an idle scheduler sleeps in. The native library brings one that waits for sockets too.</summary>
internal abstract class Poller : IDisposable
{
    /// <summary>Sleeps until woken, until what it watches is ready, or until the time is over.</summary>
    /// <param name="timeoutNs">Negative: no end; 0: only looks.</param>
    public abstract void Wait(long timeoutNs);

    /// <summary>Ends the sleep, or the next one. Any thread.</summary>
    public abstract void Wake();

    /// <summary>Watches something that a scheduler that never sleeps must look at now and then.</summary>
    public virtual bool WatchesDescriptors => false;

    /// <summary>From now on the component at that place is woken each time the descriptor has become readable, or has
    /// ended: who is woken takes all there is, since only what comes after that is news.</summary>
    /// <returns>False: this one cannot, or not that descriptor.</returns>
    public virtual bool TryWatch(int descriptor, int id) => false;

    /// <summary>No more. Before the descriptor is closed: its number may be another's then. Any thread.</summary>
    public virtual void Unwatch(int descriptor)
    {
    }

    public abstract void Dispose();
}

/// <summary>Sleeps on a semaphore: for schedulers without native components. Timers are up to a millisecond late.
/// </summary>
internal sealed class SemaphorePoller : Poller
{
    private readonly SemaphoreSlim _semaphore = new(0);

    public override void Wait(long timeoutNs)
    {
        if (timeoutNs < 0)
        {
            _semaphore.Wait();
            return;
        }
        // Whole milliseconds is all that .NET can sleep. Of a longer wait the last part comes as a sleep of its own, so
        // it ends less than a millisecond late, as Task.Delay does: to look again and again instead would be exact, and
        // cost a processor.
        long ms = Math.Max(1, timeoutNs / 1_000_000);
        if (timeoutNs > 0)
            _semaphore.Wait((int)Math.Min(ms, int.MaxValue - 1));
    }

    public override void Wake()
    {
        try
        {
            _semaphore.Release();
        }
        catch (ObjectDisposedException)
        {
            // The scheduler has ended between the look at its state and this call: nobody is left to wake.
        }
    }

    public override void Dispose() => _semaphore.Dispose();
}
