namespace Kamaelia.Axon;

/// <summary>Warnings about the shape of a graph: what can stall, and what nothing reaches.</summary>
internal sealed class WiringCheck
{
    private readonly List<Component> _nodes = [];
    private readonly Dictionary<Component, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly List<List<(int To, Box From, Inbox At, bool Waits)>> _onward = [];
    private readonly List<GraphDiagnostic> _found;

    private WiringCheck(List<GraphDiagnostic> found) => _found = found;

    /// <summary>Adds what is doubtful about the linkages of these components and those in them.</summary>
    public static void Add(IReadOnlyList<Component> components, List<GraphDiagnostic> found)
    {
        var check = new WiringCheck(found);
        foreach (Component component in components)
            check.AddNode(component);
        for (int i = 0; i < check._nodes.Count; i++)
            check.AddLinkages(i);
        check.WarnOfCycles();
        check.WarnOfDiamonds();
        check.WarnOfUnreached();
    }

    private void AddNode(Component component)
    {
        foreach (Component child in component.Children)
            AddNode(child);
        if (component is CrossingEnd)
            return;
        _numbers[component] = _nodes.Count;
        _nodes.Add(component);
        _onward.Add([]);
    }

    // Straight to the final inbox, over crossings too; control and signal are no flow.
    private void AddLinkages(int number)
    {
        foreach (Box box in _nodes[number].Boxes)
        {
            if (box.IsInbox || box.HasFeeders || ReferenceEquals(box.Info, PortInfo.Signal))
                continue;
            Inbox? final = Postman.FinalOf(box);
            if (final?.Owner is CrossingEnd { Other: { } ingress })
                final = Postman.FinalOf(ingress.FindOutbox("outbox"));
            if (final is not null && _numbers.TryGetValue(final.Owner, out int to))
                _onward[number].Add((to, box, final, final.Policy == LinkPolicy.Wait));
        }
    }

    private void WarnOfCycles()
    {
        var state = new byte[_nodes.Count]; // 0 new, 1 on the way, 2 done.
        for (int start = 0; start < _nodes.Count; start++)
        {
            if (state[start] != 0)
                continue;
            var way = new Stack<(int Node, int Next)>();
            way.Push((start, 0));
            state[start] = 1;
            while (way.TryPop(out (int Node, int Next) at))
            {
                if (at.Next == _onward[at.Node].Count)
                {
                    state[at.Node] = 2;
                    continue;
                }
                way.Push((at.Node, at.Next + 1));
                (int to, Box from, Inbox inbox, bool waits) = _onward[at.Node][at.Next];
                if (waits && state[to] == 1)
                    Warn("KAM0353", from.Path, $"closes a cycle of waiting linkages at {inbox.Path}: once all of them "
                        + "are full nobody can go on; let one of them drop, or give it room for all that circles");
                if (!waits || state[to] != 0)
                    continue;
                state[to] = 1;
                way.Push((to, 0));
            }
        }
    }

    /// <summary>Two ways of waiting linkages from one fan-out to different inboxes of one join.</summary>
    private void WarnOfDiamonds()
    {
        for (int fork = 0; fork < _nodes.Count; fork++)
        {
            if (_onward[fork].Count < 2)
                continue;
            var reached = new Dictionary<int, (int Branch, Inbox At)>();
            var warned = new HashSet<int>();
            for (int branch = 0; branch < _onward[fork].Count; branch++)
                Spread(fork, branch, reached, warned);
        }
    }

    private void Spread(int fork, int branch, Dictionary<int, (int Branch, Inbox At)> reached, HashSet<int> warned)
    {
        var seen = new HashSet<int> { fork };
        var next = new Queue<(int To, Inbox At)>();
        if (_onward[fork][branch].Waits)
            next.Enqueue((_onward[fork][branch].To, _onward[fork][branch].At));
        while (next.TryDequeue(out (int Node, Inbox At) at))
        {
            bool isMet = reached.TryGetValue(at.Node, out (int Branch, Inbox At) other) && other.Branch != branch;
            if (isMet && !ReferenceEquals(other.At, at.At) && warned.Add(at.Node))
                Warn("KAM0352", _nodes[fork].Path, $"reaches {_nodes[at.Node].Path} by two ways of waiting linkages, "
                    + $"at {other.At.Path} and {at.At.Path}: if that reads one more than the other, both stop; let one "
                    + "of them drop, or make its capacity as large as the ways can differ");
            reached.TryAdd(at.Node, (branch, at.At));
            if (isMet || !seen.Add(at.Node))
                continue; // Behind a join every way is the same.
            foreach ((int to, _, Inbox inbox, bool waits) in _onward[at.Node])
            {
                if (waits)
                    next.Enqueue((to, inbox));
            }
        }
    }

    /// <summary>Fed, but by nothing that begins somewhere: a cycle that nobody puts anything into.</summary>
    private void WarnOfUnreached()
    {
        var isFed = new bool[_nodes.Count];
        foreach (List<(int To, Box, Inbox, bool)> onward in _onward)
        {
            foreach ((int to, _, _, _) in onward)
                isFed[to] = true;
        }
        var reached = new bool[_nodes.Count];
        var next = new Queue<int>(Enumerable.Range(0, _nodes.Count).Where(number => !isFed[number]));
        while (next.TryDequeue(out int at))
        {
            if (reached[at])
                continue;
            reached[at] = true;
            foreach ((int to, _, _, _) in _onward[at])
                next.Enqueue(to);
        }
        for (int number = 0; number < _nodes.Count; number++)
        {
            if (!reached[number])
                Warn("KAM0354", _nodes[number].Path, "is reached by no source: nothing comes there unless it begins by "
                    + "itself; link a source to it");
        }
    }

    private void Warn(string code, string path, string message) =>
        _found.Add(new GraphDiagnostic(code, false, path, message));
}
