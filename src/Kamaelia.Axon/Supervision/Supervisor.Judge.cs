namespace Kamaelia.Axon;

// What to do about an end. On the scheduler's thread, within the activation of what ended.
public sealed partial class Supervisor
{
    private readonly Backoff _backoff;
    private readonly Queue<long> _restartTimes = new();
    private SupervisorEscalatedException? _escalation;

    private bool IsStopping => StopRequested != StopKind.None;

    private bool IsOneForOne => Options.Strategy == SupervisionStrategy.OneForOne;

    /// <summary>A component in a place's instance, or the instance itself, has faulted.</summary>
    internal FaultVerdict Judge(Supervised slot, Component who, Exception exception)
    {
        Component child = who;
        while (!ReferenceEquals(child.Parent, slot))
            child = child.Parent!;
        if (!ReferenceEquals(child, slot.Instance))
            return new FaultVerdict(FaultAction.Ignored); // One that was abandoned.
        if (_escalation is not null || IsStopping || slot.StopRequested != StopKind.None)
        {
            slot.Cause ??= exception; // Nothing is restarted any more; what it sent is known not to be whole.
            return new FaultVerdict(FaultAction.Ignored);
        }
        bool isInside = !ReferenceEquals(who, child);
        if (slot.IsJudged)
            return slot.WillRestart
                ? new FaultVerdict(FaultAction.Restarts, slot.RestartDelay) // It goes down already, for another cause.
                : new FaultVerdict(FaultAction.Ignored);
        slot.MustStop = isInside; // A fault anywhere in a chassis is the child's.
        OnChange();
        if (slot.Restart != Restart.Temporary)
            return CountRestart(slot, exception);
        slot.Judge(willRestart: false, exception);
        return new FaultVerdict(FaultAction.Ignored);
    }

    /// <summary>The instance has ended, by a fault that was judged or by itself.</summary>
    internal void JudgeEnd(Supervised slot)
    {
        if (slot.IsJudged)
            return;
        bool isAgain = slot.Restart == Restart.Permanent && _escalation is null && !IsStopping
            && slot.StopRequested == StopKind.None && slot.HasWork;
        if (isAgain)
            CountRestart(slot, null);
        else
            slot.Judge(willRestart: false, null);
        OnChange();
    }

    private FaultVerdict CountRestart(Supervised slot, Exception? cause)
    {
        long now = NowNs;
        while (_restartTimes.TryPeek(out long time) && now - time >= Ns(Options.Within))
            _restartTimes.Dequeue();
        if (_restartTimes.Count >= Options.RestartsMax)
        {
            Escalate(slot, cause);
            return new FaultVerdict(FaultAction.Escalates);
        }
        _restartTimes.Enqueue(now);
        Backoff backoff = IsOneForOne ? slot.Backoff : _backoff;
        TimeSpan delay = backoff.Next(now, IsOneForOne ? slot.Path : Path);
        slot.Judge(willRestart: true, cause);
        foreach (Supervised each in _slots)
        {
            if (ReferenceEquals(each, slot) || IsConcerned(each, slot))
                Plan(each, now + Ns(delay), delay, backoff.Attempt);
        }
        OnChange();
        return new FaultVerdict(FaultAction.Restarts, delay);
    }

    private bool IsConcerned(Supervised each, Supervised fallen) => !each.IsOver && Options.Strategy switch
    {
        SupervisionStrategy.OneForAll => !HasEndedForGood(each),
        SupervisionStrategy.RestForOne => each.Index > fallen.Index && !HasEndedForGood(each),
        _ => false,
    };

    // It did its work, or is temporary and fell: its streams have ended and cannot begin again.
    private static bool HasEndedForGood(Supervised slot) => slot.Instance is null && !slot.WillRestart;

    private static void Plan(Supervised slot, long atNs, TimeSpan delay, int attempt)
    {
        slot.RestartAtNs = Math.Max(slot.RestartAtNs, atNs);
        slot.RestartDelay = delay;
        slot.Attempt = attempt;
        if (slot.Instance is null || slot.IsJudged)
            return; // It is down, or goes down already.
        slot.Judge(slot.Restart != Restart.Temporary, null);
        slot.MustStop = true;
    }

    private void Escalate(Supervised slot, Exception? cause)
    {
        _escalation = new SupervisorEscalatedException(Path, slot.Path, Options.RestartsMax, Options.Within, cause);
        slot.Cause ??= cause;
        foreach (Supervised each in _slots)
        {
            each.Judge(willRestart: false, null);
            each.MustStop = each.Instance is not null;
        }
        // Asked now and not at its end: what waits in the children is to be saved if all of this starts again.
        if (Supervised.Above(this) is { } outer)
            EarlyVerdict = outer.Supervisor.Judge(outer, this, _escalation);
        OnChange();
    }

    /// <summary>What the supervisor above will do about this one's fault, where there is one.</summary>
    internal FaultVerdict? EarlyVerdict { get; private set; }

    private static long Ns(TimeSpan time) => time.Ticks * 100;
}
