namespace Kamaelia.Axon;

// The step from one scheduler's table to the other's, and what is done when it cannot be made.
internal sealed partial class GraphMove
{
    private readonly Queue<int> _places = new(); // Kept on the other scheduler. Filled there, used here, in turns.
    private bool _isLifted;

    /// <summary>It and all in it that have not ended.</summary>
    private List<Component> Members()
    {
        var all = new List<Component>();
        Collect(_who);
        return all;

        void Collect(Component component)
        {
            if (component.State != ComponentState.Ended)
                all.Add(component);
            foreach (Component child in component.Children.ToArray())
                Collect(child);
        }
    }

    private void KeepPlaces(int count)
    {
        for (; count > 0; count--)
            _places.Enqueue(_to.Place(KeptPlace.Instance));
    }

    /// <summary>On the old scheduler's thread, between two activations: goes, or asks again when something has changed.
    /// </summary>
    private void TryLift()
    {
        if (_isLifted)
            return;
        if (!IsFit())
            return;
        List<Component> members = Members();
        int running = members.Count(member => member.State == ComponentState.Running);
        if (running > _places.Count)
        {
            // It has got children meanwhile.
            On(_to, () => KeepPlaces(running - _places.Count));
            Run(() => Graph.RunOn(_from, TryLift));
            return;
        }
        Lift(members);
    }

    /// <summary>Whether it can go now. If it can later it is asked again then; if it never can it stays.</summary>
    private bool IsFit()
    {
        List<Component> members = Members();
        if (_who.State == ComponentState.Ended)
            GoBack("it has ended meanwhile");
        else if (members.Select(member => member.MoveObstacle).FirstOrDefault(why => why is not null) is { } obstacle)
            GoBack(obstacle);
        else if (UnknownLinkage(members) is { } unknown)
            GoBack($"{TextOf(unknown)} was made by a component, or while it was being moved");
        else if (members.Find(member => !member.IsFitToMove) is not { } unfit)
            return true;
        else if (_isLate)
            GoBack($"{unfit.Path} waits for something outside the graph, which did not come in time");
        else if (_isBegun)
            GoBack($"{unfit.Path} has begun to wait for something outside the graph; it may be asked for again");
        else
            unfit.TellWhenFit(() => _from.Post(TryBegin)); // It is fed meanwhile: perhaps just that ends the wait.
        return false;
    }

    private Linkage? UnknownLinkage(List<Component> members)
    {
        // One that is made by hand in the middle of the move is not in its plan either.
        IEnumerable<Linkage> planned = _inputs.Concat(_outputs).Select(way => way.Linkage);
        var known = new HashSet<Linkage>(_isBegun ? planned : Graph.LinkagesNow());
        foreach (Box box in members.SelectMany(member => member.Boxes))
        {
            IEnumerable<Linkage> all = box.Onward is { } onward ? box.FeederList.Append(onward) : box.FeederList;
            foreach (Linkage linkage in all)
            {
                Component other = (ReferenceEquals(linkage.From, box) ? linkage.To : linkage.From).Owner;
                bool isEnd = other.State == ComponentState.Ended || (!_isBegun && other is CrossingEnd);
                if (!isEnd && !known.Contains(linkage) && !ReferenceEquals(other.Top, _who))
                    return linkage;
            }
        }
        return null;
    }

    private void Lift(List<Component> members)
    {
        _isLifted = true;
        foreach (Way way in _outputs)
            Cut(way);
        var gone = new HashSet<Component>(members, ReferenceEqualityComparer.Instance);
        List<Timers.Wanted> timers = _from.Timers.TakeThoseOf(gone.Contains);
        var passengers = new List<(Component Who, uint Activations)>();
        foreach (Component member in members)
        {
            if (member.State == ComponentState.Running)
                passengers.Add((member, member.Depart(_to, _places.Dequeue())));
        }
        _who.Home = _to;
        PlanJoints(_to);
        On(_to, () => Arrive(passengers, timers));
        Run(LinkAnew);
    }

    private void Arrive(List<(Component Who, uint Activations)> passengers, List<Timers.Wanted> timers)
    {
        _to.Timers.PutIn(timers);
        foreach ((Component who, uint activations) in passengers)
            who.Arrive(activations);
        GiveBackPlaces();
        _who.RequestStop(Graph.StopReached); // A stop in the middle may have missed it on both sides.
    }

    private void GiveBackPlaces()
    {
        while (_places.TryDequeue(out int place))
            _to.Remove(place);
    }

    /// <summary>It stays where it is, and is fed again.</summary>
    private void GoBack(string why)
    {
        _isBegun = _isLifted = true;
        _obstacle = why;
        PlanJoints(_from);
        On(_to, GiveBackPlaces);
        Run(LinkAnew);
    }

    // ---- how long it may take ----

    private ITimer? _timer;
    private int _stage;
    private volatile bool _isLate;

    private void ArmDeadline()
    {
        if (Graph.IsStarted)
            _timer = Graph.Options.Time.CreateTimer(static move => ((GraphMove)move!).OnDeadline(), this, _patience,
                Timeout.InfiniteTimeSpan);
    }

    private void OnDeadline()
    {
        if (IsAborted || IsAnswered)
            return;
        if (++_stage == 1)
        {
            _isLate = true;
            CrossingEnd[] ends;
            lock (Lock)
                ends = [.. _ends];
            foreach (CrossingEnd end in ends)
                OnLeaving(end, end.Flush);
            if (!_isBegun)
                Graph.RunOn(_from, TryBegin);
            else if (!IsWaiting)
                Graph.RunOn(_from, TryLift);
            _timer?.Change(Graph.Options.CancelTimeout, Timeout.InfiniteTimeSpan);
            return;
        }
        var cause = new GraphAbandonedException($"{_who.Path} could not be moved in time: a component blocks its "
            + "scheduler's thread, and the rest is done when it lets go", [_who.Path]);
        _done.TrySetException(cause);
        Graph.RefuseWaiting(this, cause);
    }
}
