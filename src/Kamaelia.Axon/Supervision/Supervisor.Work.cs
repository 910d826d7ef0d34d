namespace Kamaelia.Axon;

// Its turns: stop who must stop, start whose time has come, end when nothing is left.
public sealed partial class Supervisor
{
    private const int LettersMax = 4096; // While the receiver is slow: what comes beyond is lost, and counted.

    private readonly Queue<DeadLetter> _letters = new();
    private long _lettersLost;
    private bool _begun;
    private bool _isWorking;
    private bool _again;
    private long _armedAtNs = long.MaxValue;

    internal override bool HearsStopOnControl => false;

    /// <inheritdoc/>
    protected override Run RunAsync(CancellationToken stop) => Run.Completed;

    internal override void Resume()
    {
        if (_begun)
        {
            Work();
            return;
        }
        _begun = true;
        _backoff.Started(NowNs);
        base.Resume();
    }

    internal override void Begin() => Work();

    internal override void OnStop(StopKind kind, bool isSource) => OnChange();

    internal override unsafe void OnChange()
    {
        _again = true;
        if (!_isWorking && Id >= 0)
            RingOps.Wake(Scheduler!.Header, Id);
    }

    internal override WaitReport DescribeWait() => _letters.Count > 0 && LiveChildren == 0
        ? new(WaitKind.Room, DeadLetters)
        : new(_armedAtNs == long.MaxValue ? WaitKind.Children : WaitKind.Timer, null);

    private unsafe void Work()
    {
        _isWorking = true;
        long now = NowNs;
        if (now >= _armedAtNs)
            _armedAtNs = long.MaxValue;
        _again = false;
        if (HasControl && Control.Count > 0)
            ActOnControl();
        Heed();
        StopChildren(now);
        FinishPlaces(now);
        StartDue(now);
        FlushLetters();
        _isWorking = false;
        if (LiveChildren == 0 && _letters.Count == 0)
        {
            BodyEnded(_escalation);
            return;
        }
        Scheduler!.Header->Slots[Id].State = SlotHeader.Parked;
        if (_letters.Count > 0)
            DeadLetters.WaitForRoom();
        if (HasControl)
            Control.Ring->Wait = RingHeader.WaitReader;
        Arm(now);
        if (_again)
            OnChange(); // In another turn: a factory that always fails must not keep the thread.
    }

    // Once it drains or is cancelled nothing is restarted, and only those already told to stop have a deadline.
    private void Heed()
    {
        foreach (Supervised slot in _slots)
        {
            if (!IsStopping && slot.StopRequested == StopKind.None)
                continue;
            slot.WillRestart = false;
            if (slot.StopRequested == StopKind.Cancel || StopRequested == StopKind.Cancel)
                slot.MustStop = slot.Instance is not null;
            else if (_escalation is null && slot.DeadlineNs == 0)
                slot.MustStop = false;
        }
    }

    private void StopChildren(long now)
    {
        bool oneAtATime = StopRequested != StopKind.Cancel && (!IsOneForOne || _escalation is not null);
        for (int i = _slots.Count - 1; i >= 0; i--)
        {
            Supervised slot = _slots[i];
            if (!slot.MustStop || slot.Instance is not { } instance)
                continue;
            if (slot.DeadlineNs == 0)
            {
                slot.DeadlineNs = now + Ns(Options.StopTimeout);
                instance.RequestStop(StopKind.Cancel);
            }
            if (now >= slot.DeadlineNs)
                slot.Abandon();
            else if (oneAtATime)
                break;
        }
    }

    private void FinishPlaces(long now)
    {
        foreach (Supervised slot in _slots)
        {
            if (!slot.IsDown)
                continue;
            if (slot.IsClosing)
                GiveUpClosing(slot, now);
            if (slot.IsDown && !slot.WillRestart)
                slot.Finish(slot.Cause is { } cause
                    ? EndReason.Faulted(cause)
                    : slot.EndedAs ?? EndReason.Cancelled);
        }
    }

    private void GiveUpClosing(Supervised slot, long now)
    {
        if (slot.DeadlineNs == 0)
            slot.DeadlineNs = now + Ns(Options.StopTimeout);
        else if (now >= slot.DeadlineNs)
            slot.Abandon();
    }

    private void StartDue(long now)
    {
        if (IsGroupBusy)
            return;
        foreach (Supervised slot in _slots)
        {
            if (!slot.IsDown || !slot.WillRestart || slot.IsClosing || slot.RestartAtNs > now)
                continue;
            slot.DeadlineNs = 0;
            if (slot.TryStart(out Exception? failure))
            {
                _backoff.Started(now);
                slot.RestartAtNs = 0;
                Graph!.Report(new ComponentRestarted(
                    slot.Path, slot.Instance!.Path, slot.Attempt, slot.RestartDelay));
                continue;
            }
            slot.IsJudged = slot.WillRestart = false;
            slot.Cause = null;
            slot.RestartAtNs = 0;
            Graph!.ReportFault(slot.Path, failure!, null, CountRestart(slot, failure));
            return; // The others' time comes at the next look: this may have changed their plans.
        }
    }

    // All of a group are down before the first of them starts again.
    private bool IsGroupBusy => !IsOneForOne
        && _slots.Exists(s => (s.MustStop && s.Instance is not null) || (s.IsDown && s.WillRestart && s.IsClosing));

    private void Arm(long now)
    {
        long next = long.MaxValue;
        foreach (Supervised slot in _slots)
        {
            if (slot.DeadlineNs > 0)
                next = Math.Min(next, slot.DeadlineNs);
            if (slot.IsDown && slot.WillRestart && slot.RestartAtNs > now)
                next = Math.Min(next, slot.RestartAtNs);
        }
        if (next >= _armedAtNs)
            return; // An earlier look is on its way, and looks at all.
        _armedAtNs = next;
        Scheduler!.Timers.AddWake(this, next);
    }

    // ---- dead letters ----

    internal void PostLetter(DeadLetter letter)
    {
        if (_letters.Count < LettersMax && DeadLetters.IsLinked && StopRequested != StopKind.Cancel)
        {
            _letters.Enqueue(letter);
            OnChange();
            return;
        }
        Lose(letter);
    }

    private void Lose(DeadLetter letter)
    {
        _lettersLost++;
        letter.Dispose();
    }

    private void FlushLetters()
    {
        while (_letters.TryPeek(out DeadLetter? letter))
        {
            if (DeadLetters.TrySend(letter))
            {
                _letters.Dequeue();
                continue;
            }
            if (DeadLetters.IsLinked && !DeadLetters.IsReceiverEnded && StopRequested != StopKind.Cancel)
                return;
            _letters.Dequeue();
            Lose(letter);
        }
    }
}
