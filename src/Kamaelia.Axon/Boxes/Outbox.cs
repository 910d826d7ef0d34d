namespace Kamaelia.Axon;

/// <summary>Where a component sends from: what is common to outboxes of every type.</summary>
public abstract unsafe class Outbox : Box
{
    internal OutletHeader* Outlet;
    internal SchedHeader* Sched = SchedulerMemory.Detached;
    private ulong _sentBefore, _droppedBefore;

    private protected Outbox(Component owner, PortInfo info) : base(owner, info)
    {
        Outlet = (OutletHeader*)Cells.Rent();
        Outlet->Writer = -1;
        Outlet->Flags = info.IsOptional ? OutletHeader.Discard : 0;
    }

    /// <summary>The reading end of its latest linkage to another scheduler.</summary>
    internal CrossingEnd? LastCrossing { get; set; }

    /// <summary>Whether a linkage leads on from here.</summary>
    public bool IsLinked => Onward is not null;

    /// <summary>May stay unlinked: what is sent is then dropped and counted.</summary>
    public bool IsOptional
    {
        get => (Outlet->Flags & OutletHeader.Discard) != 0;
        set => Outlet->Flags = value ? Outlet->Flags | OutletHeader.Discard : Outlet->Flags & ~OutletHeader.Discard;
    }

    /// <summary>Whether the component that would receive has ended.</summary>
    public bool IsReceiverEnded => Outlet->Ring != null && (Outlet->Ring->Flags & RingHeader.Closed) != 0;

    /// <summary>How many messages can be sent now without waiting.</summary>
    public int Room
    {
        get
        {
            RingHeader* ring = Outlet->Ring;
            if (ring == null)
                return IsOptional ? int.MaxValue : 0;
            if ((ring->Flags & RingHeader.Closed) != 0)
                return 0;
            if (ring->Policy != LinkPolicy.Wait)
                return int.MaxValue;
            return ring->IsFull ? 0 : (int)(ring->Capacity - ring->Count);
        }
    }

    /// <summary>How many can be sent in one go for certain: with a limit of bytes it depends on each message.</summary>
    internal int RoomAtOnce =>
        Outlet->Ring != null && (Outlet->Ring->Flags & RingHeader.CountBytes) != 0 ? Math.Min(1, Room) : Room;

    /// <summary>Messages that wait where it sends to.</summary>
    internal int Queued => Outlet->Ring == null ? 0 : (int)Outlet->Ring->Count;

    /// <summary>Which storage it sends to: the same for outboxes that feed the same inbox; 0 while unlinked.</summary>
    internal nint Storage => (nint)Outlet->Ring;

    /// <summary>Messages that reached the inbox.</summary>
    public long Sent => (long)(_sentBefore + Outlet->Sent) + SentThrough + (PassedFrom?.Sent ?? 0);

    /// <summary>Messages dropped by the linkage's policy, or sent while unlinked and optional.</summary>
    public long Dropped => (long)(_droppedBefore + Outlet->Dropped) + (LastCrossing?.DroppedBeyond ?? 0)
        + DroppedThrough + (PassedFrom?.Dropped ?? 0);

    /// <summary>What those sent and dropped that passed through here and no longer do.</summary>
    internal long SentThrough { get; set; }

    /// <inheritdoc cref="SentThrough"/>
    internal long DroppedThrough { get; set; }

    // A chassis' outbox is as busy as the child's that passes through it.
    private Outbox? PassedFrom => (Feeders as Linkage)?.From as Outbox;

    /// <summary>Whether a sender that waits for room may go on: there is room, or there never will be.</summary>
    internal bool MayProceed => IsReceiverEnded || EndValue is not null || Room > 0;

    /// <summary>Nothing more will be sent. The reader sees it after the last message.</summary>
    /// <param name="reason">Completed when null.</param>
    public void EndStream(EndReason? reason = null) => Postman.EndBox(this, reason ?? EndReason.Completed);

    /// <summary>May go on, and its turn is not over.</summary>
    internal bool TakeTurn() => MayProceed && --Sched->Budget >= 0;

    /// <summary>This sender was woken for room that it will not use: the next one may.</summary>
    internal void PassRoomOn()
    {
        RingHeader* ring = Outlet->Ring;
        RingOps.RoomForget(ring, Outlet);
        if (ring != null && !ring->IsFull)
            RingOps.RoomMade(ring, 1);
    }

    /// <summary>The two ends of a linkage to another scheduler.</summary>
    internal abstract (Component Egress, Component Ingress) MakeCrossing(int capacity);

    /// <summary>An outbox of the same type at a chassis, to pass through to: the one of that name, or a new
    /// one.</summary>
    internal abstract Outbox MakeOuter(Component chassis, string name);

    internal abstract void SetFinal(Inbox? final);

    internal void WaitForRoom()
    {
        if (Outlet->Ring != null)
            RingOps.RoomWait(Outlet->Ring, Outlet);
    }

    /// <summary>It has stopped waiting for room: what comes of a place in the list would wake a later wait.</summary>
    internal void ForgetRoomWait()
    {
        if (Outlet->Next != null)
            RingOps.RoomForget(Outlet->Ring, Outlet);
    }

    internal override void OnPlaced(Scheduler scheduler, int id)
    {
        Sched = scheduler.Header;
        Outlet->Writer = id;
    }

    internal override void OnEnded()
    {
    }

    internal override void Bury()
    {
        if (Outlet == SchedulerMemory.DeadOutlet)
            return;
        OutletHeader* outlet = Outlet;
        RingOps.RoomForget(outlet->Ring, outlet);
        _sentBefore = outlet->Sent;
        _droppedBefore = outlet->Dropped;
        Outlet = SchedulerMemory.DeadOutlet;
        Sched = SchedulerMemory.Detached;
        Cells.Return(outlet);
    }
}
