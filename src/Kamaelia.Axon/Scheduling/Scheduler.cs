using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>One thread that runs components, one after the other, and shares nothing.</summary>
/// <remarks>
/// Made by a <see cref="Graph"/>. Its tables, ready queues and rings lie in memory that native components read and
/// write too: it runs the managed queue once, then one call drains the native queue. <see cref="Step"/> drives it by
/// hand; else <see cref="Start"/> gives it a thread.
/// </remarks>
public sealed unsafe partial class Scheduler : IDisposable
{
    private const int FirstSlots = 64;
    private const int ClockTurns = 16; // Reading the clock costs as much as two activations, so not at every turn,
    private const int IdleClockTurns = 1024; // and hardly ever where nobody waits for a time.

    private const uint ClockActivations = 64; // Steps may take long each: then turns alone are too rare.
    private const long PollNs = 100_000; // A look costs half a microsecond.

    [ThreadStatic]
    private static Scheduler? t_current;

    private readonly ConcurrentQueue<Posted> _posted = new();
    private readonly SchedulerContext _context;
    private readonly Stack<int> _freeIds = new();
    private Activation?[] _table = new Activation?[FirstSlots];
    private int _nextId;
    private int _turns;
    private uint _ranSinceClock;
    private long _polledAtNs;
    private int _hasPosted;
    private bool _disposed;

    private readonly record struct Posted(object Target, object? State);

    /// <summary>A scheduler without a thread yet.</summary>
    public Scheduler(SchedulerOptions? options = null)
    {
        options ??= new SchedulerOptions();
        Name = options.Name;
        Time = options.Time;
        Timers = new Timers(Time, options.Origin);
        Pool = new ChunkPool(name: Name);
        Header = (SchedHeader*)NativeMemory.AlignedAlloc((nuint)sizeof(SchedHeader), 64);
        *Header = default;
        Header->Pool = Pool.Header;
        Header->BatchMax = Math.Max(1, options.BatchMax);
        Header->NowNs = Timers.NowNs;
        Header->RingGrow = &GrowRingFromNative;
        Header->TimerSet = &SetTimerFromNative;
        Header->Warn = &WarnFromNative;
        _context = new SchedulerContext(this);
        _self = GCHandle.Alloc(this);
        Header->Maker = (void*)GCHandle.ToIntPtr(_self);
        Resize(FirstSlots);
    }

    private readonly GCHandle _self;

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where components on it rent chunks.</summary>
    public ChunkPool Pool { get; }

    /// <summary>The scheduler that this thread is running, if any.</summary>
    public static Scheduler? Current => t_current;

    /// <summary>Activations so far; read from anywhere.</summary>
    public long Activations { get; private set; }

    internal SchedHeader* Header { get; }

    internal Timers Timers { get; }

    internal Poller Poller { get; private set; } = new SemaphorePoller();

    /// <summary>kam_sched_run, once a native component lives here.</summary>
    internal delegate* unmanaged[Cdecl]<SchedHeader*, uint, uint> NativeRun { get; set; }

    // ---- the table ----

    internal int Place(Activation activation)
    {
        if (!_freeIds.TryPop(out int id))
        {
            id = _nextId++;
            if (id >= _table.Length)
                Resize(_table.Length * 2);
        }
        _table[id] = activation;
        SlotHeader* slot = Header->Slots + id;
        *slot = default;
        slot->State = SlotHeader.Parked;
        return id;
    }

    internal void Replace(int id, Activation activation) => _table[id] = activation;

    /// <param name="id">Its place.</param>
    /// <param name="isQueued">It is in the ready queue: the place is free when that has passed.</param>
    internal void Remove(int id, bool isQueued = false)
    {
        _table[id] = null;
        Header->Slots[id] = default;
        Header->Slots[id].State = SlotHeader.Done;
        if (!isQueued)
            _freeIds.Push(id);
    }

    /// <summary>Takes what is given up out of the ready queues. Between activations.</summary>
    internal void Unqueue(int id)
    {
        Unqueue(ref Header->Managed, id);
        Unqueue(ref Header->Native, id);
    }

