namespace Kamaelia.Axon;

// How a component ends: its streams, its boxes, its place; and what those around it hear of it.
public abstract partial class Component
{
    /// <summary>The body is over: its outboxes end, its inboxes close, its parent and graph hear of it.</summary>
    internal void BodyEnded(Exception? exception)
    {
        if (LiveChildren == 0)
        {
            EndNow(exception);
            return;
        }
        Extras.IsEnding = true;
        Extras.EndCause = exception;
        SetBody(new EndingBody());
        foreach (Component child in Children.ToArray())
            child.ApplyStop(StopKind.Cancel);
    }

    /// <summary>Only its children still run.</summary>
    internal bool IsBodyOver => _body is EndingBody;

    /// <summary>In the place of a body that is over while children still end: late wake-ups find nothing to resume.
    /// </summary>
    private sealed class EndingBody : Activation
    {
        internal override void Resume()
        {
        }

        internal override WaitReport DescribeWait() => new(WaitKind.Children, null);
    }

    private void EndNow(Exception? exception)
    {
        EndReason reason = GivenEnd ?? ReasonOf(exception);
        Scheduler scheduler = _scheduler!;
        Graph graph = Graph!;
        int id = Id;
        _state = ComponentState.Ended;
        _end = reason;
        bool isQueued = SetDone(scheduler, id);
        if (reason.Kind == EndKind.Faulted && GivenEnd is null)
            graph.Faulted(this, reason.Exception!);
        SayEnd(reason);
        EndReason streamReason = StreamReason(reason);
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (box is Outbox)
                Postman.EndBox(box, streamReason);
        }
        for (Supervised? above = Supervised.Above(this); above is not null; above = Supervised.Above(above))
            above.BeforeBurial(this, reason);
        UnlinkMine();
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
            box.Bury();
        _extras?.ReturnRemoved();
        scheduler.Remove(id, isQueued);
        Id = -1;
        _body = null;
        graph.CloseAfterEnd(this, reason);
        _extras?.Stop?.Dispose();
        if (graph.IsObserved)
            graph.Report(new ComponentEnded(Path, reason));
        Component? parent = _parent;
        if (parent is RootComponent or null)
            graph.TopLevelEnded(this);
        else if (_extras is { Abandoned: true })
            parent.ForgetAbandoned(this);
        else
            parent.ChildEnded(this);
    }

    /// <summary>How it ended where it knows better than its body, and that is no fault of its own.</summary>
    internal virtual EndReason? GivenEnd => null;

    /// <summary>Messages it has taken; null when nothing feeds it.</summary>
    internal long? ReceivedSoFar
    {
        get
        {
            long? sum = null;
            for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
            {
                if (box is Inbox inbox && !ReferenceEquals(box.Info, PortInfo.Control)
                    && (box.HasFeeders || inbox.Received > 0))
                    sum = (sum ?? 0) + inbox.Received;
            }
            return sum;
        }
    }

    // True if it was woken and waits for its turn: another's end was its own, in the middle of that one's turn.
    private static unsafe bool SetDone(Scheduler scheduler, int id)
    {
        ref SlotHeader slot = ref scheduler.Header->Slots[id];
        bool isQueued = slot.State == SlotHeader.Ready && slot.Native == 0;
        slot.State = SlotHeader.Done;
        return isQueued;
    }

    private EndReason ReasonOf(Exception? exception) => exception switch
    {
        _ when _extras?.Injected is { } injected => EndReason.Faulted(injected),
        null => _stopKind == StopKind.Cancel ? EndReason.Cancelled : EndReason.Completed,
        ReceiverEndedException => EndReason.Cancelled,
        OperationCanceledException when _stopKind == StopKind.Cancel => EndReason.Cancelled,
        OperationCanceledException when _stopKind == StopKind.Drain => EndReason.Completed,
        _ => EndReason.Faulted(exception),
    };

    // A component that ends because its input failed has done its part well, but what it passed on is not whole.
    private EndReason StreamReason(EndReason own)
    {
        EndReason worst = own;
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (box is Inbox { EndValue: { } ended })
                worst = EndReason.Worse(worst, ended);
        }
        return worst;
    }

    // Axon's rule: a component that ends of its own accord says so on signal. One that has spoken there needs no help.
    private void SayEnd(EndReason reason)
    {
        if (_extras?.Signal is not { IsLinked: true, Sent: 0, EndValue: null, HasFeeders: false } signal
            || _parent is Supervised) // There may be another instance: its place speaks at the very end.
            return;
        signal.TrySend(reason.Kind == EndKind.Completed ? new ProducerFinished(this) : new ShutdownMicroprocess(this));
    }

    internal ValueTask CloseAsync(EndReason reason)
    {
        ValueTask ended = OnEndedAsync(reason);
        return this switch
        {
            IAsyncDisposable later => CloseThen(ended, later),
            IDisposable now => CloseThen(ended, now),
            _ => ended,
        };
    }

    private static async ValueTask CloseThen(ValueTask ended, IAsyncDisposable disposable)
    {
        await ended.ConfigureAwait(false);
        await disposable.DisposeAsync().ConfigureAwait(false);
    }

    private static async ValueTask CloseThen(ValueTask ended, IDisposable disposable)
    {
        await ended.ConfigureAwait(false);
        disposable.Dispose();
    }

    /// <summary>Never started, and never will be: its boxes give back their memory.</summary>
    internal virtual void BuryUnstarted()
    {
        foreach (Component child in Children.ToArray())
            child.BuryUnstarted();
        if (_state != ComponentState.Created)
            return;
        _state = ComponentState.Ended;
        _end = EndReason.Cancelled;
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
            box.Bury();
        Graph?.CloseAfterEnd(this, EndReason.Cancelled);
    }

    /// <summary>Ends it and all in it without resuming its body, which heeded no cancellation: of an abandoned graph.
    /// </summary>
    internal void Drop()
    {
        foreach (Component child in Children.ToArray())
            child.Drop();
        if (_state != ComponentState.Running)
            return;
        (_body as RunBox)?.Extras?.Forget();
        _stopKind = StopKind.Cancel;
        EndNow(new OperationCanceledException());
    }

    internal string WaitText => $"{Path} {(_body ?? this).DescribeWait()}";
}
