namespace Kamaelia.Axon;

/// <summary>A diff that is applied.</summary>
internal sealed partial class GraphChange : GraphTransaction
{
    private readonly GraphDiff _diff;
    private readonly GraphDiffOptions _options;
    private readonly TaskCompletionSource<GraphDiffResult> _done;

    public GraphChange(Graph graph, GraphDiff diff, GraphDiffOptions options) : base(graph)
    {
        _diff = diff;
        _options = options;
        _done = new TaskCompletionSource<GraphDiffResult>(graph.Continuations);
        IsOwnEnd = diff.Removals.Exists(component => component.IsRunningHere);
    }

    public Task<GraphDiffResult> Result => _done.Task;

    /// <summary>Asked for from inside a component that it removes.</summary>
    public bool IsOwnEnd { get; }

    protected override bool IsAnswered => _done.Task.IsCompleted;

    protected override void AnswerFault(Exception cause) => _done.TrySetException(cause);

    protected override void OnAborted() => _timer?.Dispose();

    public override void Begin()
    {
        if (IsAborted)
        {
            Graph.ChangeOver(this);
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
            Fail(new GraphDiffException(Graph.Name, _problems));
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

    protected override void AllAreOver()
    {
        Attach();
        Run(Finish);
    }

    // ---- the end ----

    private void Finish()
    {
        _timer?.Dispose();
        foreach (Component component in _diff.Removals)
            component.Leaving = null;
        var result = new GraphDiffResult(
            [.. _diff.Additions.Select(each => each.Component.Path)], _removedPaths, Made,
            [.. _undoneTexts], [.. _abandoned]);
        Graph.Report(new GraphChanged(result.Added, result.Removed, [.. Made.Select(TextOf)], result.Unlinked,
            result.Abandoned));
        bool isHeard = !IsAborted;
        Graph.ChangeOver(this);
        if (!isHeard)
            return;
        if (Failures.Count > 0)
            _done.TrySetException(new AggregateException("the change was made, but not all of it", Failures));
        else
            _done.TrySetResult(result);
    }

    private void Fail(Exception cause)
    {
        EndReserves();
        Run(() =>
        {
            Graph.ChangeOver(this);
            _done.TrySetException(cause); // What was to be added is as it was: it can be used again.
        });
    }
}
