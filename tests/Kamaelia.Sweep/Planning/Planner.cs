using Kamaelia.Axon;
using Kamaelia.Simulation;

namespace Kamaelia.Sweep.Planning;

/// <summary>Makes a graph up: sources first, then nodes that take open outputs, then sinks for what is left.</summary>
public sealed class Planner
{
    private const int SourceMessagesMax = 40;
    private const int InnerNodesMax = 8;

    private static readonly NodeKind[] s_inner =
    [
        NodeKind.Pass, NodeKind.Pass, NodeKind.Pass, NodeKind.Pipeline, NodeKind.Graphline, NodeKind.Seq,
        NodeKind.Carousel, NodeKind.Join, NodeKind.Splitter, NodeKind.Splitter, NodeKind.Backplane,
        NodeKind.Supervised, NodeKind.Supervised,

    ];

    private readonly SimulatedRandom _random;
    private readonly Plan _plan;
    private readonly List<(NodePlan From, int Output)> _open = [];
    private int _stations;
    private bool _mayFault;

    private Planner(ulong seed)
    {
        _random = new SimulatedRandom(seed, "plan");
        bool stops = _random.Chance(0.5);
        _plan = new Plan
        {
            Seed = seed,
            UsesChunks = _random.Chance(0.5),
            Schedulers = _random.Next(1, 3),
            BatchMax = _random.Pick([1, 2, 4, 64]),
            StopOnFault = _random.Chance(0.3),
            Ending = stops ? (Ending)_random.Next(1, 5) : Ending.ByItself,
            EndsAfterSteps = _random.Next(0, _random.Pick([20, 400, 2000])),
        };
        _mayFault = _random.Chance(0.25);
    }

    /// <summary>The plan of a seed.</summary>
    public static Plan Make(ulong seed)
    {
        var planner = new Planner(seed);
        planner.AddAll();
        return planner._plan;
    }

    private void AddAll()
    {
        for (int i = _random.Next(1, 3); i > 0; i--)
            AddSource();
        for (int i = _random.Next(InnerNodesMax + 1); i > 0; i--)
            AddInner();
        while (_open.Count > 0)
            AddSink();
        for (int i = _random.Chance(0.4) ? _random.Next(1, 4) : 0; i > 0; i--)
            _plan.Changes.Add(new ChangePlan(_random.Next(1, 600), (ChangeKind)_random.Next(7), _random.Next(1000)));
        // Drawn last, so that the plans of seeds that once failed stay what they were.
        for (int i = _plan.Schedulers > 1 && _random.Chance(0.4) ? _random.Next(1, 4) : 0; i > 0; i--)
            _plan.Changes.Add(new ChangePlan(_random.Next(1, 600), ChangeKind.Move, _random.Next(1000)));
        if (_random.Chance(0.3))
            MakeFarm();
        _plan.Changes.Sort((a, b) => a.AfterSteps.CompareTo(b.AfterSteps));
    }

    // In the place of a plain component, one that does the same with several.
    private void MakeFarm()
    {
        List<NodePlan> plain = _plan.Nodes.FindAll(n => n.Kind == NodeKind.Pass
            && n.Passes[0] is { FaultEvery: 0, QuitsAfter: 0, DropsMultiplesOf: 0 });
        if (plain.Count == 0)
            return;
        NodePlan node = plain[_random.Next(plain.Count)];
        node.Kind = NodeKind.Farm;
        node.Order = (FarmOrder)_random.Next(3);
        for (int i = _random.Next(3); i > 0; i--)
            node.Passes.Add(new PassPlan(_stations++, Style(), 0, 0, 0, 0));
    }

    private NodePlan Node(NodeKind kind)
    {
        var node = new NodePlan
        {
            Id = _plan.Nodes.Count,
            Kind = kind,
            Scheduler = _random.Next(_plan.Schedulers),
            Supervision = kind == NodeKind.Supervised
                ? new SupervisionPlan((SupervisionStrategy)_random.Next(3), _random.Next(2, 4),
                    (RestartQueue)_random.Next(3), _random.Pick([0, 5, 300]))
                : null,
            Messages = kind is NodeKind.Source or NodeKind.Posted or NodeKind.ParOfSources
                ? _random.Next(SourceMessagesMax + 1) : 0,
        };
        _plan.Nodes.Add(node);
        return node;
    }

