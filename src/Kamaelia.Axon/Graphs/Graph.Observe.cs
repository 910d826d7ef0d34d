using System.Collections.Immutable;

namespace Kamaelia.Axon;

// Events, and the check.
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
        if (!errorsOnly)
            WiringCheck.Add(Components, found);
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
