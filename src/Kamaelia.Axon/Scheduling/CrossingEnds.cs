namespace Kamaelia.Axon;

/// <summary>What both ends of a linkage between schedulers share: they are their own activation.</summary>
internal abstract class CrossingEnd : Component
{
    private bool _cancelled;
    private bool _begun;

    protected abstract bool Work(bool cancelled);

    /// <summary>The other side has done what this one waits for.</summary>
    internal abstract bool HasWork { get; }

    /// <summary>Tells the other side that it must be woken from now on. A full fence.</summary>
    internal abstract void Park();

    /// <summary>It looks for itself again.</summary>
    internal abstract void Unpark();

    /// <summary>What the linkage's policy dropped at the far side, in this crossing and the outbox's earlier ones.
    /// </summary>
    internal virtual long DroppedBeyond => 0;

    /// <summary>The end on the other scheduler.</summary>
    internal CrossingEnd? Other { get; set; }

    /// <summary>Everything of it has ended, its counters stay as they are.</summary>
    internal bool IsGone
    {
        get => Volatile.Read(ref _isGone);
        set => Volatile.Write(ref _isGone, value);
    }

    private bool _isGone;

    /// <summary>Messages that fit between the two ends.</summary>
    internal abstract int CrossingCapacity { get; }

    /// <summary>What stands between it and its next message, for the report on stalls: its own box, or the end on the
    /// other scheduler, or an earlier crossing.</summary>
    internal abstract (Box? Box, CrossingEnd? End) DescribeCrossing();

    /// <summary>Delivers what is under way whatever the receiver's capacity, so that it ends without waiting for it.
    /// </summary>
    internal virtual void Flush()
    {
    }

    /// <summary>Whether its scheduler looks for it at every turn.</summary>
    internal bool IsWatched { get; set; }

    /// <summary>Waits for the other side: while its scheduler is awake by a look at the shared counters, which costs
    /// the other side nothing; only a scheduler about to sleep asks to be woken.</summary>
    private protected void WaitForOther()
    {
        if (Scheduler!.Watch(this))
            return;
        Park();
        if (!HasWork)
            return;
        Unpark();
        Again();
    }

    /// <summary>An earlier crossing from the same outbox to the same scheduler must be empty before this one begins.
    /// </summary>
    internal virtual void Follow(Outbox from, Scheduler home)
    {
    }

    internal override void Begin() => Go();

    internal override void Resume()
    {
        if (!_begun)
        {
            _begun = true;
            base.Resume();
            return;
        }
        Go();
    }

    private void Go()
    {
        SetState(SlotHeader.Parked);
        if (!Work(_cancelled))
            return;
        OnWorkOver();
        BodyEnded(null);
    }

    private protected virtual void OnWorkOver()
    {
    }

    protected unsafe void SetState(byte state) => Scheduler!.Header->Slots[Id].State = state;

    protected unsafe void Again()
    {
        SetState(SlotHeader.Ready);
        Scheduler!.Header->Managed.Push(Id);
    }

    internal override unsafe void OnChange()
    {
        if (Id >= 0)
            RingOps.Wake(Scheduler!.Header, Id);
    }

    internal override void OnStop(StopKind kind, bool isSource)
    {
        _cancelled |= kind == StopKind.Cancel;
        OnChange();
    }

    protected override Run RunAsync(CancellationToken stop) => Run.Completed;
}

/// <summary>Takes from an inbox on the writer's scheduler and fills the crossing.</summary>
internal sealed class CrossingEgress<T> : CrossingEnd
{
    private static readonly PortInfo[] s_ports =
        [new("inbox", PortDirection.In, typeof(T), "What goes to the other scheduler.")];

    private readonly CrossingRing<T> _ring;
    private Inbox<T>? _inbox;

    /// <summary>Both ends of a new crossing.</summary>
    public static (CrossingEnd Egress, CrossingEnd Ingress) MakePair(int capacity)
    {
        var ring = new CrossingRing<T>(capacity);
        var egress = new CrossingEgress<T>(ring);
        var ingress = new CrossingIngress<T>(ring) { Other = egress };
        egress.Other = ingress;
        return (egress, ingress);
    }

    public CrossingEgress(CrossingRing<T> ring)
    {
        _ring = ring;
        _ring.Writer = this;
    }

    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[0]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    internal override WaitReport DescribeWait() => new(Inbox.Count > 0 ? WaitKind.Code : WaitKind.Data, Inbox);

    internal override int CrossingCapacity => _ring.Capacity;

    internal override (Box? Box, CrossingEnd? End) DescribeCrossing() =>
        Inbox.Count == 0 ? (Inbox, null) : _ring.Room > 0 || _ring.Closed ? (null, null) : (null, Other);

    protected override bool Work(bool cancelled)
    {
        _ring.WriterHome = Scheduler;
        int moved = 0;
        while (true)
        {
            Span<T> from = Inbox.FrontSpan(int.MaxValue);
            Span<T> to = _ring.RoomSpan(from.Length);
            if (to.IsEmpty)
                break;
            from[..to.Length].CopyTo(to);
            Inbox.Consumed(to.Length);
            _ring.PublishWritten(to.Length);
            moved += to.Length;
        }
        if (Inbox.IsEnded || cancelled || _ring.Closed)
        {
            _ring.End = cancelled ? EndReason.Cancelled : Inbox.End ?? EndReason.Completed;
            _ring.WakeReader();
            return true;
        }
        if (moved > 0)
            _ring.WakeReader();
        WaitForMore();
        return false;
    }

    private unsafe void WaitForMore()
    {
        if (Inbox.Count == 0)
        {
            RingOps.WaitForData(Inbox.Ring);
            return; // A reader that closes the crossing meanwhile says so itself.
        }
        WaitForOther();
    }

