using Kamaelia.Axon;
using Kamaelia.Sweep.Planning;

namespace Kamaelia.Sweep.Building;

/// <summary>Changes a graph while it runs, as its plan says.</summary>
public sealed class Changer<T, TPayload>(Built built, Bodies<T, TPayload> bodies) where TPayload : IPayload<T>
{
    private int _added;

    public void Do(ChangePlan change)
    {
        if (built.Graph.Completion.IsCompleted)
            return;
        switch (change.Kind)
        {
            case ChangeKind.Look:
                if (built.Graph.Snapshot().ToJson().Length == 0)
                    throw new InvalidOperationException("a snapshot without text");
                break;
            case ChangeKind.AddBranch:
                AddBranch(change);
                break;
            case ChangeKind.RemoveBranch:
                RemoveBranch(change);
                break;
            case ChangeKind.Relink:
                Relink(change);
                break;
            case ChangeKind.Replace or ChangeKind.HandOver:
                Replace(change);
                break;
            case ChangeKind.RemoveSink:
                RemoveSink(change);
                break;
            case ChangeKind.Move:
                Move(change);
                break;
        }
    }

    private Splitter<T>? PickSplitter(ChangePlan change, out NodePlan? node)
    {
        List<NodePlan> all = built.Plan.Nodes.FindAll(n => n.Kind == NodeKind.Splitter
            && built.OfNode[n.Id].State == ComponentState.Running);
        node = all.Count == 0 ? null : all[change.Node % all.Count];
        return node is null ? null : (Splitter<T>)built.OfNode[node.Id];
    }

    private void AddBranch(ChangePlan change)
    {
        if (PickSplitter(change, out NodePlan? node) is not { } splitter || splitter.StopRequested != StopKind.None)
            return;
        var station = new Station(10_000 + _added++);
        Component sink = bodies.Pass(new PassPlan(station.Number, (BodyStyle)(change.Node % 10), 0, 0, 0, 0), station,
            isSink: true);
        built.Graph.Add(sink, built.Graph.Schedulers[change.Node % built.Graph.Schedulers.Count]);
        built.Added.Add((station, node!));
        built.Graph.Link(splitter.AddOutput(), (Inbox<T>)sink.FindInbox("inbox"), new LinkOptions(Capacity: 3));
    }

    private void RemoveBranch(ChangePlan change)
    {
        if (PickSplitter(change, out NodePlan? node) is not { } splitter)
            return;
        LinkPlan[] links = [.. built.Plan.Links.Where(l => l.From == node && !built.Removed.Contains(l))];
        if (links.Length < 2)
            return;
        LinkPlan gone = links[change.Node % links.Length];
        built.Removed.Add(gone);
        splitter.RemoveOutput((Outbox<T>)built.Linkages[gone].From);
    }

    // A twin at the same station: what was sent to the one or the other must come to the station once, in order.
    private void Replace(ChangePlan change)
    {
        if (built.Changes.Exists(c => !c.IsCompleted))
            return; // What that one leaves might rightly be refused: nobody behind the outbox any more.
        List<NodePlan> all = built.Plan.Nodes.FindAll(n => n is { Kind: NodeKind.Pass or NodeKind.Sink, Quits: false }
            && !n.MayFault && IsSteady(built.OfNode[n.Id]) && built.OfNode[n.Id].FindInbox("inbox").End is null
            && !n.Feeders.Exists(built.Removed.Contains)
            && (n.Kind == NodeKind.Sink || IsHeard(n)));
        if (all.Count == 0)
            return;
        NodePlan node = all[change.Node % all.Count];
        PassPlan pass = node.Passes[0] with { Style = (BodyStyle)(change.Node % 10) };
        Component old = built.OfNode[node.Id];
        built.Replaced.Add(node);
        Component fresh = bodies.Pass(pass, built.Stations[pass.Station], node.Kind == NodeKind.Sink);
        fresh.Name = $"n{node.Id}-r{change.AfterSteps}";
        built.OfNode[node.Id] = built.AtStation[pass.Station] = fresh;
        Apply(new GraphDiff().Replace(old, fresh), change.Kind == ChangeKind.HandOver
            ? ReplacedMessages.HandOver : ReplacedMessages.Drain);
    }