    private void AddSource()
    {
        NodePlan node = Node(_random.Pick([NodeKind.Source, NodeKind.Source, NodeKind.Posted, NodeKind.ParOfSources]));
        int stations = node.Kind == NodeKind.ParOfSources ? _random.Next(1, 3) : 1;
        for (int i = 0; i < stations; i++)
            node.Passes.Add(new PassPlan(_stations++, Style(), 0, 0, 0, 0));
        Offer(node, 1);
    }

    private void AddInner()
    {
        NodeKind kind = _random.Pick(s_inner);
        if (kind == NodeKind.Join && _open.Count < 2)
            kind = NodeKind.Pass; // An inbox that nothing feeds would wait for ever.
        NodePlan node = Node(kind);
        int inboxes = node.Kind == NodeKind.Join ? 2 : 1;
        for (int i = 0; i < inboxes && _open.Count > 0; i++)
            TakeOpen(node, inboxes == 1 && _random.Chance(0.25) ? 2 : 1);
        int passes = node.Kind switch
        {
            NodeKind.Splitter or NodeKind.Backplane => 0,
            NodeKind.Pipeline or NodeKind.Graphline => _random.Next(1, 3),
            NodeKind.Supervised => _random.Next(1, 2),
            NodeKind.Seq => 2,
            _ => 1,
        };
        for (int i = 0; i < passes; i++)
            node.Passes.Add(Pass(node, i, passes));
        Offer(node, node.Kind is NodeKind.Splitter or NodeKind.Backplane ? _random.Next(1, 3) : 1);
    }

    private PassPlan Pass(NodePlan node, int index, int count)
    {
        bool sharesStation = node.Kind is NodeKind.Seq && index > 0;
        bool faults = node.Kind == NodeKind.Supervised || (_mayFault && node.Kind == NodeKind.Pass);
        if (faults && node.Kind == NodeKind.Pass)
            _mayFault = false; // One is enough to see where it leads.
        bool quits = (node.Kind == NodeKind.Seq && index < count - 1) || node.Kind == NodeKind.Carousel
            || (node.Kind == NodeKind.Pass && !faults && _random.Chance(0.05));
        return new PassPlan(sharesStation ? node.Passes[0].Station : _stations++, Style(),
            FaultEvery: faults ? _random.Next(1, 12) : 0,
            FaultsMax: node.Kind == NodeKind.Supervised ? _random.Next(1, 3) : 1,
            DropsMultiplesOf: sharesStation ? node.Passes[0].DropsMultiplesOf
                : _random.Chance(0.1) ? _random.Next(2, 4) : 0,
            QuitsAfter: quits ? _random.Next(1, 15) : 0);
    }

    private BodyStyle Style() => (BodyStyle)_random.Next(10);

    private void AddSink()
    {
        NodePlan node = Node(NodeKind.Sink);
        TakeOpen(node, _random.Next(1, 2));
        node.Passes.Add(new PassPlan(_stations++, Style(), 0, 0, 0, 0));
    }

    private void TakeOpen(NodePlan node, int most)
    {
        node.Inboxes.Add(Inbox(node));
        for (int i = 0; i < most && _open.Count > 0; i++)
        {
            int at = _random.Next(_open.Count);
            (NodePlan from, int output) = _open[at];
            _open.RemoveAt(at);
            var link = new LinkPlan(from, output, node, node.Inboxes.Count - 1);
            _plan.Links.Add(link);
            node.Feeders.Add(link);
        }
    }

    private InboxPlan Inbox(NodePlan node)
    {
        // A Carousel and a restart leave messages to the next in turn; a policy of their own is tried elsewhere.
        bool lossy = _random.Chance(0.12) && node.Kind is NodeKind.Pass or NodeKind.Sink;
        LinkPolicy policy = lossy ? _random.Pick([LinkPolicy.DropOldest, LinkPolicy.DropNewest, LinkPolicy.KeepLatest])
            : _random.Chance(0.15) ? LinkPolicy.Unbounded : LinkPolicy.Wait;
        int capacity = policy == LinkPolicy.KeepLatest ? 1 : _random.Pick([1, 2, 3, 5, 8, 64]);
        long bytes = _plan.UsesChunks && policy == LinkPolicy.Wait && _random.Chance(0.2)
            ? _random.Next(1, 100) : 0;
        return new InboxPlan(capacity, bytes, policy);
    }

    private void Offer(NodePlan node, int outputs)
    {
        node.Outputs = outputs;
        for (int i = 0; i < outputs; i++)
            _open.Add((node, i));
    }
}
