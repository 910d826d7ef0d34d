namespace Kamaelia.Axon;

/// <summary>One change of a graph under way: a chain of steps, each of which runs on the schedulers it concerns,
/// between two of their activations.</summary>
/// <remarks>No step waits and no async method is used: with manual scheduling the order of everything follows from the
/// order in which schedulers are stepped.</remarks>
internal sealed partial class GraphChange
{
    private readonly Graph _graph;
    private readonly GraphDiff _diff;
    private readonly GraphDiffOptions _options;
    private readonly TaskCompletionSource<GraphDiffResult> _done;
    private readonly Lock _lock = new();
    private readonly List<(Scheduler Scheduler, List<Action> Actions)> _batch = [];
    private readonly List<Exception> _failures = [];
    private int _outstanding;
    private bool _isAborted;

    public GraphChange(Graph graph, GraphDiff diff, GraphDiffOptions options)
    {
        _graph = graph;
        _diff = diff;
        _options = options;
        _done = new TaskCompletionSource<GraphDiffResult>(graph.Options.ManualScheduling
            ? TaskCreationOptions.None
            : TaskCreationOptions.RunContinuationsAsynchronously);
        IsOwnEnd = diff.Removals.Exists(component => component.IsRunningHere);
    }

    public Task<GraphDiffResult> Result => _done.Task;

    /// <summary>Asked for from inside a component that it removes.</summary>
    public bool IsOwnEnd { get; }

    /// <summary>Its turn has come.</summary>
    public void Begin()
    {
        if (_isAborted)
        {
            _graph.ChangeOver(this);
            return;
        }
        _boxes = new (Outbox?, Inbox?)[_diff.Joins.Count];
        for (int i = 0; i < _boxes.Length; i++)
            FindBoxes(i);
        Run(CheckAndGo);
    }

    private void CheckAndGo()
    {
        try
        {
            MakePlan();
        }
        catch (Exception e)
        {
            Fail(e); // A component's own code (ports, boxes) threw: nothing was changed.
            return;
        }
        if (_problems.Count > 0)
        {
            Fail(new GraphDiffException(_graph.Name, _problems));
            return;
        }
        ArmDeadline();
        Prepare();
        Run(DetachAll);
    }

    private void DetachAll()
    {
        Detach();
        Run(() => WaitIsOver());
    }

    private void AttachAll()
    {
        Attach();
        Run(Finish);
    }

    // ---- steps on schedulers ----

    private void On(Scheduler scheduler, Action action)
    {
        int index = _batch.FindIndex(each => ReferenceEquals(each.Scheduler, scheduler));
        if (index < 0)
        {
            _batch.Add((scheduler, []));
            index = _batch.Count - 1;
        }
        _batch[index].Actions.Add(action);
    }

    /// <summary>Runs what was gathered, that of one scheduler in one piece, then goes on.</summary>
    private void Run(Action next)
    {
        (Scheduler Scheduler, List<Action> Actions)[] batch = [.. _batch];
        _batch.Clear();
        if (batch.Length == 0)
        {
            next();
            return;
        }
        _outstanding = batch.Length;
        foreach ((Scheduler scheduler, List<Action> actions) in batch)
        {
            _graph.RunOn(scheduler, () =>
            {
                foreach (Action action in actions)
                    Guard(action);
                if (Interlocked.Decrement(ref _outstanding) == 0)
                    next();
            });
        }
    }

    // One step's failure must not keep the rest from being done: a graph half changed would be worse.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            lock (_lock)
                _failures.Add(e);
        }
    }

    // ---- the end ----

    private void Finish()
    {
        _timer?.Dispose();
        foreach (Component component in _diff.Removals)
            component.Leaving = null;
        var result = new GraphDiffResult(
            [.. _diff.Additions.Select(each => each.Component.Path)], _removedPaths, _made,
            [.. _undoneTexts], [.. _abandoned]);
        _graph.Report(new GraphChanged(result.Added, result.Removed, [.. _made.Select(TextOf)], result.Unlinked,
            result.Abandoned));
        lock (_lock)
        {
            if (_isAborted)
                result = null;
        }
        _graph.ChangeOver(this);
        if (result is null)
            return;
        if (_failures.Count > 0)
            _done.TrySetException(new AggregateException("the change was made, but not all of it", _failures));
        else
            _done.TrySetResult(result);
    }

    private void Fail(Exception cause)
    {
        EndReserves();
        Run(() =>
        {
            _graph.ChangeOver(this);
            _done.TrySetException(cause); // What was to be added is as it was: it can be used again.
        });
    }

    /// <summary>The graph has given up, or the change before this one hangs.</summary>
    public void Abort(Exception cause)
    {
        lock (_lock)
            _isAborted = true;
        _timer?.Dispose();
        _done.TrySetException(cause);
    }
}
