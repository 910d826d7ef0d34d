namespace Kamaelia.Axon;

// The linkages that a change of a graph makes, across schedulers where they are on different ones.
internal abstract partial class GraphTransaction
{
    /// <summary>A linkage that is made.</summary>
    protected sealed class Joint(Outbox from, Inbox to, LinkOptions? options, Scheduler source, Scheduler sink)
    {
        public Outbox From { get; } = from;
        public Inbox To { get; } = to;
        public LinkOptions? Options { get; } = options;
        public Scheduler Source { get; } = source;
        public Scheduler Sink { get; } = sink;

        /// <summary>Only when what was sent before it has arrived, which goes another way.</summary>
        public bool IsLate { get; set; }

        public CrossingEnd? Egress { get; set; }
        public bool Crosses => !ReferenceEquals(Source, Sink);
    }

    private readonly List<Inbox> _reserved = [];

    protected List<Linkage> Made { get; } = [];

    // From here on it does not end because all that feed it do: it is about to be fed by another.
    protected void Reserve(Inbox? to)
    {
        if (to is not { EndValue: null } || !Graph.Holds(to.Owner.Top))
            return;
        Postman.Reserve(to);
        lock (Lock)
            _reserved.Add(to);
    }

    protected void EndReserves()
    {
        foreach (Inbox to in _reserved)
            On(Graph.PlacementOf(to.Owner), () => Postman.EndReserve(to));
        _reserved.Clear();
    }

    protected CrossingEnd MakeCrossing(Joint joint)
    {
        if (joint.Options is { } options && joint.To.EndValue is null)
            joint.To.Apply(options);
        CrossingEnd egress = MakeCrossing(joint.To, joint.Source, joint.Sink, $"{joint.To.Owner.Name}");
        egress.Other!.Follow(joint.From, joint.Sink);
        return egress;
    }

    protected CrossingEnd MakeCrossing(Inbox to, Scheduler source, Scheduler sink, string name)
    {
        (CrossingEnd egress, CrossingEnd ingress) = to.MakeCrossing(to.Capacity);
        Graph.AdoptCrossing(egress, source, ingress, sink, name);
        Postman.LinkOrClose(ingress.FindOutbox("outbox"), to, null);
        if (Graph.IsStarted)
            ingress.StartOn(sink);
        return egress;
    }

    protected Linkage Make(Joint joint)
    {
        if (joint.Egress is { } egress && Graph.IsStarted)
            egress.StartOn(joint.Source);
        Inbox to = joint.Egress?.FindInbox("inbox") ?? joint.To;
        Linkage? linkage = Postman.LinkOrClose(joint.From, to, joint.Egress is null ? joint.Options : null);
        if (linkage is null)
            throw new LinkException($"{joint.From.Path} was linked elsewhere while the change was under way");
        linkage.Options = joint.Options;
        linkage.Beyond = joint.Egress is null ? null : joint.To;
        Note(linkage);
        return linkage;
    }

    protected void Note(Linkage linkage)
    {
        lock (Lock)
            Made.Add(linkage);
    }

    /// <summary>Outboxes that had to wait for a linkage although they may drop.</summary>
    protected static void LetGo(List<Outbox> held)
    {
        foreach (Outbox outbox in held)
        {
            if (outbox.Owner.State != ComponentState.Ended)
                outbox.IsOptional = true;
        }
        held.Clear();
    }

    protected static string TextOf(Linkage linkage) =>
        $"{linkage.From.Path} -> {(linkage.Beyond ?? linkage.To).Path}";
}
