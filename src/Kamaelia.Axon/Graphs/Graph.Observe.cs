using System.Collections.Immutable;
using System.Text;

namespace Kamaelia.Axon;

// Events, the check, the report on a graph in which nothing can progress.
public sealed partial class Graph
{
    private ImmutableArray<Action<GraphEvent>> _observers = [];

    internal bool IsObserved => !_observers.IsEmpty;

    /// <summary>Calls back for every event, on the thread where it happens: be quick. Dispose the result to end it.
    /// </summary>
    public IDisposable Subscribe(Action<GraphEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ImmutableInterlocked.Update(ref _observers, list => list.Add(observer));
        return new Subscription(this, observer);
    }

    private sealed class Subscription(Graph graph, Action<GraphEvent> observer) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref graph._observers, list => list.Remove(observer));
    }

    internal void Report(GraphEvent what)
    {
        foreach (Action<GraphEvent> observer in _observers)
        {
            try
            {
                observer(what);
            }
            catch (Exception)
            {
                // An observer's own failure must not change what it observes.
            }
        }
    }

    /// <summary>What is wrong or doubtful: errors keep the graph from starting.</summary>
    public IReadOnlyList<GraphDiagnostic> Check() => Check(errorsOnly: false);

    private List<GraphDiagnostic> Check(bool errorsOnly)
    {
        var found = new List<GraphDiagnostic>();
        foreach (Component component in Components) // Not in the lock: a component's own code runs, and may hang.
            CheckComponent(component, errorsOnly, found);
        return found;
    }

    private static void CheckComponent(
        Component component, bool errorsOnly, List<GraphDiagnostic> found, Predicate<Box>? isLinked = null)
    {
        for (int i = 0; i < component.Children.Count; i++)
            CheckComponent(component.Children[i], errorsOnly, found, isLinked);
        if (component.State != ComponentState.Created)
            return;
        IReadOnlyList<PortInfo> ports = component.PortInfos;
        for (int i = 0; i < ports.Count; i++)
        {
            PortInfo port = ports[i];
            if (ReferenceEquals(port, PortInfo.Control) || ReferenceEquals(port, PortInfo.Signal))
                continue;
            if (port.Direction == PortDirection.Out)
                CheckOut(component, port, found, isLinked);
            else if (!errorsOnly)
                CheckIn(component, port, found);
        }
    }

    private static void CheckOut(
        Component component, PortInfo port, List<GraphDiagnostic> found, Predicate<Box>? isLinked)
    {
        Box? box = component.BoxOf(port);
        if (port.IsOptional || box is Outbox { IsLinked: true } or Outbox { IsOptional: true })
            return;
        if (box is not null && isLinked is not null && isLinked(box))
            return;
        found.Add(new GraphDiagnostic("KAM0301", true, $"{component.Path}.{port.Name}",
            "is not linked, so what is sent there could go nowhere: link it, link it to a null sink, or declare "
            + "it optional"));
    }

    private static void CheckIn(Component component, PortInfo port, List<GraphDiagnostic> found)
    {
        if (component.BoxOf(port) is { HasFeeders: true } or { Onward: not null })
            return;
        found.Add(new GraphDiagnostic("KAM0351", false, $"{component.Path}.{port.Name}",
            "is fed by nothing: it ends when the graph drains"));
    }

    /// <summary>If nothing can progress: who waits for what, the cycle of waits first. Null while something
    /// can.</summary>
    /// <remarks>Looks at components while their schedulers are idle; call it from a scheduler's thread or with manual
    /// scheduling.</remarks>
    public string? DescribeStall()
    {
        Component[] live = LiveComponents();
        var waits = new List<(Component Who, WaitReport Wait)>();
        foreach (Component component in live)
        {
            WaitReport wait = (component.Body ?? component).DescribeWait();
            if (wait.Kind is WaitKind.Code or WaitKind.None or WaitKind.Timer)
                return null; // Something from outside may still come.
            waits.Add((component, wait));
        }
        Component? culprit = waits.Find(w => w.Wait.Kind == WaitKind.Room).Who ?? InCycle(waits);
        return culprit is null ? null : StallText(waits, culprit); // Waiting for data that nobody owes is rest.
    }

    /// <summary>A component that waits for data that only components waiting for its own could send.</summary>
    private static Component? InCycle(List<(Component Who, WaitReport Wait)> waits)
    {
        Dictionary<Component, WaitReport> byWho = waits.ToDictionary(w => w.Who, w => w.Wait);
        foreach ((Component start, _) in waits)
        {
            var seen = new HashSet<Component>();
            Component? at = start;
            while (at is not null && byWho.TryGetValue(at, out WaitReport wait) && wait.Kind == WaitKind.Data)
            {
                if (!seen.Add(at))
                    return at;
                at = wait.Box is { FeederList.Count: 1 } box ? FirstFeeder(box) : null;
            }
        }
        return null;
    }

    private static string StallText(List<(Component Who, WaitReport Wait)> waits, Component first)
    {
        var text = new StringBuilder("nothing can progress:");
        Dictionary<Component, WaitReport> byWho = waits.ToDictionary(w => w.Who, w => w.Wait);
        Component? at = first;
        var seen = new List<Component>();
        while (at is not null && !seen.Contains(at) && byWho.TryGetValue(at, out WaitReport wait))
        {
            seen.Add(at);
            text.Append(seen.Count == 1 ? " " : "; ").Append(at.Path).Append(' ').Append(wait);
            at = OwesTo(wait);
        }
        if (at is not null && seen.Contains(at))
            text.Append("; which closes the cycle at ").Append(at.Path);
        foreach ((Component who, WaitReport wait) in waits.Where(w => !seen.Contains(w.Who)))
            text.Append("; ").Append(who.Path).Append(' ').Append(wait);
        return text.ToString();
    }

    /// <summary>The component that could end the wait.</summary>
    private static Component? OwesTo(WaitReport wait) => wait switch
    {
        { Kind: WaitKind.Room, Box: { } box } => Postman.FinalOf(box)?.Owner,
        { Kind: WaitKind.Data or WaitKind.Any, Box: { } box } => FirstFeeder(box),
        _ => null,
    };

    private static Component? FirstFeeder(Box box)
    {
        while (box.FeederList is [var feeder, ..])
        {
            box = feeder.From;
            if (!box.HasFeeders)
                return box.Owner;
        }
        return null;
    }

    private void ReportStall()
    {
        if (!IsObserved || _schedulers.Exists(s => s != Scheduler.Current && !s.IsAsleep))
            return;
        if (DescribeStall() is { } text)
            Report(new GraphStalled(text));
    }

    /// <summary>Every component that has not ended. A reader on another thread may miss one that comes or
    /// goes.</summary>
    internal Component[] LiveComponents() => LiveComponents(null);

    /// <summary>Those that run on one scheduler. Exact on its thread.</summary>
    private Component[] LiveComponents(Scheduler? on)
    {
        var live = new List<Component>();
        foreach (Component component in Components)
        {
            if (on is null || ReferenceEquals(component.Home, on))
                Collect(component, live);
        }
        return [.. live];

        static void Collect(Component component, List<Component> into)
        {
            if (component.State == ComponentState.Running)
                into.Add(component);
            foreach (Component child in component.Children.ToArray())
                Collect(child, into);
        }
    }
}
