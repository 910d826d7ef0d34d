using Kamaelia.Axon;
using Kamaelia.Simulation;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep.Building;

/// <summary>Makes the components and linkages of a plan.</summary>
public sealed class Builder<T, TPayload> where TPayload : IPayload<T>
{
    private readonly SimulatedHost _host;
    private readonly Built _built;
    private readonly Bodies<T, TPayload> _bodies;
    private readonly Dictionary<(int Node, int Output), Outbox<T>> _outputs = [];
    private readonly Plan _plan;

    private Builder(SimulatedHost host, Plan plan)
    {
        _host = host;
        _plan = plan;
        _bodies = new Bodies<T, TPayload>(host.Time);
        _built = new Built
        {
            Plan = plan,
            Graph = host.CreateGraph("g", new GraphOptions
            {
                Schedulers = plan.Schedulers,
                BatchMax = plan.BatchMax,
                StopOnFault = plan.StopOnFault,
                DrainTimeout = TimeSpan.FromMinutes(1),
                CancelTimeout = TimeSpan.FromMinutes(1),
            }),
        };
    }

    private Graph Graph => _built.Graph;

    /// <summary>The graph of a plan, on a host, not started.</summary>
    public static (Built Built, Changer<T, TPayload> Changer) Build(SimulatedHost host, Plan plan)
    {
        var builder = new Builder<T, TPayload>(host, plan);
        foreach (NodePlan node in plan.Nodes)
            builder.Add(node);
        foreach (LinkPlan link in plan.Links)
            builder.Link(link);
        return (builder._built, new Changer<T, TPayload>(builder._built, builder._bodies));
    }

    private void Add(NodePlan node)
    {
        node.Passes.ForEach(p => Make(p));
        if (node.Kind == NodeKind.Posted)
            return; // Its component comes with its linkage.
        if (node.Kind == NodeKind.Farm)
        {
            AddFarm(node);
            return;
        }
        Scheduler home = Graph.Schedulers[node.Scheduler];
        Component made = MakeNode(node);
        made.Name = $"n{node.Id}";
        Graph.Add(made, home);
        _built.OfNode[node.Id] = made is Supervisor supervisor ? supervisor.Places[0] : made;
        if (made is Supervisor group)
            _outputs[(node.Id, 0)] = (Outbox<T>)group.Places[^1].FindOutbox("outbox");
        else if (node.Kind == NodeKind.Backplane)
            AddPublishers(node, home);
        else if (made is Splitter<T> splitter)
            for (int i = 0; i < node.Outputs; i++)
                _outputs[(node.Id, i)] = splitter.AddOutput();
        else if (node.Kind != NodeKind.Sink)
            _outputs[(node.Id, 0)] = (Outbox<T>)made.FindOutbox("outbox");
        if (made is Carousel<int, T, T> carousel)
            Graph.Link(Graph.Add(Components.Source(Enumerable.Range(0, 3)), home), "outbox", carousel, "next");
    }

    private Component MakeNode(NodePlan node) => node.Kind switch
    {
        NodeKind.Source => Source(node, node.Passes[0]),
        NodeKind.ParOfSources => new Par([.. node.Passes.Select(p => Source(node, p))]),
        NodeKind.Sink => Pass(node.Passes[0], isSink: true),
        NodeKind.Pipeline => new Pipeline([.. node.Passes.Select(p => Pass(p))]),
        NodeKind.Graphline => MakeGraphline(node),
        NodeKind.Seq => new Seq([.. node.Passes.Select(p => Pass(p))]),
        NodeKind.Carousel => new Carousel<int, T, T>(_ => Pass(node.Passes[0])),
        NodeKind.Join => new StationJoin<T, TPayload>(Make(node.Passes[0])),
        NodeKind.Supervised => Supervise(node),
        NodeKind.Splitter => new Splitter<T>(),
        NodeKind.Backplane => new Backplane<T>($"b{node.Id}"),
        _ => Pass(node.Passes[0]),
    };

    // The workers in turn from the node's own scheduler on, the two ends on the first: as a user would have it.
    private void AddFarm(NodePlan node)
    {
        Farm<T, T> farm = Graph.AddFarm<T, T>($"n{node.Id}", worker => Pass(node.Passes[worker]), new FarmOptions<T>
        {
            Workers = node.Passes.Count,
            Order = node.Order,
            Key = node.Order == FarmOrder.KeptByKey ? static message => TPayload.Read(message).Number : null,
            On = [.. Graph.Schedulers.Skip(node.Scheduler), .. Graph.Schedulers.Take(node.Scheduler)],
            Links = new LinkOptions(Capacity: 1 + (node.Id % 4)),
        });
        _built.OfNode[node.Id] = farm.Inbox.Owner;
        _outputs[(node.Id, 0)] = farm.Outbox;
    }

