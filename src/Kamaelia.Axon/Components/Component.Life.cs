using System.Diagnostics;

namespace Kamaelia.Axon;

// How a component starts and stops. The scheduler's thread, but for RequestStop.
public abstract partial class Component
{
    internal Activation? Body => _body;

    internal bool ReadsControl => HandlesControl;

    internal virtual bool HearsStopOnControl => HandlesControl;

    /// <summary>The token its body was given.</summary>
    internal CancellationToken StopToken => _extras?.Stop?.Token ?? Graph?.SharedToken(_isSource) ?? default;

    internal bool IsOwnToken(CancellationToken token) => token == StopToken;

    internal void StartOn(Scheduler scheduler)
    {
        Debug.Assert(_state == ComponentState.Created);
        _scheduler = scheduler;
        Id = scheduler.Place(this);
        _state = ComponentState.Running;
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
            box.OnPlaced(scheduler, Id);
        OnPlacing();
        if (_parent is { } parent and not RootComponent)
            parent.Extras.LiveChildren++;
        RingOpsWake();
    }

    private unsafe void RingOpsWake() => RingOps.Wake(_scheduler!.Header, Id);

    /// <summary>The first activation: starts the children, then the body.</summary>
    internal override void Resume()
    {
        _isSource = !AnyIsFed();
        if (Graph!.Options.OwnStopTokens || Supervised.Above(this) is not null) // A supervisor stops one by itself.
            Extras.Stop = new CancellationTokenSource();
        if (Graph.IsObserved)
            Graph.Report(new ComponentStarted(Path));
        StopKind asked = _parent is { } parent && parent._stopKind > _stopKind ? parent._stopKind : _stopKind;
        _stopKind = StopKind.None; // What was asked before it started is done now: there is a token to cancel.
        ApplyStop(asked);
        try
        {
            for (int i = 0; i < Children.Count; i++)
            {
                if (Children[i]._state == ComponentState.Created)
                    Children[i].StartOn(_scheduler!);
            }
            for (int i = 0; i < Children.Count; i++)
                Children[i].OnNeighboursPlaced();
            Begin();
        }
        catch (Exception e)
        {
            if (_state != ComponentState.Ended)
                BodyEnded(e);
        }
    }

