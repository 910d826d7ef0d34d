namespace Kamaelia.Axon;

/// <summary>Where messages wait for a component: what is common to inboxes of every type.</summary>
public abstract unsafe class Inbox : Box
{
    internal RingHeader* Ring;
    internal CancellationToken OwnToken; // Its owner's: a wait that gets it needs no registration.
    private protected long ReceivedBefore; // What the ring had counted before its indices began again.

    private protected Inbox(Component owner, PortInfo info) : base(owner, info)
    {
        Ring = (RingHeader*)Cells.Rent();
        Ring->Sched = SchedulerMemory.Detached;
        Ring->Reader = -1;
        Ring->Capacity = (uint)(info.Capacity > 0 ? info.Capacity : LinkOptions.DefaultCapacity);
    }

    /// <summary>Messages waiting now.</summary>
    public int Count => (int)Ring->Count;

    /// <summary>Messages taken so far, and those that a policy took out to make room. While the component lives its
    /// ring counts in 32 bits: after 2^32 it begins again.</summary>
    public long Received => ReceivedBefore + Ring->Head;

    /// <summary>How many messages fit, 1 to 2^30. Lowering it drops nothing: it is full until enough are
    /// taken.</summary>
    public int Capacity
    {
        get => (int)Ring->Capacity;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            if (IsBuried)
                return;
            uint before = Ring->Capacity;
            Ring->Capacity = (uint)value;
            Ring->Limit = Math.Min(Ring->Capacity, SlotCount);
            if (Ring->Capacity > before)
                RingOps.RoomMade(Ring, Ring->Capacity - before);
        }
    }

    /// <summary>Bytes that fit (chunks only); 0: no limit. Full while it holds so many or more.</summary>
    public long CapacityBytes
    {
        get => (Ring->Flags & RingHeader.CountBytes) != 0 ? Ring->BytesMax : 0;
        set
        {
            if (MessageType != typeof(Chunk))
                throw new InvalidOperationException($"{Path} carries {MessageType.Name}: only chunks count bytes");
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, uint.MaxValue / 2);
            if (IsBuried)
                return;
            Ring->BytesMax = (uint)value;
            Ring->Flags = value > 0 ? Ring->Flags | RingHeader.CountBytes : Ring->Flags & ~RingHeader.CountBytes;
            if (value > 0)
                Ring->QueuedBytes = CountQueuedBytes();
        }
    }

    /// <summary>What it does when full.</summary>
    public LinkPolicy Policy
    {
        get => Ring->Policy;
        set
        {
            if (IsBuried)
                return;
            if (value == LinkPolicy.KeepLatest)
                Capacity = 1; // The newest replaces the one before, so there is never a second.
            Ring->Flags = (Ring->Flags & ~RingHeader.PolicyMask) | ((uint)value << RingHeader.PolicyShift);
            if (value != LinkPolicy.Wait)
                RingOps.RoomMade(Ring, uint.MaxValue); // Nobody waits for such an inbox.
        }
    }

    /// <summary>True when the stream has ended and every message was taken.</summary>
    public bool IsEnded => Ring->Count == 0 && (Ring->Flags & RingHeader.Ended) != 0;

    // Its component has ended: the ring it shows is shared by all such inboxes and never changes.
    private protected bool IsBuried => Ring == SchedulerMemory.DeadRing;

    internal bool IsReadable => Ring->Count != 0 || (Ring->Flags & RingHeader.Ended) != 0;

    private protected abstract uint SlotCount { get; }

    private protected abstract uint CountQueuedBytes();

    /// <summary>Makes room for more messages: 1 done, 0 not allowed or refused.</summary>
    internal abstract bool Grow(bool beyondCapacity);

    /// <summary>Moves what waits here to the end of another inbox, in order, whatever its capacity.</summary>
    internal abstract void MoveTo(Inbox other);

    /// <summary>Hands what waits here, in order, to somebody else, who owns it then.</summary>
    internal abstract void TakeAll(Action<object> take);

    /// <summary>Drops what waits here and releases it.</summary>
    internal abstract int Discard();

    /// <summary>An inbox of the same type at a chassis, to pass through to this one: the one of that name, or a new
    /// one.
    /// </summary>
    internal abstract Inbox MakeOuter(Component chassis, string name);

    /// <summary>The two ends of a way from another scheduler.</summary>
    internal abstract (CrossingEnd Egress, CrossingEnd Ingress) MakeCrossing(int capacity);

    internal void Apply(LinkOptions options)
    {
        if (options.Capacity is { } capacity)
            Capacity = capacity;
        if (options.CapacityBytes is { } bytes)
            CapacityBytes = bytes;
        Policy = options.Policy;
    }

    /// <summary>The same capacity and policy as another, in whose place it stands.</summary>
    internal void TakeOptionsOf(Inbox other)
    {
        Capacity = other.Capacity;
        if (MessageType == typeof(Chunk))
            CapacityBytes = other.CapacityBytes;
        Policy = other.Policy;
    }

    /// <summary>The owner wants no more: what waits is dropped, senders learn that the receiver has ended.</summary>
    public void Close()
    {
        Discard();
        Ring->Flags |= RingHeader.Closed | RingHeader.Ended;
        EndValue ??= EndReason.Cancelled;
        RingOps.RoomMade(Ring, uint.MaxValue);
        Postman.Resettle(this);
    }

    /// <summary>Takes no more, but what is in it can still be read.</summary>
    internal void CloseToSenders()
    {
        Ring->Flags |= RingHeader.Closed | RingHeader.Ended;
        EndValue ??= EndReason.Completed;
        RingOps.RoomMade(Ring, uint.MaxValue);
        RingOps.WakeReader(Ring);
    }

    internal override void OnPlaced(Scheduler scheduler, int id)
    {
        Ring->Sched = scheduler.Header;
        Ring->Reader = id;
    }

    internal override void OnEnded()
    {
        Ring->Flags |= RingHeader.Ended;
        RingOps.WakeReader(Ring);
    }

    internal override void Bury()
    {
        if (Ring != SchedulerMemory.DeadRing)
            Cells.Return((void*)BuryLater());
    }

    /// <summary>Gives up everything but the ring itself, which is ended and empty from now on: the caller returns it.
    /// </summary>
    internal nint BuryLater()
    {
        Discard();
        RingHeader* ring = Ring;
        ring->Flags |= RingHeader.Closed | RingHeader.Ended;
        RingOps.RoomMade(ring, uint.MaxValue);
        ReceivedBefore += ring->Head;
        Ring = SchedulerMemory.DeadRing;
        Postman.Resettle(this); // Those that sent here now see the dead ring, closed for ever.
        FreeSlots(ring);
        return (nint)ring;
    }

    private protected abstract void FreeSlots(RingHeader* ring);
}
