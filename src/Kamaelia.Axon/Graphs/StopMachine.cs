namespace Kamaelia.Axon;

/// <summary>Carries the one stop of a graph through, whoever asks for it and how often: drain, cancel, abandon, each at
/// the earliest deadline that anybody asked for.</summary>
/// <remarks>
/// On a thread of its own, which does nothing that a component, an observer or a starved thread pool could hold up. A
/// graph that is stepped by hand has no threads: there the caller and the clock's timer carry it on.
/// </remarks>
internal sealed class StopMachine
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(20); // What timers and Monitor.Wait take.

    private readonly Graph _graph;
    private readonly TimeProvider _time;
    private readonly object _lock = new(); // Waited on, so not a Lock.
    private readonly TaskCompletionSource _done;
    private readonly bool _isManual;
    private readonly bool _isSystemTime;
    private readonly long _origin;
    private ITimer? _timer;
    private TimeSpan _drainEnds;
    private TimeSpan _cancelTime;
    private TimeSpan _cancelEnds;
    private Step _reached;
    private bool _isAsked;
    private bool _isOver;
    private bool _mustJoin;
    private bool _isAdvancing;

    private enum Step : byte
    {
        None,
        Drain,
        Cancel,
        Abandon,
        Join,
    }

    public StopMachine(Graph graph, TaskCreationOptions continuations)
    {
        _graph = graph;
        _time = graph.Options.Time;
        _isManual = graph.Options.ManualScheduling;
        _isSystemTime = ReferenceEquals(_time, TimeProvider.System);
        _origin = _time.GetTimestamp();
        _done = new TaskCompletionSource(continuations);
        _ = _done.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default); // Completion tells it too: one who does not look is no unobserved failure.
    }

    /// <summary>The strongest stop that every component was asked for.</summary>
    public StopKind Reached => _reached switch
    {
        Step.None => StopKind.None,
        Step.Drain => StopKind.Drain,
        _ => StopKind.Cancel,
    };

    /// <summary>Whether anybody asked for it.</summary>
    public bool IsAsked => Volatile.Read(ref _isAsked);

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Begins the stop, or shortens the one that goes on. Every caller gets the same task. Never waits.
    /// </summary>
    public Task Ask(TimeSpan drain, TimeSpan cancel)
    {
        drain = Bounded(drain);
        cancel = Bounded(cancel);
        bool isFirst;
        lock (_lock)
        {
            if (_isOver)
                return _done.Task;
            isFirst = !_isAsked;
            TimeSpan now = Now;
            _drainEnds = isFirst ? now + drain : Least(_drainEnds, now + drain);
            _cancelTime = isFirst ? cancel : Least(_cancelTime, cancel);
            _cancelEnds = Least(_cancelEnds, now + drain + cancel);
            _isAsked = true;
            Monitor.PulseAll(_lock);
        }
        if (_isManual)
            Advance();
        else if (isFirst)
            StartThread();
        return _done.Task;
    }

    private static TimeSpan Bounded(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || time > s_longest ? s_longest : time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>The last component has ended: the machine's thread, if it runs, joins the schedulers' (true).</summary>
    public bool TakeJoin()
    {
        lock (_lock)
        {
            if (!_isAsked || _isManual || _isOver)
                return false;
            _mustJoin = true;
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    /// <summary>The graph is over, this way: there is nothing left to stop.</summary>
    public void End(Exception? abandoned)
    {
        lock (_lock)
        {
            _isOver = true;
            _timer?.Dispose();
            Monitor.PulseAll(_lock);
        }
        if (abandoned is null)
            _done.TrySetResult();
        else
            _done.TrySetException(abandoned);
    }

    private void StartThread()
    {
        try
        {
            new Thread(Loop) { IsBackground = true, Name = $"{_graph.Name}/stop" }.Start();
        }
        catch (OutOfMemoryException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static m => m.Loop(), this, preferLocal: false); // No thread to be had.
        }
    }

    private void Loop()
    {
        while (WaitForStep() is var step and not Step.None)
        {
            Do(step);
            if (step == Step.Join)
                return;
        }
    }

    private Step WaitForStep()
    {
        lock (_lock)
        {
            while (true)
            {
                if (_isOver)
                    return Step.None;
                if (_mustJoin)
                    return Step.Join;
                if (TakeDue(out TimeSpan left) is var due and not Step.None)
                    return due;
                if (_reached == Step.Abandon)
                    return Step.None;
                ArmTimer(left);
                Monitor.Wait(_lock, _isSystemTime ? left + TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan);
            }
        }
    }

    // One step after the other, even where a deadline has passed long ago: cancelled before abandoned, and with all of
    // its time, since that is counted from the cancellation.
    private Step TakeDue(out TimeSpan left)
    {
        TimeSpan now = Now;
        left = Timeout.InfiniteTimeSpan;
        switch (_reached)
        {
            case Step.None or Step.Drain when now >= _drainEnds:
                _cancelEnds = now + _cancelTime;
                return _reached = Step.Cancel;
            case Step.None:
                return _reached = Step.Drain;
            case Step.Cancel when now >= _cancelEnds:
                return _reached = Step.Abandon;
            case Step.Abandon:
                return Step.None;
        }
        left = (_reached == Step.Drain ? _drainEnds : _cancelEnds) - now;
        return Step.None;
    }

    // A clock that is not the system's wakes us; a graph without threads has nobody else to do it.
    private void ArmTimer(TimeSpan left)
    {
        if (_isSystemTime && !_isManual)
            return;
        _timer ??= _time.CreateTimer(static m => ((StopMachine)m!).OnTimer(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
        if (_isManual)
            Advance();
    }

    /// <summary>Without threads: does what is due, then leaves the rest to the timer.</summary>
    private void Advance()
    {
        while (true)
        {
            Step due;
            lock (_lock)
            {
                if (_isOver || _isAdvancing)
                    return;
                due = TakeDue(out TimeSpan left);
                if (due == Step.None)
                {
                    if (_reached != Step.Abandon)
                        ArmTimer(left);
                    return;
                }
                _isAdvancing = true;
            }
            try
            {
                Do(due);
            }
            finally
            {
                _isAdvancing = false;
            }
        }
    }

    private void Do(Step step)
    {
        switch (step)
        {
            case Step.Drain:
                _graph.CarryOut(StopKind.Drain);
                break;
            case Step.Cancel:
                _graph.CarryOut(StopKind.Cancel);
                break;
            case Step.Abandon:
                _graph.Abandon();
                break;
            case Step.Join:
                _graph.JoinThreads();
                break;
        }
    }
}
