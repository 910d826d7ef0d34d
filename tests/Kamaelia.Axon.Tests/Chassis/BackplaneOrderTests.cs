using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

/// <summary>Whose turn comes first, and when a stop comes, must not matter to a backplane and its users.</summary>
public sealed class BackplaneOrderTests
{
    [Test]
    public async Task Users_BeforeTheBackplane_AreServed([Values] bool isBackplaneFirst)
    {
        await using var graph = new ManualGraph();
        var rig = Build(graph, isBackplaneFirst);
        rig.Input.TryPost(1);

        graph.Start();
        rig.Input.TryPost(2);
        await graph.RunUntil(() => rig.Recorder.Received.Count == 2, "both are there");

        Assert.That(rig.Recorder.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That((rig.Publish.End, rig.Subscribe.End), Is.EqualTo(((EndReason?)null, (EndReason?)null)));
    }

    [Test]
    public async Task Drain_BeforeAnyFirstTurn_DeliversWhatIsOnItsWay([Values] bool isBackplaneFirst)
    {
        await using var graph = new ManualGraph();
        var rig = Build(graph, isBackplaneFirst);
        for (var n = 0; n < 3; n++)
            rig.Input.TryPost(n);
        graph.Graph.Start();

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run(); // Before the clock moves: the drain must not be cut short.
        await graph.Finish(stop);
        await graph.Finish(graph.Graph.Completion);

        Assert.That(rig.Recorder.Received, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(rig.Recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Drain_BeforeAChassisBegan_EndsTheUsersInItWithoutAFault([Values] bool isBackplaneFirst)
    {
        await using var graph = new ManualGraph();
        if (isBackplaneFirst)
            graph.Add(new Backplane<int>("news"));
        var recorder = new Recorder<int>();
        graph.Add(new Pipeline(new SubscribeTo<int>("news"), recorder));
        graph.Add(new Pipeline(new Feeder<int>([1, 2]), new PublishTo<int>("news")));
        if (!isBackplaneFirst)
            graph.Add(new Backplane<int>("news"));
        graph.Graph.Start();

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run();
        await graph.Finish(stop);
        await graph.Finish(graph.Graph.Completion);

        Assert.That(recorder.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Drain_WhileASubscriberIsSlow_DeliversWhatWaitsForIt([Values] bool isBackplaneFirst)
    {
        await using var graph = new ManualGraph();
        var rig = Build(graph, isBackplaneFirst, isReaderByHand: true);
        graph.Start();
        for (var n = 0; n < 5; n++)
            rig.Input.TryPost(n);
        graph.Run();

        var stop = graph.Graph.StopAsync().AsTask();
        var taken = new List<int>();
        for (var round = 0; round < 12; round++)
            taken.AddRange(rig.ByHand.Take());
        await graph.RunUntil(() => rig.ByHand.Ask(() => rig.ByHand.Inbox.End is not null), "the stream ends");
        var end = rig.ByHand.Inbox.End;
        rig.ByHand.Finish();
        await graph.Finish(stop);

        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 5)));
        Assert.That(end, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Subscriber_ThatIsTakenAway_EndsItsStreamByItsOwnReason()
    {
        await using var graph = new ManualGraph();
        var rig = Build(graph, isBackplaneFirst: true);
        graph.Start();

        rig.Subscribe.RequestStop(StopKind.Cancel);
        graph.Run();

        Assert.That(rig.Recorder.InboxEnd, Is.EqualTo(EndReason.Cancelled));
        Assert.That(rig.Backplane.SubscriberCount, Is.Zero);
    }

    [Test]
    public async Task SecondBackplaneOfAName_FallsByItself_AndTheFirstServesOn()
    {
        await using var graph = new ManualGraph();
        var rig = Build(graph, isBackplaneFirst: true);
        var second = graph.Add(new Backplane<int>("news"));

        Assert.That(graph.Start, Throws.Nothing);
        rig.Input.TryPost(1);
        await graph.RunUntil(() => rig.Recorder.Received.Count == 1, "it is there");

        Assert.That(second.End!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(rig.Backplane.State, Is.EqualTo(ComponentState.Running));
    }

    private static Rig Build(ManualGraph graph, bool isBackplaneFirst, bool isReaderByHand = false)
    {
        var backplane = new Backplane<int>("news");
        if (isBackplaneFirst)
            graph.Add(backplane);
        var waits = new LinkOptions(Capacity: 2, Policy: LinkPolicy.Wait);
        var subscribe = graph.Add(new SubscribeTo<int>("news", waits));
        var publish = graph.Add(new PublishTo<int>("news"));
        var recorder = new Recorder<int>();
        var byHand = new Puppet<int>(graph) { Name = "by-hand" };
        if (isReaderByHand)
            graph.Graph.Link(subscribe.Outbox, graph.Add(byHand).Inbox, new LinkOptions(Capacity: 1));
        else
            graph.Graph.Link(subscribe.Outbox, graph.Add(recorder).Inbox);
        var input = graph.Graph.Input(publish.Inbox);
        if (!isBackplaneFirst)
            graph.Add(backplane);
        return new Rig(backplane, publish, subscribe, input, recorder, byHand);
    }

    private sealed record Rig(
        Backplane<int> Backplane,
        PublishTo<int> Publish,
        SubscribeTo<int> Subscribe,
        GraphInput<int> Input,
        Recorder<int> Recorder,
        Puppet<int> ByHand);
}