    private void RemoveSink(ChangePlan change)
    {
        List<NodePlan> all = built.Plan.Nodes.FindAll(n => n.Kind == NodeKind.Sink && IsSteady(built.OfNode[n.Id])
            && n.Feeders.TrueForAll(l => l.From.Kind == NodeKind.Splitter && !built.Removed.Contains(l)));
        if (all.Count == 0)
            return;
        NodePlan node = all[change.Node % all.Count];
        node.Feeders.ForEach(l => built.Removed.Add(l));
        Apply(new GraphDiff().Remove(built.OfNode[node.Id]), ReplacedMessages.Drain);
    }

    private void Apply(GraphDiff diff, ReplacedMessages onReplace) => built.Changes.Add(built.Graph.ApplyAsync(diff,
        new GraphDiffOptions { OnReplace = onReplace, DrainTimeout = TimeSpan.FromSeconds(30) }).AsTask());

    // To another thread and back: what it has, what waits for it and what it waits for go with it.
    private void Move(ChangePlan change)
    {
        List<NodePlan> all = built.Plan.Nodes.FindAll(n => built.OfNode[n.Id].Parent is null
            && IsSteady(built.OfNode[n.Id]));
        if (all.Count == 0 || built.Changes.Exists(c => !c.IsCompleted))
            return;
        Component who = built.OfNode[all[change.Node % all.Count].Id];
        Scheduler from = built.Graph.PlacementOf(who);
        IReadOnlyList<Scheduler> schedulers = built.Graph.Schedulers;
        Scheduler to = schedulers.First(s => !ReferenceEquals(s, from) && (change.Node % 2 == 0 || s != schedulers[0]
            || schedulers.Count == 2));
        TimeSpan patience = change.Node % 3 == 0 ? TimeSpan.FromMicroseconds(50) : TimeSpan.FromSeconds(30);
        // At once, on the thread that answers: an await would take the thread pool on its way.
        built.Changes.Add(built.Graph.MoveAsync(who, to, patience).AsTask().ContinueWith(Moved,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
    }

    private void Moved(Task<GraphMoveResult> moving)
    {
        if (moving.Exception?.InnerException is InvalidOperationException e
            && (e.Message.Contains("was not moved") || e.Message.Contains("has ended")))
            return; // Some wait for what no box brings; they stay where they are, linked as they were.
        IReadOnlyList<Linkage> linked = moving.GetAwaiter().GetResult().Linked;
        built.Moves++;
        foreach (LinkPlan link in built.Linkages.Keys.ToArray())
        {
            if (linked.FirstOrDefault(l => ReferenceEquals(l.From, built.Linkages[link].From)) is { } fresh)
                built.Linkages[link] = fresh;
        }
    }

    private bool IsHeard(NodePlan node) =>
        IsSteady(built.OfNode[built.Plan.Links.Find(l => l.From == node)!.To.Id]);

    private static bool IsSteady(Component component) =>
        component is { State: ComponentState.Running, StopRequested: StopKind.None };

    // Taken apart and put together between two activations: nobody may notice.
    private void Relink(ChangePlan change)
    {
        if (built.Changes.Exists(c => !c.IsCompleted))
            return; // By hand in the midst of a transaction is what nobody should do.
        LinkPlan[] links = [.. built.Plan.Links.Where(l => built.Linkages.ContainsKey(l) && MayRelink(l))];
        if (links.Length == 0)
            return;
        LinkPlan link = links[change.Node % links.Length];
        Linkage linkage = built.Linkages[link];
        Box to = linkage.Beyond ?? linkage.To;
        built.Graph.Unlink(linkage);
        built.Linkages[link] = built.Graph.Link((Outbox<T>)linkage.From, (Inbox<T>)to);
    }

    private bool MayRelink(LinkPlan link)
    {
        Linkage linkage = built.Linkages[link];
        Box to = linkage.Beyond ?? linkage.To;
        return linkage.IsLinked && linkage.From.End is null && to.End is null
            && linkage.From.Owner is { State: ComponentState.Running, StopRequested: StopKind.None }
            && to.Owner is { State: ComponentState.Running, StopRequested: StopKind.None };
    }
}