    private Supervisor Supervise(NodePlan node)
    {
        SupervisionPlan plan = node.Supervision!;
        var supervisor = new Supervisor(new SupervisionOptions
        {
            Strategy = plan.Strategy,
            RestartsMax = plan.RestartsMax,
            Within = TimeSpan.FromHours(1),
            Queue = plan.Queue,
            BackoffFirst = TimeSpan.FromMicroseconds(plan.BackoffUs),
            BackoffMax = TimeSpan.FromMicroseconds(plan.BackoffUs * 3),
            Seed = (long)_plan.Seed,
        });
        Supervised? before = null;
        foreach (PassPlan pass in node.Passes)
        {
            Supervised place = supervisor.Add($"p{pass.Station}", () => Pass(pass));
            if (before is not null)
                supervisor.Link(before, place);
            before = place;
        }
        return supervisor;
    }

    private Component Source(NodePlan node, PassPlan plan) =>
        At(plan.Station, _bodies.Source(plan, Make(plan), node.Messages));

    private Component Pass(PassPlan plan, bool isSink = false) =>
        At(plan.Station, _bodies.Pass(plan, Make(plan), isSink));

    private Component At(int station, Component component) => _built.AtStation[station] = component;

    private Station Make(PassPlan plan)
    {
        if (_built.Stations.TryGetValue(plan.Station, out Station? there))
            return there;
        return _built.Stations[plan.Station] = new Station(plan.Station)
        {
            FaultEvery = plan.FaultEvery,
            FaultsMax = plan.FaultsMax,
            DropsMultiplesOf = plan.DropsMultiplesOf,
        };
    }

    private Graphline MakeGraphline(NodePlan node)
    {
        var parts = new Dictionary<string, Component>();
        var links = new List<string> { ".inbox -> p0.inbox" };
        for (int i = 0; i < node.Passes.Count; i++)
        {
            parts[$"p{i}"] = Pass(node.Passes[i]);
            if (i > 0)
                links.Add($"p{i - 1}.outbox -> p{i}.inbox");
        }
        links.Add($"p{node.Passes.Count - 1}.outbox -> .outbox");
        return new Graphline(parts, [.. links]);
    }

    private void AddPublishers(NodePlan node, Scheduler home)
    {
        string name = $"b{node.Id}";
        _built.OfNode[node.Id] = Graph.Add(new PublishTo<T>(name), home);
        for (int i = 0; i < node.Outputs; i++)
        {
            var options = new LinkOptions(Capacity: 2 + i, Policy: i == 0 ? LinkPolicy.Wait : LinkPolicy.DropOldest);
            _outputs[(node.Id, i)] = Graph.Add(new SubscribeTo<T>(name, options), home).Outbox;
        }
    }

    private void Link(LinkPlan link)
    {
        InboxPlan inbox = link.To.Inboxes[link.Inbox];
        var to = (Inbox<T>)_built.OfNode[link.To.Id].FindInbox(link.Inbox == 0 ? "inbox" : "inbox-2");
        var options = new LinkOptions(inbox.Capacity, inbox.CapacityBytes == 0 ? null : inbox.CapacityBytes,
            inbox.Policy);
        if (link.From.Kind != NodeKind.Posted)
        {
            _built.Linkages[link] = Graph.Link(_outputs[(link.From.Id, link.Output)], to, options);
            return;
        }
        to.Apply(options);
        GraphInput<T> input = Graph.Input(to, capacity: 4);
        _built.OfNode[link.From.Id] = _built.AtStation[link.From.Passes[0].Station] = input;
        Post(input, _built.Stations[link.From.Passes[0].Station], link.From.Messages,
            _host.World.RandomFor($"post{link.From.Id}"));
    }

    // Posted from outside at random times, while there is room; then the end.
    private void Post(GraphInput<T> input, Station station, int left, SimulatedRandom random)
    {
        if (left == 0)
        {
            input.Complete();
            return;
        }
        _host.World.At(TimeSpan.FromMicroseconds(random.Next(1, 40)), () =>
        {
            T message = station.Make<T, TPayload>(station.Stamped);
            bool posted = input.TryPost(message);
            if (posted)
            {
                station.NoteSent();
            }
            else
            {
                TPayload.Release(message);
                station.TakeBack();
            }
            if (input.State != ComponentState.Ended)
                Post(input, station, posted ? left - 1 : left, random);
        });
    }
}
