using Kamaelia.Axon;
using Kamaelia.Sweep.Building;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep;

/// <summary>Compares what was seen in a graph that has ended with what its plan promises.</summary>
public sealed class Verifier(Built built, RunRecord record)
{
    private readonly Model _model = new(built.Plan);
    private readonly List<string> _wrong = [];

    /// <summary>What is wrong; nothing if all is well.</summary>
    public IReadOnlyList<string> Verify()
    {
        CheckEnded();
        CheckFaults();
        foreach (NodePlan node in built.Plan.Nodes)
            CheckNode(node);
        foreach ((Station sink, NodePlan from) in built.Added)
            CheckAdded(sink, from);
        if (record.WentWell && built.Removed.Count == 0)
            CheckSinks();
        CheckChanges();
        CheckLeaks();
        return _wrong;
    }

    private void Wrong(string what) => _wrong.Add(what);

    private void CheckEnded()
    {
        if (!built.Graph.Completion.IsCompleted)
            Wrong($"no end: {record.Waits}");
        foreach (Component component in built.Graph.Components)
        {
            if (component.State != ComponentState.Ended && record.WasStarted)
                Wrong($"{component.Path} is {component.State} after the end");
        }
    }

    private void CheckFaults()
    {
        int planned = built.Stations.Values.Sum(s => s.Faults);
        int seen = record.Faults.Count(f => f.Exception is PlannedFaultException);
        if (seen != planned)
            Wrong($"{planned} faults happened, {seen} were reported");
        foreach ((string path, Exception exception) in record.Faults)
        {
            if (exception is not (PlannedFaultException or SupervisorEscalatedException))
                Wrong($"{path} faulted: {exception}");
        }
        foreach ((string path, Exception exception) in record.CallbackFaults)
            Wrong($"a callback of {path} faulted: {exception}");
        int unhandled = record.Unhandled;
        Exception? outcome = built.Graph.Completion.Exception?.InnerException;
        if (unhandled == 0 && outcome is not null)
            Wrong($"the graph ended with {outcome}");
        else if (unhandled > 0 && outcome is not GraphFaultedException)
            Wrong($"{unhandled} faults and the graph ended with {outcome?.ToString() ?? "nothing"}");
    }

    private void CheckChanges()
    {
        foreach (Task change in built.Changes)
        {
            if (!change.IsCompleted)
                Wrong("a change of the graph never ended");
            else if (change.Exception is { } refused && record.WentWell)
                Wrong($"a change of the graph was refused: {refused.InnerException}");
        }
    }

    // ---- one hop ----

    private void CheckNode(NodePlan node)
    {
        if (node.Kind is NodeKind.Source or NodeKind.Posted or NodeKind.ParOfSources or NodeKind.Splitter
            or NodeKind.Backplane)
            return;
        var upstream = _model.Upstream(node, built.Removed.Contains);
        if (node.Kind == NodeKind.Farm)
        {
            CheckWorkers(node, upstream);
            return;
        }
        for (int i = 0; i < node.Passes.Count; i++)
        {
            PassPlan pass = node.Passes[i];
            if (i > 0 && pass.Station == node.Passes[i - 1].Station)
                continue; // They take turns at one station.
            bool mayDrop = node.Supervision is { } group && MayDrop(node, group);
            CheckStation(node, built.Stations[pass.Station], mayDrop
                ? [.. upstream.Select(u => (u.Station, u.Ways, true))] : upstream);
            upstream = [(pass.Station, 1, false)];
        }
    }

    // A restart keeps what waits only if it was asked to. One that stops the others too cuts them in mid-send.
    private static bool MayDrop(NodePlan node, SupervisionPlan group) => group.Queue != RestartQueue.Keep
        || node.CutsSends;

    private void CheckStation(NodePlan node, Station station, List<(int Station, int Ways, bool IsLossy)> upstream)
    {
        // One that is replaced drops what it has not worked on if there is nobody left to send it to.
        bool mayLeave = node.Kind is NodeKind.Carousel
            || (built.Replaced.Contains(node) && (!record.WentWell || MayBeLeft(node)));
        foreach (Stamp stamp in station.Taken)
        {
            if (!upstream.Exists(u => u.Station == stamp.Station))
                Wrong($"station {station.Number} took {stamp}, which does not lead there");
        }
        foreach (LinkPlan link in node.Feeders.Where(l => l.From is { Kind: NodeKind.Farm, Order: FarmOrder.Kept }))
        {
            if (!mayLeave && upstream.TrueForAll(u => u is { Ways: 1, IsLossy: false }))
                CheckTurns($"station {station.Number} ({node})", station, link.From);
        }
        foreach ((int from, int ways, bool isLossy) in upstream)
        {
            int[] got = [.. station.Taken.Where(s => s.Station == from).Select(s => s.Sequence)];
            string where = $"station {station.Number} ({node}) from {from}";
            CheckOrder(where, got, ways, isLossy || mayLeave);
            if (!isLossy && !mayLeave && MustBeWhole(node, station))
                CheckWhole(where, got, ways, built.Stations[from]);
        }
    }

    // ---- several that share the work ----

