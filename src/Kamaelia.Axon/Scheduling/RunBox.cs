using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>A component's suspended body: the heap home of its state machine, resumed by the scheduler.</summary>
/// <remarks>
/// Waking means "look again": whatever wakes a component, Resume goes on only when what the body waits for
/// is there. The common wait (data on one inbox) is woken precisely, so it has no state to check.
/// </remarks>
internal abstract unsafe class RunBox : Activation
{
    [Flags]
    protected internal enum Slow : byte
    {
        None = 0,
        Check = 1,       // The wait may be woken for another's sake: look before going on.
        Foreign = 2,     // Waits for something that is not a box.
        ForeignDone = 4, // It has come.
        Waiters = 8,     // Nested async helpers wait for boxes of this component.
        Cancelled = 16,
        Leaves = 32, // Somebody wants to know when it waits for nothing foreign any more.
        Watches = 64, // The poller may wake it at any time, so no wait of it is woken precisely.
    }

    internal Component Owner = null!;
    internal RunExtras? Extras;
    internal void* WaitOn;      // RingHeader* for Data, OutletHeader* for Room.
    internal WaitKind Kind;
    protected internal Slow State;
    internal bool TimerFired;
    internal int TimerVersion;

    internal bool IsCancelled => (State & Slow.Cancelled) != 0;

    internal RunExtras Extra => Extras ??= new RunExtras(this);

    protected abstract void MoveNext();

    /// <summary>The token the body was given: a wait that gets it needs no registration.</summary>
    internal CancellationToken OwnToken;

    internal SlotHeader* SlotOf => Owner.Scheduler!.Header->Slots + Owner.Id;

    /// <summary>Goes to the end of the ready queue: its turn is over, or what it waits for is there already.</summary>
    internal void Requeue()
    {
        Kind = WaitKind.None;
        MakeReady();
    }

    /// <summary>The same, for room that is there: it is looked at again then, the linkage may be another by that time.
    /// </summary>
    internal void RequeueForRoom(Outbox outbox)
    {
        Kind = WaitKind.Room;
        Extra.RoomBox = outbox;
        State |= Slow.Check;
        MakeReady();
    }

    private void MakeReady()
    {
        SlotOf->State = SlotHeader.Ready;
        Owner.Scheduler!.Header->Managed.Push(Owner.Id);
    }

    internal void ParkForData(RingHeader* ring)
    {
        Kind = WaitKind.Data;
        WaitOn = ring;
        RingOps.WaitForData(ring);
        ring->Sched->Slots[ring->Reader].State = SlotHeader.Parked;
        if (State != Slow.None)
            LookAtOthers();
    }

    internal void ParkForRoom(Outbox outbox)
    {
        Kind = WaitKind.Room;
        Extra.RoomBox = outbox;
        State |= Slow.Check;
        outbox.WaitForRoom();
        Parked();
    }

    internal void ParkForRoomOfAny(Outbox[] outboxes)
    {
        Kind = WaitKind.Room;
        Extra.RoomBoxes = outboxes;
        State |= Slow.Check;
        Extra.WaitForRoom();
        Parked();
    }

    internal void ParkForAny(ReadOnlySpan<Inbox> boxes, bool orEnd = false)
    {
        Kind = WaitKind.Any;
        State |= Slow.Check;
        Extra.SetAny(boxes, orEnd);
        foreach (Inbox box in boxes)
            RingOps.WaitForData(box.Ring);
        Parked();
    }

    internal void ParkForTimer(long atNs)
    {
        Kind = WaitKind.Timer;
        State |= Slow.Check;
        TimerFired = false;
        Owner.Scheduler!.Timers.Add(this, ++TimerVersion, atNs);
        Parked();
    }

    internal void ParkForReadiness()
    {
        Kind = WaitKind.Code;
        State |= Slow.Check | Slow.Watches;
        Parked();
    }

    internal void ParkForChildren()
    {
        Kind = WaitKind.Children;
        State |= Slow.Check;
        Parked();
    }

    private void Parked()
    {
        SlotOf->State = SlotHeader.Parked;
        if (State != Slow.None)
            LookAtOthers();
    }

    private void LookAtOthers()
    {
        // A cancellation or a helper's wait may have come true while the body ran: it must be seen, not slept over.
        if ((IsCancelled && Kind != WaitKind.Children) || ((State & Slow.Waiters) != 0 && Extra.AnyWaiterReady()))
            WakeSelf();
    }

    /// <summary>The delegate that a foreign awaiter calls, from any thread.</summary>
    internal Action BeginForeignWait()
    {
        Kind = WaitKind.Code;
        State = (State & ~Slow.ForeignDone) | Slow.Foreign;
        if ((State & Slow.Waiters) != 0 && Extra.AnyWaiterReady())
            MakeReady();
        else
            SlotOf->State = SlotHeader.Parked;
        return Extra.ForeignContinuation;
    }

    /// <summary>On the scheduler's thread: what the body awaited has come.</summary>
    internal void ForeignCompleted()
    {
        State |= Slow.ForeignDone;
        WakeSelf();
    }

