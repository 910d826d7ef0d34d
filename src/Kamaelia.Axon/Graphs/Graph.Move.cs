namespace Kamaelia.Axon;

/// <summary>What a move did.</summary>
/// <param name="Path">The component.</param>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is.</param>
/// <param name="Linked">Its linkages to others, made anew; the handles of those before are void.</param>
public sealed record GraphMoveResult(string Path, Scheduler From, Scheduler To, IReadOnlyList<Linkage> Linked)
{
    /// <summary>Asked for from inside the component: it is moved when it next waits.</summary>
    public bool IsUnderWay { get; init; }
}

// A component goes to another scheduler while it runs.
public sealed partial class Graph
{
    /// <summary>Moves a top-level component, with all that is in it, to another scheduler of the graph. Nothing is
    /// lost, doubled or overtaken; other components run on meanwhile, those that feed it wait.</summary>
    /// <param name="component">One that was added to the graph itself. Its state, what waits in its inboxes and its
    /// timers go with it.</param>
    /// <param name="to">One of <see cref="Schedulers"/>.</param>
    /// <param name="patience">How long it may be busy with something outside the graph (a task, a socket), and how long
    /// what is on its way across schedulers may wait for room before it is delivered beyond the capacity. Null:
    /// <see cref="GraphOptions.DrainTimeout"/>.</param>
    /// <remarks>Any thread; moves and changes are made one after the other. A component moves only between two
    /// activations, and only while it waits for boxes, times or children. Before <see cref="Start"/> it is done at
    /// once. With manual scheduling it is done while the schedulers are stepped.</remarks>
    /// <exception cref="InvalidOperationException">It cannot be moved; the text says why. It is where it was, and
    /// linked as it was.</exception>
    /// <exception cref="GraphAbandonedException">A scheduler did not answer in time.</exception>
    public ValueTask<GraphMoveResult> MoveAsync(Component component, Scheduler to, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentNullException.ThrowIfNull(to);
        if (!_schedulers.Contains(to))
            throw new ArgumentException($"{to.Name} is not a scheduler of {Name}", nameof(to));
        var move = new GraphMove(this, component, to, patience ?? Options.DrainTimeout);
        if (!TryBegin(move))
            return ValueTask.FromException<GraphMoveResult>(IsOverAlready());
        return move.IsOwn
            ? ValueTask.FromResult(new GraphMoveResult(component.Path, PlacementOf(component), to, [])
            {
                IsUnderWay = true,
            })
            : new ValueTask<GraphMoveResult>(move.Result);
    }

    internal StopKind StopReached => _stop.Reached;
}
