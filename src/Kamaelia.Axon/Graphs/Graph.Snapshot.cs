namespace Kamaelia.Axon;

// Introspection: a typed picture of the graph at any time.
public sealed partial class Graph
{
    /// <summary>The components, boxes, linkages, depths and counters of this moment.</summary>
    /// <remarks>Any thread. Each scheduler's components are looked at between two of its activations, so they agree
    /// with
    /// each other; those of different schedulers are a little apart. A scheduler that does not answer within a second
    /// (a component blocks it) is read as it is.</remarks>
    public GraphSnapshot Snapshot()
    {
        var components = new List<ComponentSnapshot>();
        var linkages = new List<LinkageSnapshot>();
        Component[] all = Components.ToArray();
        foreach (IGrouping<Scheduler, Component> group in all.GroupBy(PlacementOf))
        {
            Component[] mine = [.. group];
            ComponentSnapshot[] taken = Look(group.Key, () => Array.ConvertAll(mine, c => Take(c, linkages)));
            components.AddRange(taken);
        }
        lock (_lock)
        {
            foreach (Linkage linkage in _linkages)
                linkages.Add(Take(linkage));
        }
        components.Sort((a, b) => Order(all, a).CompareTo(Order(all, b)));
        return new GraphSnapshot(Name, components, linkages)
        {
            State = State,
            Schedulers = [.. Schedulers.Select(scheduler => scheduler.TakeWakes())],
        };
    }

    private static int Order(Component[] all, ComponentSnapshot one) => Array.FindIndex(all, c => c.Path == one.Path);

    private T Look<T>(Scheduler scheduler, Func<T> look)
    {
        if (!scheduler.IsStarted || _over || ReferenceEquals(Scheduler.Current, scheduler))
            return look();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Post(() =>
        {
            try
            {
                done.TrySetResult(look());
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        Task.WaitAny([done.Task, _completion.Task], TimeSpan.FromSeconds(1));
        return done.Task.IsCompleted ? done.Task.Result : look();
    }

    private static LinkageSnapshot Take(Linkage linkage) =>
        new(linkage.From.Path, (linkage.Beyond ?? linkage.To).Path, linkage.Kind);

    private static ComponentSnapshot Take(Component component, List<LinkageSnapshot> linkages)
    {
        foreach (Linkage linkage in component.Linkages)
            linkages.Add(Take(linkage));
        Scheduler? home = component.Scheduler;
        long activations = home?.ActivationsOf(component.Id) ?? 0;
        string wait = component.State == ComponentState.Running
            ? (component.Body ?? component).DescribeWait().ToString()
            : component.State.ToString();
        return new ComponentSnapshot(component.Path, component.TypeName, component.State, component.End?.ToString(),
            wait, home?.Name, activations, [.. component.Boxes.Reverse().Select(Take)], component.Counters,
            [.. component.Children.Select(c => Take(c, linkages))]);
    }

    private static BoxSnapshot Take(Box box) => box switch
    {
        Inbox inbox => new BoxSnapshot(box.Name, true, Postman.NameOf(box.MessageType), box.Info.Format,
            box.Info.Sentence, inbox.Count, inbox.Capacity, inbox.Policy, inbox.Received, 0, box.End?.ToString()),
        Outbox outbox => new BoxSnapshot(box.Name, false, Postman.NameOf(box.MessageType), box.Info.Format,
            box.Info.Sentence, 0, 0, LinkPolicy.Wait, outbox.Sent, outbox.Dropped, box.End?.ToString()),
        _ => throw new InvalidOperationException($"{box.Path} is neither an inbox nor an outbox"),
    };
}
