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

    public abstract void Dispose();
}

/// <summary>Sleeps on a semaphore: for schedulers without native components.</summary>
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
        // Whole milliseconds, rounded up but for the last one: better a little early (the scheduler looks again) than
        // late.
        long ms = timeoutNs / 1_000_000;
        if (ms > 0)
            _semaphore.Wait((int)Math.Min(ms, int.MaxValue - 1));
        else
            Thread.Yield();
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
