namespace Kamaelia.Sweep.Planning;

/// <summary>What a plan promises, worked out from the plan alone.</summary>
public sealed class Model
{
    private readonly Plan _plan;
    private readonly Dictionary<int, Dictionary<(int Origin, int Number), int>?> _outputs = [];

    public Model(Plan plan) => _plan = plan;

    /// <summary>What arrives at a node if the graph runs to its end, each with how often; null where the plan leaves it
    /// open (a policy drops, somebody leaves early).</summary>
    /// <param name="node">Any but a source.</param>
    /// <param name="sent">How many messages a source sent.</param>
    public Dictionary<(int Origin, int Number), int>? Arrivals(NodePlan node, Func<int, int> sent)
    {
        var sum = new Dictionary<(int Origin, int Number), int>();
        foreach (LinkPlan link in node.Feeders)
        {
            if (node.Inboxes[link.Inbox].IsLossy || Output(link.From, sent) is not { } part)
                return null;
            foreach (((int, int) key, int count) in part)
                sum[key] = sum.GetValueOrDefault(key) + count;
        }
        return sum;
    }

    private Dictionary<(int Origin, int Number), int>? Output(NodePlan node, Func<int, int> sent)
    {
        if (_outputs.TryGetValue(node.Id, out var known))
            return known;
        return _outputs[node.Id] = node.Kind switch
        {
            NodeKind.Source or NodeKind.Posted or NodeKind.ParOfSources => Made(node, sent),
            NodeKind.Backplane or NodeKind.Carousel or NodeKind.Supervised => null,
            _ when node.Quits || node.MayFault => null,
            _ => Filtered(node, Arrivals(node, sent)),
        };
    }

    private static Dictionary<(int Origin, int Number), int> Made(NodePlan node, Func<int, int> sent)
    {
        var made = new Dictionary<(int Origin, int Number), int>();
        foreach (PassPlan pass in node.Passes)
        {
            for (int i = 0; i < sent(pass.Station); i++)
                made[(pass.Station, i)] = 1;
        }
        return made;
    }

    private static Dictionary<(int Origin, int Number), int>? Filtered(
        NodePlan node, Dictionary<(int Origin, int Number), int>? arrivals)
    {
        if (arrivals is null)
            return null;
        var left = new Dictionary<(int Origin, int Number), int>(arrivals);
        foreach (int drops in node.Passes.Select(p => p.DropsMultiplesOf).Where(d => d > 0).ToArray())
        {
            foreach ((int, int Number) key in left.Keys.Where(k => k.Number % drops == 0).ToArray())
                left.Remove(key);
        }
        return left;
    }

    /// <summary>Which stations' stamps may arrive at an inbox of a node, by how many ways each, and whether a way may
    /// lose some.</summary>
    public List<(int Station, int Ways, bool IsLossy)> Upstream(NodePlan node, Func<LinkPlan, bool> isRemoved)
    {
        var ways = new Dictionary<int, (int Ways, bool IsLossy)>();
        foreach (LinkPlan link in node.Feeders)
            Collect(link, node.Inboxes[link.Inbox].IsLossy || isRemoved(link), isRemoved, ways);
        return [.. ways.Select(w => (w.Key, w.Value.Ways, w.Value.IsLossy))];
    }

    private static void Collect(LinkPlan link, bool lossy, Func<LinkPlan, bool> isRemoved,
        Dictionary<int, (int Ways, bool IsLossy)> ways)
    {
        NodePlan from = link.From;
        if (from.Kind is NodeKind.Splitter or NodeKind.Backplane)
        {
            foreach (LinkPlan before in from.Feeders)
                Collect(before, lossy || from.Kind == NodeKind.Backplane || isRemoved(before), isRemoved, ways);
            return;
        }
        IEnumerable<int> stations = from.Kind is NodeKind.ParOfSources or NodeKind.Farm
            ? from.Passes.Select(p => p.Station) : [from.Passes[^1].Station];
        foreach (int station in stations)
        {
            (int Ways, bool IsLossy) before = ways.GetValueOrDefault(station);
            // Who is cancelled, for the next in a carousel or for another's fault, may be in the middle of a send.
            ways[station] = (before.Ways + 1, before.IsLossy || lossy || from.Kind == NodeKind.Carousel
                || from.CutsSends);
        }
    }
}
