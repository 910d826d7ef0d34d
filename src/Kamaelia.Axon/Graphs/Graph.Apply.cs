namespace Kamaelia.Axon;

// Re-wiring while running: one change after the other.
public sealed partial class Graph
{
    private readonly Queue<GraphTransaction> _changes = new(); // The first is under way.

    /// <summary>Changes the graph as one transaction: checks the whole diff, detaches, lets what is removed finish
    /// (drain, then cancel, then abandon by name), disposes it, attaches. Other branches run on meanwhile.</summary>
    /// <remarks>Any thread. Several changes are made one after the other. Called from inside a component that the diff
    /// removes it does not wait (<see cref="GraphDiffResult.IsUnderWay"/>). Before <see cref="Start"/> it is done at
    /// once. With manual scheduling it is done while the schedulers are stepped.</remarks>
    /// <exception cref="GraphDiffException">Something is wrong with the diff; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">The graph was stopped and gave up before the change was
    /// through.</exception>
    /// <exception cref="GraphAbandonedException">A scheduler did not answer in time: a component blocks its thread. The
    /// change is finished when it lets go.</exception>
    public ValueTask<GraphDiffResult> ApplyAsync(GraphDiff diff, GraphDiffOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(diff);
        var change = new GraphChange(this, diff.Copy(), options ?? new GraphDiffOptions());
        if (!TryBegin(change))
            return ValueTask.FromException<GraphDiffResult>(IsOverAlready());
        return change.IsOwnEnd
            ? ValueTask.FromResult(new GraphDiffResult([], [], [], [], []) { IsUnderWay = true })
            : new ValueTask<GraphDiffResult>(change.Result);
    }

    /// <summary>Begins it, or puts it behind those under way; false when the graph has ended.</summary>
    private bool TryBegin(GraphTransaction change)
    {
        if (!TryHoldLife())
            return false;
        bool isFirst;
        lock (_lock)
        {
            _changes.Enqueue(change);
            isFirst = _changes.Count == 1;
        }
        if (isFirst)
            change.Begin();
        return true;
    }

    private InvalidOperationException IsOverAlready() =>
        new($"{Name} has ended: a graph runs once, so make another");

    internal bool IsStarted => _started;

    internal bool Holds(Component component)
    {
        lock (_lock)
            return component.HasPlace && !component.IsForgotten && component.Top == component
                && ReferenceEquals(component.Graph, this);
    }

    internal Linkage[] LinkagesNow()
    {
        lock (_lock)
            return [.. _linkages.Where(linkage => linkage.IsLinked)];
    }

    internal bool HasNamed(string name)
    {
        lock (_lock)
            return _root.Children.Any(child => child.GivenName == name);
    }

    /// <summary>Runs it on that scheduler, between activations; at once while nothing runs.</summary>
    internal void RunOn(Scheduler scheduler, Action action)
    {
        if (_started)
            scheduler.Post(action);
        else
            action();
    }

    /// <summary>Both ends of a new crossing are in the graph; each is started on its own scheduler.</summary>
    internal void AdoptCrossing(CrossingEnd egress, Scheduler source, CrossingEnd ingress, Scheduler sink, string name)
    {
        lock (_lock)
        {
            int number = ++_crossings;
            egress.Name = $"{name}-out-{number}";
            ingress.Name = $"{name}-in-{number}";
            _root.AdoptChild(ingress);
            _root.AdoptChild(egress);
            ingress.Home = sink;
            egress.Home = source;
            Interlocked.Add(ref _live, 2);
        }
    }

    /// <summary>What is removed leaves the lists and what is added enters them, in one step.</summary>
    internal void Exchange(
        List<Component> gone, List<(Component Component, Scheduler Home)> added, List<Linkage> undone,
        List<Linkage> made)
    {
        lock (_lock)
        {
            foreach (Component component in gone)
                _root.Forget(component);
            foreach (Linkage linkage in undone)
                _linkages.Remove(linkage);
            foreach ((Component component, Scheduler home) in added)
            {
                _root.AdoptChild(component);
                component.Home = home;
                Interlocked.Increment(ref _live);
            }
            _linkages.AddRange(made);
        }
        foreach ((Component component, _) in added)
            component.RequestStop(_stop.Reached); // A stop in the middle: what is new ends with the rest.
    }

    internal void NoteLinkage(Linkage linkage)
    {
        lock (_lock)
            _linkages.Add(linkage);
    }

    /// <summary>A component right below the graph has ended and released its boxes.</summary>
    internal void TopLevelEnded(Component component)
    {
        if (component is CrossingEnd end)
        {
            end.IsGone = true;
            lock (_lock)
                _root.Forget(component); // Made by the runtime, taken away by it.
        }
        component.Leaving?.WaitIsOver();
        Release();
    }

    /// <summary>The change is over: the next one begins.</summary>
    internal void ChangeOver(GraphTransaction change)
    {
        GraphTransaction? next = null;
        lock (_lock)
        {
            if (_changes.TryPeek(out GraphTransaction? first) && ReferenceEquals(first, change))
            {
                _changes.Dequeue();
                _changes.TryPeek(out next);
            }
        }
        Release();
        next?.Begin();
    }

    private void AbortChanges()
    {
        GraphTransaction[] all;
        lock (_lock)
            all = [.. _changes];
        foreach (GraphTransaction change in all)
            change.Abort(new OperationCanceledException($"{Name} was stopped before the change was through"));
    }

    /// <summary>The change does not answer: those behind it cannot begin.</summary>
    internal void RefuseWaiting(GraphTransaction stuck, Exception cause)
    {
        GraphTransaction[] waiting;
        lock (_lock)
            waiting = [.. _changes.Where(change => !ReferenceEquals(change, stuck))];
        foreach (GraphTransaction change in waiting)
            change.Abort(cause);
    }

    private bool TryHoldLife()
    {
        int live = Volatile.Read(ref _live);
        while (live > 0 && !_over)
        {
            int seen = Interlocked.CompareExchange(ref _live, live + 1, live);
            if (seen == live)
                return true;
            live = seen;
        }
        return false;
    }

    internal List<GraphDiagnostic> CheckAdded(Component component, Predicate<Box> isLinked)
    {
        var found = new List<GraphDiagnostic>();
        CheckComponent(component, errorsOnly: true, found, isLinked);
        return found;
    }
}