    internal void WakeSelf()
    {
        if (Owner.Id >= 0 && Owner.Scheduler is { } home)
            RingOps.Wake(home.Header, Owner.Id);
    }

    /// <summary>It waits for something that is no box: whoever completes that may be under way to it.</summary>
    internal bool WaitsOutside => (State & Slow.Foreign) != 0;

    internal void TellWhenFit(Action tell)
    {
        State |= Slow.Leaves;
        Extra.WhenFit = tell;
    }

    // Its turn comes later: first whoever waits for this moment.
    private void TellThatFit()
    {
        State &= ~Slow.Leaves;
        ClearWait();
        Requeue();
        Action? tell = Extra.WhenFit;
        Extra.WhenFit = null;
        tell?.Invoke();
    }

    protected void ResumeSlow()
    {
        if ((State & Slow.Waiters) != 0)
        {
            Extra.RunReadyWaiters();
            if (Owner.Id < 0)
                return; // The body ended meanwhile.
        }
        if ((State & Slow.Foreign) != 0)
        {
            if ((State & Slow.ForeignDone) == 0)
            {
                ParkAgain();
                return;
            }
            State &= ~(Slow.Foreign | Slow.ForeignDone);
            if ((State & Slow.Leaves) != 0)
            {
                TellThatFit();
                return;
            }
        }
        else if (!WaitIsOver() && (!IsCancelled || Kind == WaitKind.Children))
        {
            ParkAgain();
            return;
        }
        ClearWait();
        MoveNext();
    }

    private void ParkAgain()
    {
        if ((State & Slow.Waiters) != 0 && Extra.AnyWaiterReady())
        {
            MakeReady();
            return;
        }
        switch (Kind)
        {
            case WaitKind.Data:
                RingOps.WaitForData((RingHeader*)WaitOn);
                break;
            case WaitKind.Room:
                Extra.WaitForRoom();
                break;
            case WaitKind.Any:
                foreach (Inbox box in Extra.AnyBoxes)
                    RingOps.WaitForData(box.Ring);
                break;
        }
        SlotOf->State = SlotHeader.Parked;
    }

    private bool WaitIsOver() => TokenIsCancelled || Kind switch
    {
        WaitKind.Data => ((RingHeader*)WaitOn)->Count != 0 || (((RingHeader*)WaitOn)->Flags & RingHeader.Ended) != 0,
        WaitKind.Room => Extra.MayProceed,
        WaitKind.Any => AnyAwaitable.IsOver(Extra.AnyBoxes, Extra.AnyOrEnd),
        WaitKind.Timer => TimerFired,
        WaitKind.Children => Owner.LiveChildren == 0,
        _ => true,
    };

    private bool TokenIsCancelled => Extras is { WaitToken.IsCancellationRequested: true };

    private void ClearWait()
    {
        if (Extras is not null)
            Extras.WaitToken = default;
        switch (Kind)
        {
            case WaitKind.Data:
                ((RingHeader*)WaitOn)->Wait = 0;
                break;
            case WaitKind.Room:
                Extra.ForgetRoomWait();
                break;
            case WaitKind.Any:
                foreach (Inbox box in Extra.AnyBoxes)
                    box.Ring->Wait = 0; // Else a message would wake a later wait for something else.
                break;
        }
        Kind = WaitKind.None;
        State &= ~Slow.Check;
    }

    internal override void OnStop(StopKind kind, bool isSource)
    {
        if (kind == StopKind.Cancel)
            State |= Slow.Cancelled;
        WakeSelfToCheck();
    }

    internal override void OnChange() => WakeSelfToCheck();

    private void WakeSelfToCheck()
    {
        State |= Slow.Check;
        WakeSelf();
    }

    internal override WaitReport DescribeWait()
    {
        void* ring = WaitOn;
        return Kind switch
        {
            WaitKind.Data => new(Kind, Owner.FindBoxBy(ring)),
            WaitKind.Room => new(Kind, Extras?.RoomBoxes?[0] ?? Extras?.RoomBox),
            WaitKind.Any => new(Kind, Extras is { AnyBoxes.Length: > 0 } e ? e.AnyBoxes[0] : null),
            _ => new(Kind, null),
        };
    }

    internal override IReadOnlyList<Box> WaitBoxes => (Kind, Extras) switch
    {
        (WaitKind.Any, { } extras) => [.. extras.AnyBoxes],
        (WaitKind.Room, { RoomBoxes: { } outboxes }) => outboxes,
        _ => base.WaitBoxes,
    };

    internal void Finish(Exception? exception)
    {
        Extras?.Forget();
        Owner.BodyEnded(exception);
    }
}

internal sealed class RunBox<TStateMachine> : RunBox where TStateMachine : IAsyncStateMachine
{
    public TStateMachine Machine = default!;

    internal override void Resume()
    {
        if (State == Slow.None)
        {
            Kind = WaitKind.None;
            Machine.MoveNext();
        }
        else
        {
            ResumeSlow();
        }
    }

    protected override void MoveNext() => Machine.MoveNext();
}
