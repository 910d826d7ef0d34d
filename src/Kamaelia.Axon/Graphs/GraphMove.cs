namespace Kamaelia.Axon;

/// <summary>A component that goes to another scheduler while it runs, with all that is in it.</summary>
/// <remarks>
/// First its inputs are cut and what is on its way across schedulers is delivered; it runs on meanwhile, those that
/// feed it wait. Then, between two activations, it leaves one table for the other with its waits and timers. Last, its
/// linkages are made anew from where it is now; one that was a crossing and is none any more only when that is empty.
/// </remarks>
internal sealed partial class GraphMove : GraphTransaction
{
    /// <summary>A linkage between it and another component of the graph.</summary>
    private sealed class Way(Linkage linkage, Scheduler otherHome)
    {
        public Linkage Linkage { get; } = linkage;
        public Outbox From { get; } = (Outbox)linkage.From;
        public Inbox To { get; } = (Inbox)(linkage.Beyond ?? linkage.To);
        public LinkOptions? Options { get; } = linkage.Options;
        public Scheduler OtherHome { get; } = otherHome;

        /// <summary>Optional outboxes that must not drop meanwhile.</summary>
        public List<Outbox> Held { get; } = [];

        public CrossingEnd? Egress { get; } = linkage.To.Owner as CrossingEnd;

        /// <summary>It is undone and must be made anew.</summary>
        public bool IsCut { get; set; }
    }

    private readonly Component _who;
    private readonly Scheduler _to;
    private readonly TimeSpan _patience;
    private readonly TaskCompletionSource<GraphMoveResult> _done;
    private readonly List<Way> _inputs = [];
    private readonly List<Way> _outputs = [];
    private readonly List<CrossingEnd> _ends = [];
    private Scheduler _from = null!;
    private string? _obstacle;

    public GraphMove(Graph graph, Component who, Scheduler to, TimeSpan patience) : base(graph)
    {
        _who = who;
        _to = to;
        _patience = patience;
        _done = new TaskCompletionSource<GraphMoveResult>(graph.Continuations);
        IsOwn = who.IsRunningHere;
    }

    public Task<GraphMoveResult> Result => _done.Task;

    /// <summary>Asked for from inside the component itself, which must go on to be moved.</summary>
    public bool IsOwn { get; }

    protected override bool IsAnswered => _done.Task.IsCompleted;

    protected override void AnswerFault(Exception cause) => _done.TrySetException(cause);

    protected override void OnAborted() => _timer?.Dispose();

    public override void Begin()
    {
        if (IsAborted || !IsPossible())
        {
            Graph.ChangeOver(this);
            return;
        }
        ArmDeadline();
        Graph.RunOn(_from, TryBegin);
    }

    // While it is fed still: one that waits outside the graph for what its own inputs bring must go on getting it.
    private void TryBegin()
    {
        if (_isBegun || !IsFit())
            return;
        _isBegun = true;
        PlanWays();
        On(_to, () => KeepPlaces(Members().Count));
        foreach (Way way in _inputs)
            On(_from, () => Reserve(way.To));
        foreach (Way way in _outputs)
            On(way.OtherHome, () => Reserve(way.To));
        Run(CutInputs);
    }

    private bool _isBegun;

    private bool IsPossible()
    {
        if (!Graph.Holds(_who) || _who is CrossingEnd)
        {
            _done.TrySetException(new InvalidOperationException($"{_who.Path} is not a component of {Graph.Name} that "
                + "can be moved: name one that was added to the graph itself"));
            return false;
        }
        _from = Graph.PlacementOf(_who);
        if (_who.State == ComponentState.Ended)
            _done.TrySetException(new InvalidOperationException($"{_who.Path} has ended: there is nothing to move"));
        else if (ReferenceEquals(_from, _to))
            _done.TrySetResult(new GraphMoveResult(_who.Path, _from, _to, []));
        else
            return true;
        return false;
    }

    private void PlanWays()
    {
        foreach (Linkage linkage in Graph.LinkagesNow())
        {
            Component source = linkage.From.Owner.Top, sink = (linkage.Beyond ?? linkage.To).Owner.Top;
            bool isInput = ReferenceEquals(sink, _who), isOutput = ReferenceEquals(source, _who);
            if (isInput == isOutput)
                continue; // Of others, or from itself to itself.
            var way = new Way(linkage, Graph.PlacementOf(isInput ? source : sink));
            (isInput ? _inputs : _outputs).Add(way);
        }
    }

