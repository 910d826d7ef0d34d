namespace Kamaelia.Axon;

/// <summary>What a body needs only when it waits for more than data on one inbox. Made at the first such
/// wait.</summary>
internal sealed class RunExtras
{
    private readonly RunBox _box;
    private Inbox[] _any = [];
    private int _anyCount;
    private List<Waiter>? _waiters;

    public RunExtras(RunBox box)
    {
        _box = box;
        ForeignContinuation = OnForeignCompleted;
    }

    public Outbox? RoomBox { get; set; }

    /// <summary>Instead of <see cref="RoomBox"/>: room in any of them ends the wait.</summary>
    public Outbox[]? RoomBoxes { get; set; }

    public bool MayProceed => RoomBoxes is { } boxes ? RoomOfAnyAwaitable.IsOver(boxes) : RoomBox!.MayProceed;

    /// <summary>Takes its place in the list of those who wait for room, or in several.</summary>
    public void WaitForRoom()
    {
        if (RoomBoxes is null)
            RoomBox!.WaitForRoom();
        else
            Array.ForEach(RoomBoxes, static box => box.WaitForRoom());
    }

    public void ForgetRoomWait()
    {
        if (RoomBoxes is null)
            RoomBox!.ForgetRoomWait();
        else // Room was made in some that it will not use.
            Array.ForEach(RoomBoxes, static box => box.PassRoomOn());
        RoomBoxes = null;
    }

    public Action ForeignContinuation { get; }

    /// <summary>Called when it waits for nothing foreign any more.</summary>
    public Action? WhenFit { get; set; }

    public ReadOnlySpan<Inbox> AnyBoxes => _any.AsSpan(0, _anyCount);

    /// <summary>Whether the end of one of them is news.</summary>
    public bool AnyOrEnd { get; private set; }

    public void SetAny(ReadOnlySpan<Inbox> boxes, bool orEnd)
    {
        AnyOrEnd = orEnd;
        if (_any.Length < boxes.Length)
            _any = new Inbox[Math.Max(boxes.Length, 3)];
        boxes.CopyTo(_any);
        _anyCount = boxes.Length;
    }

    private void OnForeignCompleted()
    {
        // Ended and buried components have no scheduler left to go back to.
        if (_box.Owner.Scheduler is { } home)
            home.PostForeign(_box);
    }

    /// <summary>The token that ends the wait of the moment.</summary>
    public CancellationToken WaitToken { get; set; }

    /// <summary>A token, not the component's own, that the wait about to begin was given.</summary>
    public CancellationToken NotedStop { get; set; }

    public CancellationToken TakeNoted()
    {
        CancellationToken noted = NotedStop;
        NotedStop = default;
        return noted;
    }

    private CancellationToken _watched;
    private CancellationTokenRegistration _watch;

    /// <summary>Registers for a token that is not the component's own; once for many waits with the same.</summary>
    public void WatchToken(CancellationToken stop)
    {
        WaitToken = stop;
        if (_watched == stop)
            return;
        _watch.Dispose();
        _watched = stop;
        _watch = stop.UnsafeRegister(static state => ((RunExtras)state!).OnTokenCancelled(), this);
    }

    private void OnTokenCancelled() => _box.Owner.Scheduler?.PostLook(_box);

    public void Forget() => _watch.Dispose();

    // ---- nested async helpers that await boxes ----

    private readonly record struct Waiter(
        WaitKind Kind, Box[] Boxes, long AtNs, Action Continue, CancellationToken Stop)
    {
        public bool IsOver(RunBox box) =>
            box.IsCancelled || (Stop.IsCancellationRequested && IsForeign(box)) || HasCome(box);

        private bool HasCome(RunBox box) => Kind switch
        {
            WaitKind.Room => ((Outbox)Boxes[0]).MayProceed,
            WaitKind.Timer => box.Owner.Scheduler!.Timers.NowNs >= AtNs,
            WaitKind.None => true,
            _ => AnyAwaitable.IsOver(Boxes),
        };

        // The component's own token means drain for a source: only a wait for time heeds it before the cancellation.
        private bool IsForeign(RunBox box) => Kind == WaitKind.Timer || !box.Owner.IsOwnToken(Stop);

        public void Arm(RunBox box)
        {
            switch (Kind)
            {
                case WaitKind.Room:
                    ((Outbox)Boxes[0]).WaitForRoom();
                    break;
                case WaitKind.Timer:
                    box.Owner.Scheduler!.Timers.AddWake(box, AtNs);
                    break;
                default:
                    ArmInboxes();
                    break;
            }
        }

        /// <summary>Its wait is over: nothing may wake the component for it any more.</summary>
        public unsafe void Disarm()
        {
            if (Kind == WaitKind.Room)
            {
                ((Outbox)Boxes[0]).ForgetRoomWait();
                return;
            }
            foreach (Box each in Boxes)
            {
                if (each is Inbox inbox)
                    inbox.Ring->Wait = 0;
            }
        }

        private unsafe void ArmInboxes()
        {
            foreach (Box each in Boxes)
                RingOps.WaitForData(((Inbox)each).Ring);
        }
    }

    /// <summary>A helper (an ordinary async method) waits: it goes on when the component is woken and it may.</summary>
    public void AddWaiter(WaitKind kind, Box[] boxes, long atNs, Action continuation, CancellationToken stop)
    {
        var waiter = new Waiter(kind, boxes, atNs, continuation, stop);
        (_waiters ??= []).Add(waiter);
        _box.State |= RunBox.Slow.Waiters;
        if (waiter.IsOver(_box))
            _box.WakeSelf();
        else
            waiter.Arm(_box);
    }

    public bool AnyWaiterReady()
    {
        if (_waiters is null)
            return false;
        foreach (Waiter waiter in _waiters)
        {
            if (waiter.IsOver(_box))
                return true;
        }
        return false;
    }

    public void RunReadyWaiters()
    {
        List<Waiter> waiters = _waiters!;
        // Only those that waited when this turn began: a helper that never has to wait must not keep the thread.
        int turn = waiters.Count;
        for (int i = 0; turn > 0 && i < waiters.Count; turn--)
        {
            Waiter waiter = waiters[i];
            if (!waiter.IsOver(_box))
            {
                waiter.Arm(_box);
                i++;
                continue;
            }
            waiters.RemoveAt(i);
            waiter.Disarm();
            waiter.Continue();
        }
        foreach (Waiter waiter in waiters)
        {
            if (waiter.Kind != WaitKind.Timer && !waiter.IsOver(_box))
                waiter.Arm(_box); // It may wait on a box that another one has let go.
        }
        if (waiters.Count == 0)
            _box.State &= ~RunBox.Slow.Waiters;
    }
}