    internal override bool HasWork => _ring.Room > 0 || _ring.Closed;

    internal override void Park() => _ring.ParkWriter();

    internal override void Unpark() => _ring.UnparkWriter();
}

/// <summary>Empties the crossing on the reader's scheduler and sends on.</summary>
internal sealed class CrossingIngress<T> : CrossingEnd
{
    private static readonly PortInfo[] s_ports =
        [new("outbox", PortDirection.Out, typeof(T), "What came from the other scheduler.")];

    private readonly CrossingRing<T> _ring;
    private Outbox<T>? _outbox;

    public CrossingIngress(CrossingRing<T> ring)
    {
        _ring = ring;
        _ring.Reader = this;
    }

    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[0]);

    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    internal override WaitReport DescribeWait() =>
        _ring.Count > 0 ? new(WaitKind.Room, Outbox) : new(WaitKind.Code, null);

    internal override int CrossingCapacity => _ring.Capacity;

    internal override (Box? Box, CrossingEnd? End) DescribeCrossing() => _before is { } earlier ? (null, earlier)
        : _ring.Count > 0 ? (Outbox, null)
        : _ring.End is not null ? (null, null)
        : (null, Other);

    internal override void Follow(Outbox from, Scheduler home)
    {
        _earlier = from.LastCrossing as CrossingIngress<T>;
        ForgetEarlier();
        from.LastCrossing = this;
        CrossingIngress<T>? last = _earlier;
        while (last is not null && !ReferenceEquals(last.Home, home))
            last = last._earlier;
        if (last is not null)
            home.Post(() => WaitFor(last));
    }

    private CrossingIngress<T>? _earlier;
    private long _droppedEarlier;

    // An outbox that is re-linked for ever must not keep all its crossings: of those that are gone the sum is enough.
    private void ForgetEarlier()
    {
        while (_earlier is { IsGone: true } gone)
        {
            _droppedEarlier += gone.Outbox.Dropped + gone._droppedEarlier;
            _earlier = gone._earlier;
        }
        _earlier?.ForgetEarlier();
    }

    internal override long DroppedBeyond => Outbox.Dropped + _droppedEarlier + (_earlier?.DroppedBeyond ?? 0);

    private void WaitFor(CrossingIngress<T> last)
    {
        if (last.State != ComponentState.Ended)
        {
            _before = last;
            last._after = this;
        }
    }

    private CrossingIngress<T>? _before;
    private CrossingIngress<T>? _after;
    private bool _isCut;

    private protected override void OnWorkOver()
    {
        if (_after is null)
            return;
        _after._before = null;
        _after._isCut |= _isCut || _ring.End is { Kind: EndKind.Cancelled };
        _after.OnChange();
    }

    protected override bool Work(bool cancelled)
    {
        _ring.ReaderHome = Scheduler;
        if (_before is not null && !cancelled)
            return false;
        if (_ring.Closed || _isCut || cancelled)
        {
            // Some are dropped, here or in the crossing before this one: what comes after them must not be sent on.
            _isCut |= cancelled;
            return Close();
        }
        EndReason? end = _ring.End; // Before the messages are looked at: the end is set after the last of them.
        int moved = 0;
        bool blocked = false;
        while (!blocked && _ring.FrontSpan(int.MaxValue) is { IsEmpty: false } from)
        {
            int sent = Outbox.TrySendBatch(from);
            if (_isFlushed)
                sent += Outbox.ForceBatch(from[sent..]);
            from[..sent].Clear();
            _ring.PublishRead(sent);
            moved += sent;
            blocked = sent < from.Length;
        }
        if (moved > 0)
            _ring.WakeWriter();
        if (Outbox.IsReceiverEnded)
            return Close();
        if (blocked) // Not "is there more": the writer may have filled it since, and then nobody would make room.
        {
            Outbox.WaitForRoom();
            return false;
        }
        if (end is not null)
        {
            if (ReferenceEquals(end, EndReason.Detached) && Outbox.Onward is { } onward)
                TakeAway(onward);
            else
                Outbox.EndStream(end);
            return true;
        }
        WaitForOther();
        return false;
    }

    // Taken away, not over: the inbox stays open for another linkage, unless its owner drains or is itself on the way.
    private static void TakeAway(Linkage onward)
    {
        Component receiver = onward.To.Owner;
        bool waitsForNoMore = receiver.StopRequested != StopKind.None || receiver is CrossingEnd;
        EndReason? reason = receiver is CrossingEnd ? EndReason.Detached : EndReason.Unlinked;
        Postman.Unlink(onward, waitsForNoMore ? reason : null);
        Postman.EndIfOthersHave(onward.To);
    }

    private bool _isFlushed;

    internal override void Flush()
    {
        _isFlushed = true;
        OnChange();
    }

    internal override bool HasWork => _ring.Count > 0 || _ring.End is not null;

    internal override void Park() => _ring.ParkReader();

    internal override void Unpark() => _ring.UnparkReader();

    private bool Close()
    {
        _ring.Closed = true;
        _ring.TellWriter();
        if (_ring.End is null)
        {
            // The writer may still be filling: wait for its end, then release what it left.
            _ring.ParkReader();
            DrainLeft();
            if (_ring.End is null)
                return false;
        }
        DrainLeft();
        return true;
    }

    private void DrainLeft()
    {
        while (_ring.FrontSpan(int.MaxValue) is { IsEmpty: false } left)
        {
            foreach (T message in left)
                MessageTraits<T>.Release(message);
            left.Clear();
            _ring.PublishRead(left.Length);
        }
    }
}