    private static void Unqueue(ref QueueHeader queue, int id)
    {
        for (uint left = queue.Count; left > 0; left--)
        {
            int at = queue.Pop();
            if (at != id)
                queue.Push(at);
        }
    }

    private void Resize(int count)
    {
        SlotHeader* slots = (SlotHeader*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(SlotHeader));
        if (Header->Slots != null)
        {
            NativeMemory.Copy(Header->Slots, slots, Header->SlotCount * (nuint)sizeof(SlotHeader));
        }
        lock (_freeLock)
        {
            NativeMemory.Free(Header->Slots);
            Header->Slots = slots;
            Header->SlotCount = (uint)count;
        }
        Grow(ref Header->Managed, count);
        Grow(ref Header->Native, count);
        if (_table.Length < count)
            Array.Resize(ref _table, count);
    }

    private static void Grow(ref QueueHeader queue, int count)
    {
        int* ids = (int*)NativeMemory.Alloc((nuint)count, sizeof(int));
        uint waiting = queue.Count;
        for (uint i = 0; i < waiting; i++)
            ids[i] = queue.Ids[(queue.Head + i) & queue.Mask];
        NativeMemory.Free(queue.Ids);
        queue.Ids = ids;
        queue.Mask = (uint)count - 1;
        queue.Head = 0;
        queue.Tail = waiting;
    }

    // ---- from other threads ----

    internal void Post(SendOrPostCallback callback, object? state)
    {
        _posted.Enqueue(new Posted(callback, state));
        Nudge();
    }

    /// <summary>Runs an action on the scheduler's thread, between activations. Any thread.</summary>
    internal void Post(Action action)
    {
        _posted.Enqueue(new Posted(action, null));
        Nudge();
    }

    internal void PostForeign(RunBox box)
    {
        if (ReferenceEquals(t_current, this))
        {
            box.ForeignCompleted();
            return;
        }
        _posted.Enqueue(new Posted(box, null));
        Nudge();
    }

    /// <summary>Makes it look at its wait again. Any thread.</summary>
    internal void PostLook(Activation activation)
    {
        _posted.Enqueue(new Posted(activation, this));
        Nudge();
    }

    private void Forward(in Posted posted)
    {
        _posted.Enqueue(posted);
        Nudge();
    }