    // ---- inputs ----

    private void CutInputs()
    {
        foreach (Way way in _inputs)
            On(way.OtherHome, () => Cut(way));
        foreach (CrossingEnd egress in _inputs.Select(way => way.Egress).OfType<CrossingEnd>())
            _ends.AddRange([egress, egress.Other!]);
        foreach (CrossingEnd end in _ends)
            On(end.Home!, () => AwaitEnd(end));
        Run(() => WaitIsOver());
    }

    /// <summary>A crossing whose sender has ended stays: the end is under way in it, behind the last message.</summary>
    private static void Cut(Way way)
    {
        if (!way.Linkage.IsLinked || (way.Egress is not null && way.From.EndValue is not null))
            return;
        way.IsCut = true;
        Postman.Hold(way.From, way.Held);
        Postman.Unlink(way.Linkage, way.Linkage.Beyond is null ? null : EndReason.Detached);
    }

    private bool _isThere; // The second round of waits: what it sent before has arrived.

    protected override void AllAreOver()
    {
        if (_isThere)
            LinkLate();
        else
            Graph.RunOn(_from, TryLift);
    }

    // ---- linkages from where it is now ----

    private readonly List<(Way Way, Joint Joint)> _joints = [];

    private void PlanJoints(Scheduler home)
    {
        foreach (Way way in _inputs.Where(way => way.IsCut))
            _joints.Add((way, new Joint(way.From, way.To, way.Options, way.OtherHome, home)));
        foreach (Way way in _outputs.Where(way => way.IsCut))
        {
            var joint = new Joint(way.From, way.To, way.Options, home, way.OtherHome);
            joint.IsLate = way.Egress is not null && !joint.Crosses; // What is in the crossing comes first.
            _joints.Add((way, joint));
        }
    }

    private void LinkAnew()
    {
        _isThere = true;
        BeginWaits();
        foreach ((_, Joint joint) in _joints)
        {
            if (joint.Crosses)
                On(joint.Sink, () => joint.Egress = MakeCrossing(joint));
        }
        Run(LinkNow);
    }

    private void LinkNow()
    {
        foreach ((Way way, Joint joint) in _joints)
        {
            if (!joint.IsLate)
                On(joint.Source, () => Link(way, joint));
            else if (way.Egress is { Other: { } ingress })
                On(ingress.Home!, () => Await(ingress));
        }
        Run(() => WaitIsOver());
    }

    private void Await(CrossingEnd end)
    {
        lock (Lock)
            _ends.Add(end);
        AwaitEnd(end);
    }

    private void LinkLate()
    {
        foreach ((Way way, Joint joint) in _joints)
        {
            if (joint.IsLate)
                On(joint.Source, () => Link(way, joint));
        }
        EndReserves();
        Run(Finish);
    }

    private void Link(Way way, Joint joint)
    {
        try
        {
            // What was in the crossing was cut off: nothing may arrive that was sent behind it.
            if (way.Egress?.Other is { End.Kind: EndKind.Cancelled })
                Close(joint);
            else
                Make(joint);
        }
        finally
        {
            LetGo(way.Held);
        }
    }

    private void Close(Joint joint)
    {
        Postman.Close(joint.From);
        if (joint.Egress is not { } egress)
            return;
        egress.StartOn(joint.Source);
        Postman.EndBox(egress.FindInbox("inbox"), EndReason.Cancelled);
    }

    // ---- the end ----

    private void Finish()
    {
        _timer?.Dispose();
        Graph.Exchange([], [], [.. _joints.Select(each => each.Way.Linkage)], Made);
        bool isHeard = !IsAborted;
        var result = new GraphMoveResult(_who.Path, _from, _to, Made);
        if (_obstacle is null)
            Graph.Report(new ComponentMoved(result.Path, _from.Name, _to.Name));
        Graph.ChangeOver(this);
        if (!isHeard)
            return;
        if (Failures.Count > 0)
            _done.TrySetException(new AggregateException($"{_who.Path} was moved, but not all of it", Failures));
        else if (_obstacle is not null)
            _done.TrySetException(new InvalidOperationException($"{_who.Path} was not moved: {_obstacle}"));
        else
            _done.TrySetResult(result);
    }
}