    // Each takes some of what came, in order; all of them together took all.
    private void CheckWorkers(NodePlan node, List<(int Station, int Ways, bool IsLossy)> upstream)
    {
        Station[] workers = [.. node.Passes.Select(p => built.Stations[p.Station])];
        foreach (Station worker in workers)
            CheckStation(node, worker, [.. upstream.Select(u => (u.Station, u.Ways, true))]);
        foreach ((int from, int ways, bool isLossy) in upstream)
        {
            int[] got = [.. workers.SelectMany(w => w.Taken).Where(s => s.Station == from).Select(s => s.Sequence)];
            string where = $"all workers of {node} from {from}";
            foreach (IGrouping<int, int> same in got.GroupBy(sequence => sequence))
            {
                if (same.Count() > ways)
                    Wrong($"{where}: {same.Key} came {same.Count()} times over {ways} ways");
            }
            if (!isLossy && workers.All(w => MustBeWhole(node, w)))
                CheckWhole(where, got, ways, built.Stations[from]);
        }
    }

    // In the order of what came in: the workers' messages in turn, none left out.
    private void CheckTurns(string where, Station reader, NodePlan farm)
    {
        int turn = 0;
        foreach (Stamp stamp in reader.Taken.Where(s => farm.Passes.Exists(p => p.Station == s.Station)))
        {
            int count = farm.Passes.Count;
            if (stamp.Station != farm.Passes[turn % count].Station || stamp.Sequence != turn / count)
            {
                Wrong($"{where}: {stamp} at turn {turn} of the farm {farm}");
                return;
            }
            turn++;
        }
    }

    private void CheckOrder(string where, int[] got, int ways, bool isLossy)
    {
        var times = new Dictionary<int, int>();
        int last = -1;
        foreach (int sequence in got)
        {
            int seen = times[sequence] = times.GetValueOrDefault(sequence) + 1;
            if (seen > ways)
                Wrong($"{where}: {sequence} came {seen} times over {ways} ways");
            if (ways == 1 && sequence < last)
                Wrong($"{where}: {sequence} after {last}");
            if (ways == 1 && !isLossy && sequence != last + 1)
                Wrong($"{where}: {sequence} after {last}: lost on a way that waits");
            last = sequence;
        }
    }

    // It ended of itself, at the end of its input: nobody cut it short.
    private bool MustBeWhole(NodePlan node, Station station)
    {
        if (!record.WentWell || node.Quits || MayBeLeft(node))
            return false;
        Component? who = node.Kind is NodeKind.Seq or NodeKind.Supervised ? built.OfNode[node.Id]
            : built.AtStation.GetValueOrDefault(station.Number) ?? built.OfNode[node.Id];
        return who.End?.Kind == EndKind.Completed;
    }

    // Whether what it feeds may end before it: then it is told so, and ends too. A fan-out goes on without.
    private bool MayBeLeft(NodePlan node) => built.Plan.Links.Find(l => l.From == node)?.To is { } next
        && next.Kind is not (NodeKind.Splitter or NodeKind.Backplane or NodeKind.Sink)
        && (next.Quits || next.MayFault || next.Kind == NodeKind.Carousel || MayBeLeft(next));

    private void CheckWhole(string where, int[] got, int ways, Station from)
    {
        if (got.Length < from.Sent * ways)
            Wrong($"{where}: {got.Length} of {from.Sent} x {ways} came, though nothing was cut short");
    }

    private void CheckAdded(Station sink, NodePlan from)
    {
        foreach (IGrouping<int, Stamp> group in sink.Taken.GroupBy(s => s.Station))
        {
            (int Station, int Ways, bool) up = _model.Upstream(from, _ => true).Find(u => u.Station == group.Key);
            if (up.Ways == 0)
                Wrong($"added sink {sink.Number} took stamps of {group.Key}, which does not lead there");
            else
                CheckOrder($"added sink {sink.Number} from {group.Key}", [.. group.Select(s => s.Sequence)], up.Ways,
                    isLossy: true);
        }
    }

    // ---- the whole way ----

    private void CheckSinks()
    {
        foreach (NodePlan node in built.Plan.Nodes.Where(n => n.Kind == NodeKind.Sink))
        {
            Component sink = built.OfNode[node.Id];
            if (sink.End is not { Kind: EndKind.Completed })
                Wrong($"sink {node.Id} ended {sink.End}");
            EndReason? stream = sink.FindInbox("inbox").End;
            if (stream is not { Kind: EndKind.Completed or EndKind.Cancelled })
                Wrong($"the stream into sink {node.Id} ended {stream?.ToString() ?? "not at all"}");
            // A source that a stop met in the middle of a send may or may not have sent that one.
            if (new Model(built.Plan).Arrivals(node, number => built.Stations[number].Sent) is { } least
                && new Model(built.Plan).Arrivals(node, number => built.Stations[number].Stamped) is { } most)
                CheckMultiset(node, least, most);
        }
    }

    private void CheckMultiset(NodePlan node, Dictionary<(int Origin, int Number), int> least,
        Dictionary<(int Origin, int Number), int> most)
    {
        Dictionary<(int, int), int> got = built.Stations[node.Passes[0].Station].Taken
            .GroupBy(s => (s.Origin, s.Number)).ToDictionary(g => g.Key, g => g.Count());
        foreach (((int, int) key, int count) in most)
        {
            if (got.GetValueOrDefault(key) != count && (least.ContainsKey(key) || got.ContainsKey(key)))
                Wrong($"sink {node.Id}: {key} came {got.GetValueOrDefault(key)} times, expected {count}");
        }
        foreach ((int, int) key in got.Keys.Where(k => !most.ContainsKey(k)))
            Wrong($"sink {node.Id}: {key} came, which the model does not expect");
    }

    private void CheckLeaks()
    {
        foreach ((string pool, long outstanding) in record.Outstanding)
        {
            if (outstanding != 0)
                Wrong($"{outstanding} chunks of {pool} were not given back");
        }
    }
}
