using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Kamaelia.Axon;

// The scheduler's own thread: the loop, the sleep, and what native code calls.
public sealed unsafe partial class Scheduler
{
    private const uint ActivationsMin = 64;
    private const long SpinNs = 2_000; // A running partner answers within it; a sleep and a wake cost ten times.

    private const int SpinMissesMax = 8; // In a row: then nobody answers so soon, and a spin is CPU time for nothing.
    private const int SpinTrySleeps = 32; // One sleep in so many tries again.

    private int _spinMisses;
    private int _sleeps;
    private int _sleeping;
    private volatile bool _exit;
    private Thread? _thread;
    private ITimer? _virtualTimer;
    private long _virtualTimerAt = long.MaxValue;

    /// <summary>What escapes from code that no component owns (an async void, a posted callback).</summary>
    internal Action<Exception>? Escaped { get; set; }

    /// <summary>Nothing to do, as far as another thread can see.</summary>
    internal bool IsAsleep => Volatile.Read(ref _sleeping) != 0 && Volatile.Read(ref _hasPosted) == 0;

    /// <summary>Whether a thread of its own runs it.</summary>
    public bool IsStarted => _thread is not null;

    /// <summary>Gives it a background thread, which sleeps whenever nothing is ready.</summary>
    internal void Start()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    /// <summary>Ends the loop after the current turn. Any thread.</summary>
    internal void RequestExit()
    {
        _exit = true;
        Nudge();
    }

    /// <summary>Waits for the thread's end; false when the time is over (or when called on that very thread).</summary>
    internal bool Join(TimeSpan timeout) =>
        _thread is null || (!ReferenceEquals(Thread.CurrentThread, _thread) && _thread.Join(timeout));

    private void Loop()
    {
        NoteSystemThread();
        Enter(out _, out _);
        while (!_exit)
        {
            try
            {
                if (!Turn(ActivationsMin))
                    Sleep();
            }
            catch (Exception e)
            {
                Escaped?.Invoke(e); // One callback's failure must not take the other components along.
            }
        }
        // Whoever comes second frees: the one that joins it, or the thread where nobody waits so long.
        bool isFree = _isAbandoned
            ? UnwindAll()
            : Interlocked.Exchange(ref _exitState, ExitByThread) == ExitAwaited;
        Leave(null, null, null);
        if (isFree)
            Free();
    }

    /// <summary>Uses another poller from now on (the native one). On the scheduler's thread, or before it
    /// starts.</summary>
    internal void UsePoller(Poller poller)
    {
        Poller old = Poller;
        Poller = poller;
        Nudge(); // A wake-up that went to the old one while it was replaced.
        if (old is not null)
            _oldPollers.Add(old); // Another thread may be just about to wake it.
    }

    private readonly List<Poller> _oldPollers = [];

    private readonly List<CrossingEnd> _watched = [];

    /// <summary>Looks for an end of a crossing at every turn until the other side has done something. False without a
    /// thread or a simulation: then nobody would look.</summary>
    internal bool Watch(CrossingEnd end)
    {
        if (_thread is null && _choice is null)
            return false;
        if (!end.IsWatched)
        {
            end.IsWatched = true;
            _watched.Add(end);
        }
        return true;
    }

    private bool LookAtWatched()
    {
        bool found = false;
        for (int i = _watched.Count - 1; i >= 0; i--)
        {
            CrossingEnd end = _watched[i];
            if (end.State != ComponentState.Ended && !end.HasWork)
                continue;
            Unwatch(i);
            end.OnChange();
            found = true;
        }
        return found;
    }

    private void Unwatch(int index)
    {
        _watched[index].IsWatched = false;
        _watched[index] = _watched[^1];
        _watched.RemoveAt(_watched.Count - 1);
    }

    // Before a sleep: from now on the other side must wake us. What it did just before that is seen by the second look.
    private bool ParkWatched()
    {
        bool found = false;
        for (int i = _watched.Count - 1; i >= 0; i--)
        {
            CrossingEnd end = _watched[i];
            Unwatch(i);
            end.Park();
            if (!end.HasWork)
                continue;
            end.Unpark();
            end.OnChange();
            found = true;
        }
        return found;
    }

    // Before a sleep: whether something came at once, as a partner on another core answers. Packets of a socket do not:
    // between two of them it would burn more than they cost.
    private bool Spin()
    {
        bool isTry = ++_sleeps % SpinTrySleeps == 0;
        long until = _spinMisses < SpinMissesMax || isTry
            ? Stopwatch.GetTimestamp() + (SpinNs * Stopwatch.Frequency / 1_000_000_000)
            : 0;
        do
        {
            if (Volatile.Read(ref _hasPosted) != 0 || (_watched.Count != 0 && LookAtWatched()))
            {
                _spinMisses = 0;
                return true;
            }
            if (until == 0)
                return false;
            Thread.SpinWait(1);
        }
        while (Stopwatch.GetTimestamp() < until);
        _spinMisses = Math.Min(_spinMisses + 1, SpinMissesMax);
        return false;
    }