    private void Nudge()
    {
        // The exchange is a full fence: partners the one in Sleep, so either the sleeper sees the post or we see it
        // sleep.
        Interlocked.Exchange(ref _hasPosted, 1);
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            NoteRing();
            Poller.Wake();
        }
    }

    private void RunPosted()
    {
        // A full fence: were the queue looked at before this is seen, a post in between would be forgotten.
        Interlocked.Exchange(ref _hasPosted, 0);
        try
        {
            RunHeld();
            while (_posted.TryDequeue(out Posted posted))
                Run(posted);
        }
        catch
        {
            Interlocked.Exchange(ref _hasPosted, 1); // One callback's failure must not keep the rest waiting.
            throw;
        }
    }

    private void Run(in Posted posted)
    {
        if (Hold(posted))
            return;
        switch (posted.Target)
        {
            case Activation away when OwnerOf(away) is { Scheduler: { } home } && !ReferenceEquals(home, this):
                home.Forward(posted); // It was moved since.
                break;
            case RunBox box when posted.State is null:
                box.ForeignCompleted();
                break;
            case Activation activation:
                activation.OnChange();
                break;
            case Action action:
                action();
                break;
            case SendOrPostCallback callback:
                callback(posted.State);
                break;
        }
    }

    // ---- running ----

    /// <summary>Runs everything that is ready now, once. Drives a scheduler that has no thread of its own: in tests,
    /// or inside another loop.</summary>
    /// <returns>True while something is ready.</returns>
    public bool Step()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Scheduler? before = Enter(out SynchronizationContext? context, out ChunkPool? pool);
        bool more;
        try
        {
            Header->NowNs = Timers.NowNs;
            more = Turn(activationsMin: 0);
            if (!more && Poller.WatchesDescriptors)
            {
                Poller.Wait(0);
                more = Header->Native.Count != 0 || Header->Managed.Count != 0;
            }
        }
        finally
        {
            Leave(before, context, pool);
        }
        RunAfterStep();
        return more && !_disposed;
    }

    /// <summary><see cref="Step"/> until nothing is ready.</summary>
    /// <param name="turnsMax">Gives up (with an exception) after so many.</param>
    public void RunUntilIdle(int turnsMax = 1_000_000)
    {
        for (int i = 0; i < turnsMax; i++)
        {
            if (!Step())
                return;
        }
        throw new TimeoutException($"{Name} was still busy after {turnsMax} turns");
    }

    private Scheduler? Enter(out SynchronizationContext? context, out ChunkPool? pool)
    {
        Scheduler? before = t_current;
        t_current = this;
        context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        pool = ChunkPool.Swap(Pool);
        return before;
    }

    private static void Leave(Scheduler? before, SynchronizationContext? context, ChunkPool? pool)
    {
        t_current = before;
        NoteRunning(0); // Also after an exception that escaped an activation.
        SynchronizationContext.SetSynchronizationContext(context);
        ChunkPool.Swap(pool);
    }

    /// <summary>What was posted, timers, the managed queue as it stands, then the native one.</summary>
    /// <param name="activationsMin">Goes round the managed queue until so many have run, as long as nothing else asks:
    /// what a turn does once costs as much as an activation, and a lone token makes every turn a short one.</param>
    private bool Turn(uint activationsMin)
    {
        SchedHeader* header = Header;
        if (Volatile.Read(ref _hasPosted) != 0)
            RunPosted();
        if (_isPaused)
            return PausedTurn();
        bool usesTime = Timers.Count != 0 || NativeRun != null;
        if ((++_turns & (usesTime ? ClockTurns - 1 : IdleClockTurns - 1)) == 0 || _ranSinceClock >= ClockActivations)
            ReadClock(header);
        if (Timers.Count != 0)
            Timers.Fire(header->NowNs);
        if (_watched.Count != 0)
            LookAtWatched();
        uint ran = 0;
        do
        {
            ran += RunManaged(header, header->Managed.Count);
        }
        while (ran < activationsMin && header->Managed.Count != 0 && header->Native.Count == 0
            && Volatile.Read(ref _hasPosted) == 0);
        if (header->Native.Count != 0)
            ran += NativeRun(header, NativeTurn);
        Activations += ran;
        if (usesTime)
            _ranSinceClock += ran;
        return header->Managed.Count != 0 || header->Native.Count != 0 || Volatile.Read(ref _hasPosted) != 0;
    }

    private void ReadClock(SchedHeader* header)
    {
        _ranSinceClock = 0;
        header->NowNs = Timers.NowNs;
        if (!Poller.WatchesDescriptors || header->NowNs - _polledAtNs < PollNs)
            return;
        _polledAtNs = header->NowNs;
        Poller.Wait(0); // One that is always busy never sleeps in it, and sockets would go unheard.
    }

    private uint RunManaged(SchedHeader* header, uint ready)
    {
        int turn = 2 * header->BatchMax; // A message is counted when it is received and when it is sent.
        for (uint left = ready; left > 0; left--)
        {
            int id = header->Managed.Pop();
            SlotHeader* slot = header->Slots + id;
            if (slot->State == SlotHeader.Ready)
                slot->State = SlotHeader.Running;
            slot->Activations++;
            header->Budget = turn;
            NoteRunning(id + 1);
            if (_table[id] is { } activation)
                activation.Resume();
            else
                _freeIds.Push(id); // It ended while it waited for this turn: only now nobody else means it.
        }
        NoteRunning(0);
        return ready;
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private static void NoteRunning(int idPlusOne) => ChunkPool.NoteRenter(idPlusOne);

    // Natives that keep each other busy must not keep managed ones waiting, nor sockets: a step may take long.
    private const uint NativeTurn = 64;
}