    private bool AnyIsFed()
    {
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (IsFed(box))
                return true;
        }
        return false;
    }

    /// <summary>Whether something sends to it, through whatever pass-through boxes.</summary>
    internal static bool IsFed(Box box)
    {
        if (!box.IsInbox || ReferenceEquals(box.Info, PortInfo.Control))
            return false;
        if (box.Reserves > 0)
            return true; // It is about to be: whoever said so asks again when it is, or is not.
        if (box.EndValue is { } ended && (ended.Kind == EndKind.Unlinked || box.FeedersReason is not null))
            return true; // It was, until now: what waits in it is still to be worked on.
        for (int i = 0; i < box.FeederCount; i++)
        {
            Box from = box.FeederAt(i).From;
            if (!from.IsInbox || IsFed(from))
                return true;
        }
        return false;
    }

    /// <summary>Starts the body; what is not an async method overrides it.</summary>
    internal virtual void Begin()
    {
        CancellationToken token = StopToken;
        RunBox? box = RunAsync(token).Box;
        if (box is null)
        {
            BodyEnded(null);
            return;
        }
        box.Owner = this;
        box.OwnToken = token;
        for (Box? each = _boxes; each is not null; each = each.NextOfOwner)
            (each as Inbox)?.OwnToken = token;
        SetBody(box);
        if (_stopKind == StopKind.Cancel)
            box.State |= RunBox.Slow.Cancelled;
        if (HasControl && !HandlesControl)
            WatchControl();
        box.Resume();
    }

    /// <summary>A wait that is about to begin was given a token that is not the component's own.</summary>
    internal void NoteStop(CancellationToken stop)
    {
        if (_body is not RunBox box || (!stop.CanBeCanceled && box.Extras is null) || stop == box.OwnToken)
            return;
        box.Extra.NotedStop = stop;
    }

    private protected void SetBody(Activation body)
    {
        _body = body;
        _scheduler!.Replace(Id, body);
    }

    /// <summary>What the runtime does with control messages that the component does not read itself.</summary>
    internal void ActOnControl()
    {
        while (Control.TryReceive(out ControlMessage? message))
        {
            if (message is ShutdownMicroprocess)
                ApplyStop(StopKind.Cancel);
            else if (message is ProducerFinished)
                FinishInput();
        }
        WatchControl();
    }

    private void WatchControl()
    {
        if (_state != ComponentState.Running || Control.IsEnded)
            return;
        if (_body is RunBox box)
            box.Extra.AddWaiter(WaitKind.Data, [Control], 0, ActOnControl, default);
        else
            OnChange(); // A step looks at its control at every turn.
    }

    // "Finish what is queued, pass it on, stop": whoever still feeds it finds it closed.
    private void FinishInput()
    {
        foreach (Box box in Boxes.ToArray())
        {
            if (box is Inbox inbox && !ReferenceEquals(box.Info, PortInfo.Control))
                (Postman.FinalOf(inbox) ?? inbox).CloseToSenders();
        }
        ApplyStop(StopKind.Drain);
    }

    // Linkages live as long as the component that made them.
    private void UnlinkMine()
    {
        GiveBackQueued();
        if (_extras?.Linkages is not { } mine)
            return;
        foreach (Linkage linkage in mine)
            Postman.Unlink(linkage);
        mine.Clear();
    }

    /// <summary>Asks it and everything in it to stop. Any thread, any state, any number of times; never
    /// waits.</summary>
    public void RequestStop(StopKind kind) => OnScheduler(() => ApplyStop(kind));

    // On the thread where its state may be touched: its scheduler's, or anybody's before it starts.
    private bool IsAtHome => Scheduler is not { } home || ReferenceEquals(Scheduler.Current, home);

    /// <summary>Runs it on the thread of its scheduler; nowhere once it has ended.</summary>
    internal void OnScheduler(Action action)
    {
        if (IsAtHome)
            action();
        else
            Scheduler?.Post(() => OnScheduler(action)); // Looked at again there: it may have been moved meanwhile.
    }

    private void ApplyStop(StopKind kind)
    {
        if (kind <= _stopKind || _state == ComponentState.Ended)
            return;
        _stopKind = kind;
        _isSource = !AnyIsFed(); // It may have been linked since it started.
        if (_state == ComponentState.Created)
            return; // It will see it when it starts.
        for (int i = Children.Count - 1; i >= 0; i--)
            Children[i].ApplyStop(kind);
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (box is Inbox inbox && !ReferenceEquals(box.Info, PortInfo.Control))
                EndIfUnfed(inbox);
        }
        if (HearsStopOnControl)
            Control.ForcePush(kind == StopKind.Cancel ? new ShutdownMicroprocess(this) : new ProducerFinished(this));
        if (kind == StopKind.Cancel || _isSource)
            CancelToken();
        (_body ?? this).OnStop(kind, _isSource);
    }

    private static void EndIfUnfed(Inbox inbox)
    {
        inbox.KeepOpen = false; // It was open for feeders yet to come; none will.
        if (!IsFed(inbox) || inbox.OpenFeeders == 0)
            Postman.EndBox(inbox, inbox.FeedersReason ?? EndReason.Completed);
    }

    /// <summary>What was to feed it does, or will not: a stop that came meanwhile counts now.</summary>
    internal void EndIfDraining(Inbox inbox)
    {
        if (_stopKind != StopKind.None && _state == ComponentState.Running
            && !ReferenceEquals(inbox.Info, PortInfo.Control))
            EndIfUnfed(inbox);
    }

    private void CancelToken()
    {
        try
        {
            _extras?.Stop?.Cancel();
        }
        catch (AggregateException e)
        {
            Graph!.Report(new CallbackFaulted(Path, e)); // Somebody's registration threw; the stop goes on.
        }
    }

    internal void WakeForChange()
    {
        if (_state == ComponentState.Running)
            (_body ?? this).OnChange();
    }
}
