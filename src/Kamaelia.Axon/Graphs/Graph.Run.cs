namespace Kamaelia.Axon;

// Starting and ending.
public sealed partial class Graph
{
    private readonly TaskCompletionSource _completion;
    private readonly List<(string Path, Exception Exception)> _faults = [];
    private readonly CancellationTokenSource _sharedDrain = new();
    private readonly CancellationTokenSource _sharedCancel = new();
    private int _live = 1; // The graph itself, until it is started: an empty one completes then, not before.
    private volatile bool _isStarting;
    private volatile bool _over;
    private int _finished;

    private const int FinishedByItself = 1, FinishedByAbandon = 2;

    /// <summary>Completes when every component has ended and released what it held, and the threads are gone. Throws
    /// the first fault, with the others attached (<see cref="GraphFaultedException"/>).</summary>
    public Task Completion => _completion.Task;

    /// <summary>Checks the graph and starts every component.</summary>
    /// <exception cref="GraphInvalidException">A check found an error.</exception>
    /// <exception cref="InvalidOperationException">It runs, it has ended, or a stop was asked for before it could
    /// start.</exception>
    public void Start()
    {
        _isStarting = true;
        try
        {
            List<GraphDiagnostic> errors = Check(errorsOnly: true);
            if (errors.Count > 0)
                throw new GraphInvalidException(errors);
            StartComponents();
        }
        finally
        {
            _isStarting = false;
        }
        Release();
    }

    private void StartComponents()
    {
        lock (_lock)
        {
            ThrowIfOver();
            if (_started)
                throw new InvalidOperationException($"{Name} runs already");
            foreach (Component component in _root.Children)
                component.StartOn(component.Home!);
            foreach (Component component in _root.Children)
                component.OnNeighboursPlaced();
            // Inside the lock: who sees it started must find its threads, or two would run one scheduler's components.
            if (!Options.ManualScheduling)
            {
                var probe = Options.Resources.Find<ThreadProbe>();
                foreach (Scheduler scheduler in _schedulers)
                {
                    scheduler.Probe = probe;
                    scheduler.Start();
                }
            }
            StartSampling();
            _started = true;
        }
    }

    /// <summary>Starts it and waits for its end; a cancelled token stops it as <see cref="StopAsync"/> does.</summary>
    public async Task RunAsync(CancellationToken stop = default)
    {
        Start();
        await using CancellationTokenRegistration watch =
            stop.UnsafeRegister(static g => _ = ((Graph)g!).StopAsync().AsTask(), this);
        await Completion.ConfigureAwait(false);
    }

    internal CancellationToken SharedToken(bool isSource) => isSource ? _sharedDrain.Token : _sharedCancel.Token;

    internal void CloseAfterEnd(Component component, EndReason reason)
    {
        Scheduler home = component.Home ?? _schedulers[0];
        home.Closing = component; // So that one that blocks there is abandoned by name.
        try
        {
            ValueTask closing = component.CloseAsync(reason);
            if (!closing.IsCompletedSuccessfully)
            {
                Hold();
                Supervised? slot = Supervised.Above(component);
                slot?.BeginClosing();
                GraphTransaction? leaving = component.Top.Leaving;
                leaving?.MustWait();
                _ = AwaitClose(component, closing, slot, leaving);
            }
        }
        catch (Exception e)
        {
            Report(new CallbackFaulted(component.Path, e));
        }
        home.Closing = null;
    }

    private async Task AwaitClose(Component component, ValueTask closing, Supervised? slot, GraphTransaction? leaving)
    {
        lock (_closing)
            _closing.Add(component);
        try
        {
            await closing.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Report(new CallbackFaulted(component.Path, e));
        }
        lock (_closing)
            _closing.Remove(component);
        if (slot?.State == ComponentState.Running)
            slot.Scheduler?.Post(() => slot.OnScheduler(slot.EndClosing));
        leaving?.WaitIsOver();
        Release();
    }

    /// <summary>One more thing to wait for; <see cref="Release"/> says that it is over.</summary>
    internal void Hold() => Interlocked.Increment(ref _live);

    /// <summary>A component, its closing, or the start is over; the last of them finishes the graph.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _live) == 0)
            Finish();
    }

    private void Finish()
    {
        int before = Interlocked.CompareExchange(ref _finished, FinishedByItself, 0);
        if (before == FinishedByAbandon)
            DisposeShared(); // Nothing of it is left now.
        if (before != 0)
            return;
        _over = true;
        if (Options.ManualScheduling)
        {
            // Whoever waits for it may dispose the scheduler: not while it is in the middle of a turn.
            if (Scheduler.Current is { IsStarted: false } current)
                current.AfterStep(Complete);
            else
                Complete();
            return;
        }
        _sampling?.Dispose();
        _schedulers.ForEach(s => s.RequestExit());
        // Not here: this may be one of the very threads to wait for.
        if (_stop.TakeJoin())
            return;
        ThreadPool.UnsafeQueueUserWorkItem(static g => g.JoinThreads(), this, preferLocal: false);
    }

    internal void JoinThreads()
    {
        _schedulers.ForEach(s => s.Dispose());
        Complete();
    }

    private void Complete()
    {
        _stop.End(null); // A stop is about ending; Completion tells of faults.
        lock (_faults)
        {
            if (_faults.Count == 0)
                _completion.TrySetResult();
            else
                _completion.TrySetException(new GraphFaultedException(_faults[0].Path, _faults[0].Exception,
                    [.. _faults.Skip(1).Select(f => f.Exception)]));
        }
    }

    internal void Faulted(Component who, Exception exception)
    {
        long? received = who.ReceivedSoFar;
        if (who.IsFaultKept)
        {
            ReportFault(who.Path, exception, received, new FaultVerdict(FaultAction.Ignored));
            return;
        }
        if (Supervised.Above(who) is { } slot)
        {
            FaultVerdict verdict = (who as Supervisor)?.EarlyVerdict ?? slot.Supervisor.Judge(slot, who, exception);
            // In a stop nothing is started again: what the fault cost is lost, and whoever waits for the end must know.
            if (verdict.Action == FaultAction.Ignored && slot.Supervisor.StopRequested != StopKind.None)
                NoteFault(who.Path, exception);
            ReportFault(who.Path, exception, received, verdict);
            return;
        }
        NoteFault(who.Path, exception);
        ReportFault(who.Path, exception, received,
            new FaultVerdict(Options.StopOnFault ? FaultAction.StopsGraph : FaultAction.Ignored));
        if (Options.StopOnFault)
            _ = AskStop(TimeSpan.Zero, Options.CancelTimeout);
    }

    private void NoteFault(string path, Exception exception)
    {
        lock (_faults)
            _faults.Add((path, exception));
    }

    internal void ReportFault(string path, Exception exception, long? received, FaultVerdict verdict) =>
        Report(new ComponentFaulted(path, exception)
        {
            MessageNumber = received,
            Action = verdict.Action,
            RestartDelay = verdict.Delay,
        });
}
