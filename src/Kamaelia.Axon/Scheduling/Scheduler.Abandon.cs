namespace Kamaelia.Axon;

// What becomes of a scheduler whose graph was abandoned: as soon as the code that blocked it returns, its components
// are ended and its memory freed, on its own thread. What then still awaits something foreign (a task that heeds no
// token) is carried on by whoever completes that, until it has ended too.
public sealed unsafe partial class Scheduler
{
    private const int UnwindTurns = 1_000; // A body that heeds no cancellation in so many turns is dropped.

    private const int ExitNone = 0, ExitByThread = 1, ExitAwaited = 2;

    private volatile bool _isAbandoned;
    private int _exitState;
    private readonly Lock _freeLock = new(); // So that who looks from outside finds the tables, or nothing.
    private bool _freed;

    /// <summary>The component whose OnEndedAsync or Dispose is called at this moment.</summary>
    internal Component? Closing { get; set; }

    /// <summary>Components (and what stands beside them) in its table.</summary>
    internal int Places => _nextId - _freeIds.Count;

    /// <summary>Its graph was abandoned. Any thread; what blocks it may block for as long as it likes.</summary>
    internal void Abandon()
    {
        _isAbandoned = true;
        RequestExit();
    }

    /// <summary>The place that is being resumed, as far as another thread can see; -1: none.</summary>
    internal int RunningId
    {
        get
        {
            lock (_freeLock)
            {
                for (int id = 0; !_freed && id < _nextId && id < Header->SlotCount; id++)
                {
                    if (Header->Slots[id].State == SlotHeader.Running && ComponentAt(id) is not { IsBodyOver: true })
                        return id;
                }
                return -1;
            }
        }
    }

    /// <summary>What its thread does, as far as .NET tells.</summary>
    internal string ThreadText => _thread is { } thread && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0
        ? "blocks in a wait (a sleep, a lock, a task waited for)"
        : "does not return (a system call, native code or a loop)";

    /// <summary>Activations of the component at that place, modulo 2^32. Any thread.</summary>
    internal long ActivationsOf(int id)
    {
        lock (_freeLock)
            return id < 0 || _freed || (uint)id >= Header->SlotCount ? 0 : Header->Slots[id].Activations;
    }

    /// <summary>Gives those that are left their chance to end, then drops the bodies that do not take it. Entered.
    /// </summary>
    private void Unwind()
    {
        for (int turn = 0; turn < UnwindTurns && Places > 0; turn++)
        {
            if (!TryTurn())
                return;
        }
        SchedHeader* header = Header;
        for (uint left = header->Managed.Count; left > 0; left--)
            OwnerOf(_table[header->Managed.Pop()])?.Drop();
        for (uint left = header->Native.Count; left > 0; left--)
            OwnerOf(_table[header->Native.Pop()])?.Drop();
    }

    private bool TryTurn()
    {
        try
        {
            return Turn(activationsMin: 0);
        }
        catch (Exception e)
        {
            Escaped?.Invoke(e);
            return true;
        }
    }

    /// <summary>Entered still. True when nothing is left and it can be freed; else somebody else may be at it from here
    /// on.</summary>
    private bool UnwindAll()
    {
        Unwind();
        if (Places == 0)
            return true;
        WaitWithoutThread();
        return false;
    }

    // Whoever posts something from now on is its thread for as long as that takes.
    private void WaitWithoutThread()
    {
        if (Poller is not PosterPoller)
            UsePoller(new PosterPoller(this, onPool: _thread is not null));
        // Full fence: partners the one in Nudge, as in Sleep.
        Interlocked.Exchange(ref _sleeping, 1);
        if (Volatile.Read(ref _hasPosted) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
            Poller.Wake();
    }

    private void CarryOn()
    {
        Scheduler? before = Enter(out SynchronizationContext? context, out ChunkPool? pool);
        bool isFree = UnwindAll();
        Leave(before, context, pool);
        if (isFree)
            Free();
    }

    /// <summary>Nobody sleeps in it: a wake-up carries the scheduler on, on the pool or where it came from.</summary>
    private sealed class PosterPoller(Scheduler scheduler, bool onPool) : Poller
    {
        public override void Wait(long timeoutNs)
        {
        }

        public override void Wake()
        {
            if (onPool)
                ThreadPool.UnsafeQueueUserWorkItem(static s => s.CarryOn(), scheduler, preferLocal: false);
            else
                scheduler.CarryOn();
        }

        public override void Dispose()
        {
        }
    }
}
