namespace Kamaelia.Axon;

/// <summary>Something that changes a graph under way: a chain of steps, each of which runs on the schedulers it
/// concerns, between two of their activations. One after the other.</summary>
/// <remarks>No step waits and no async method is used: with manual scheduling the order of everything follows from the
/// order in which schedulers are stepped.</remarks>
internal abstract partial class GraphTransaction(Graph graph)
{
    private readonly List<(Scheduler Scheduler, List<Action> Actions)> _batch = [];
    private int _outstanding;
    private int _left = 1; // The step that counts them, until it is through.
    private bool _isAborted;

    protected Graph Graph { get; } = graph;

    protected Lock Lock { get; } = new();

    /// <summary>What steps threw. A step's failure keeps no other from being done.</summary>
    protected List<Exception> Failures { get; } = [];

    protected bool IsAborted
    {
        get
        {
            lock (Lock)
                return _isAborted;
        }
    }

    /// <summary>Whether whoever asked has had his answer.</summary>
    protected abstract bool IsAnswered { get; }

    /// <summary>Its turn has come.</summary>
    public abstract void Begin();

    protected abstract void AnswerFault(Exception cause);

    // ---- steps on schedulers ----

    protected void On(Scheduler scheduler, Action action)
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
    protected void Run(Action next)
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
            Graph.RunOn(scheduler, () =>
            {
                foreach (Action action in actions)
                    Guard(action);
                if (Interlocked.Decrement(ref _outstanding) == 0)
                    next();
            });
        }
    }

    // One step's failure must not keep the rest from being done: a graph half changed would be worse.
    protected void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            lock (Lock)
                Failures.Add(e);
        }
    }

    // ---- those it waits for ----

    /// <summary>One more must end before it goes on. Any thread.</summary>
    public void MustWait() => Interlocked.Increment(ref _left);

    /// <summary>One of them has. Any thread.</summary>
    public void WaitIsOver()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            AllAreOver();
    }

    protected bool IsWaiting => Volatile.Read(ref _left) > 0;

    /// <summary>Before another round of waits.</summary>
    protected void BeginWaits() => Volatile.Write(ref _left, 1);

    protected abstract void AllAreOver();

    /// <summary>A crossing that is emptied into what it leads to, and then ends.</summary>
    protected void AwaitEnd(CrossingEnd end)
    {
        if (!Graph.IsStarted || end.State == ComponentState.Ended)
            return;
        end.Leaving = this;
        MustWait();
    }

    // Only when it was told to leave: a scheduler that has not answered so far must detach first.
    protected void OnLeaving(Component component, Action action) => Graph.RunOn(component.Home!, () =>
    {
        if (component.State == ComponentState.Running && ReferenceEquals(component.Leaving, this))
            Guard(action);
    });

    // ---- the end ----

    /// <summary>The graph has given up, or the change before this one hangs.</summary>
    public void Abort(Exception cause)
    {
        lock (Lock)
            _isAborted = true;
        OnAborted();
        AnswerFault(cause);
    }

    protected abstract void OnAborted();
}