    private void Sleep()
    {
        if (_isPaused)
        {
            SleepPaused();
            return;
        }
        if (Spin())
        {
            Volatile.Write(ref _spinHits, _spinHits + 1);
            return;
        }
        if (ParkWatched())
            return;
        long now = Timers.NowNs;
        Header->NowNs = now;
        long wait = Timers.UntilNext(now);
        if (wait == 0)
            return;
        if (wait > 0 && !ReferenceEquals(Time, TimeProvider.System))
            wait = ArmVirtualTimer(now, wait);
        // Full fence: partners the one in Nudge.
        Interlocked.Exchange(ref _sleeping, 1);
        if (Volatile.Read(ref _hasPosted) == 0 && !_exit)
            Poller.Wait(wait);
        Volatile.Write(ref _sleeping, 0);
        Header->NowNs = Timers.NowNs;
        NoteWake(now, wait > 0 ? now + wait : long.MaxValue);
    }

    // A clock that is not the system's moves by itself only when its owner says so: it wakes us, we do not wait for it.
    private long ArmVirtualTimer(long now, long wait)
    {
        long at = now + wait;
        if (_virtualTimerAt != at)
        {
            _virtualTimerAt = at;
            var due = TimeSpan.FromTicks((wait + 99) / 100);
            _virtualTimer ??= Time.CreateTimer(static s => ((Scheduler)s!).OnVirtualTimer(), this,
                Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _virtualTimer.Change(due, Timeout.InfiniteTimeSpan);
        }
        return -1;
    }

    private void OnVirtualTimer()
    {
        _virtualTimerAt = long.MaxValue;
        Nudge();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GrowRingFromNative(SchedHeader* sched, RingHeader* ring)
    {
        try
        {
            var scheduler = (Scheduler)GCHandle.FromIntPtr((nint)sched->Maker).Target!;
            return scheduler.GrowRing(ring) ? 1 : 0;
        }
        catch (Exception)
        {
            return 0; // No managed exception crosses a native frame; 0 is "refused" there.
        }
    }

    private bool GrowRing(RingHeader* ring)
    {
        Activation? reader = ring->Reader >= 0 ? _table[ring->Reader] : null;
        Inbox? inbox = reader is null ? FindUnplaced(ring) : OwnerOf(reader)?.FindBoxBy(ring) as Inbox;
        return inbox is not null && inbox.Grow(beyondCapacity: false);
    }

    // A reader that has not started yet, a chassis' child, is in no table: but what sends to it knows it.
    private Inbox? FindUnplaced(RingHeader* ring)
    {
        for (int id = 0; id < _nextId; id++)
        {
            foreach (Box box in OwnerOf(_table[id])?.Boxes ?? [])
            {
                if (box is Outbox outbox && outbox.Outlet->Ring == ring)
                    return Postman.FinalOf(outbox);
            }
        }
        return null;
    }

    internal static Component? OwnerOf(Activation? activation) => activation switch
    {
        RunBox box => box.Owner,
        Component component => component,
        _ => null,
    };

    /// <summary>The component at that place of the table, if any.</summary>
    internal Component? ComponentAt(int id) => id >= 0 && id < _nextId ? OwnerOf(_table[id]) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void SetTimerFromNative(SchedHeader* sched, int id, long atNs)
    {
        try
        {
            var scheduler = (Scheduler)GCHandle.FromIntPtr((nint)sched->Maker).Target!;
            scheduler._table[id]?.SetTimer(scheduler.Timers, atNs);
        }
        catch (Exception)
        {
            // As above: a timer that cannot be set is a wait that its other conditions must end.
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void WarnFromNative(SchedHeader* sched, int id, byte* text, uint bytes)
    {
        try
        {
            var scheduler = (Scheduler)GCHandle.FromIntPtr((nint)sched->Maker).Target!;
            scheduler.ComponentAt(id)?.Warn(Encoding.UTF8.GetString(text, (int)bytes));
        }
        catch (Exception)
        {
            // As above: what is only told to people stops nothing.
        }
    }

    /// <summary>Ends the thread and frees the tables. Components still on it are lost: end the graph first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        RequestExit();
        if (_isAbandoned && _thread is not null)
            return; // The thread frees it, at once or when what blocks it returns.
        if (_thread is null)
        {
            if (_isAbandoned)
                CarryOn();
            else
                Free();
        }
        else if (Join(TimeSpan.FromSeconds(1)) || Interlocked.Exchange(ref _exitState, ExitAwaited) == ExitByThread)
        {
            Free();
        }
    }

    private void Free()
    {
        lock (_freeLock)
        {
            if (_freed)
                return;
            _freed = true;
        }
        _sleeping = 0; // Late posts find nobody to wake.
        _virtualTimer?.Dispose();
        Poller.Dispose();
        _pausePoller?.Dispose();
        _oldPollers.ForEach(p => p.Dispose());
        Pool.Retire();
        NativeMemory.Free(Header->Slots);
        NativeMemory.Free(Header->Managed.Ids);
        NativeMemory.Free(Header->Native.Ids);
        _self.Free();
        NativeMemory.AlignedFree(Header);
    }
}
