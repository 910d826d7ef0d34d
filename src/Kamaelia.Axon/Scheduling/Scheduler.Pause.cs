namespace Kamaelia.Axon;

// Paused: nothing is resumed, and everything that comes is kept.
public sealed unsafe partial class Scheduler
{
    private readonly Lock _pauseLock = new();
    private volatile bool _isPaused;
    private TaskCompletionSource? _quiet;
    private Queue<Posted>? _held;          // Continuations of component code that came while it was paused.
    private SemaphorePoller? _pausePoller; // The native one would return for every socket that nobody reads now.

    /// <summary>Stops resuming components. Any thread.</summary>
    /// <returns>Done when the activation at hand is over.</returns>
    internal Task PauseAsync()
    {
        Task quiet;
        lock (_pauseLock)
        {
            _isPaused = true;
            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            quiet = _quiet.Task;
        }
        Nudge();
        return quiet;
    }

    /// <summary>Resumes components again. Any thread.</summary>
    internal void Resume()
    {
        lock (_pauseLock)
        {
            _isPaused = false;
            _quiet?.TrySetResult(); // Who still waited for the pause waits for nothing now.
            _quiet = null;
        }
        Nudge();
    }

    /// <summary>The turn of a paused scheduler: what was posted is done, and that is all.</summary>
    private bool PausedTurn()
    {
        lock (_pauseLock)
        {
            if (_isPaused)
                _quiet?.TrySetResult();
        }
        return !_isPaused || Volatile.Read(ref _hasPosted) != 0;
    }

    // True where it was kept for later.
    private bool Hold(in Posted posted)
    {
        if ((!_isPaused && _held is null) || posted.Target is not SendOrPostCallback)
            return false;
        (_held ??= new Queue<Posted>()).Enqueue(posted);
        return true;
    }

    // At the next look at what was posted, which a resume always asks for: so the order is kept.
    private void RunHeld()
    {
        if (_held is null)
            return;
        while (!_isPaused && _held.TryDequeue(out Posted posted))
            ((SendOrPostCallback)posted.Target)(posted.State);
        if (_held.Count == 0)
            _held = null;
    }

    private void SleepPaused()
    {
        Poller awake = Poller;
        _pausePoller ??= new SemaphorePoller();
        Poller = _pausePoller;
        // Full fence: partners the one in Nudge, as in Sleep. Who wakes from here on reads the poller after it.
        Interlocked.Exchange(ref _sleeping, 1);
        if (Volatile.Read(ref _hasPosted) == 0 && _isPaused && !_exit)
            _pausePoller.Wait(-1);
        Volatile.Write(ref _sleeping, 0);
        Poller = awake;
    }
}
