using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Postman;

public sealed class RelinkTests
{
    [Test]
    public async Task Relinking_WhileRunning_LosesAndReordersNothing()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var first = graph.Puppet<int>("first");
        var second = graph.Puppet<int>("second");
        first.Inbox.KeepOpen = second.Inbox.KeepOpen = true;
        var linkage = graph.Graph.Link(from.Outbox, first.Inbox);
        graph.Start();
        var received = new List<int>();

        for (var n = 0; n < 100; n++)
        {
            from.Send(n);
            if (n % 7 == 3)
            {
                received.AddRange(first.Take().Concat(second.Take()));
                graph.Graph.Unlink(linkage);
                linkage = graph.Graph.Link(from.Outbox, n % 2 == 0 ? first.Inbox : second.Inbox);
                graph.Run();
            }
        }
        received.AddRange(first.Take().Concat(second.Take()));

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task Sender_WaitingForRoom_IsServedByTheNewDestination()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var full = graph.Puppet<int>("full");
        var free = graph.Puppet<int>("free");
        var linkage = graph.Graph.Link(from.Outbox, full.Inbox, new LinkOptions(Capacity: 1));
        from.Outbox.IsOptional = false;
        graph.Start();
        from.Send(1);
        var sending = from.Begin(async () => await from.Outbox.SendAsync(2));

        graph.Graph.Unlink(linkage);
        graph.Graph.Link(from.Outbox, free.Inbox);
        graph.Run();
        await graph.Finish(sending);

        Assert.That(full.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(free.Take(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Reader_WaitingOnAnInbox_IsWokenByAProducerLinkedLater()
    {
        await using var graph = new ManualGraph();
        var recorder = graph.Add(new Recorder<int>());
        graph.Start();
        var late = graph.Puppet<int>("late");
        graph.Graph.Link(late.Outbox, recorder.Inbox);

        late.Send(1);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Unlink_BeforeCollection_WakesTheSenderNoMore()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        from.Outbox.IsOptional = false;
        var linkage = graph.Graph.Link(from.Outbox, to.Inbox, new LinkOptions(Capacity: 1));
        graph.Start();
        from.Send(1);
        var sending = from.Begin(async () => await from.Outbox.SendAsync(2));

        graph.Graph.Unlink(linkage);
        graph.Run();
        var taken = to.Take();

        Assert.That(taken, Is.EqualTo(new[] { 1 }));
        Assert.That(sending.IsCompleted, Is.False, "there is no one to send to");

        graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Run();
        await graph.Finish(sending);
        Assert.That(to.Take(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task RemovedChild_IsUnlinkedAndCancelled()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest", KeepsRunning = true });
        var from = nest.Adopt(new Puppet<int>(graph) { Name = "from" });
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        nest.Between(from.Outbox, to.Inbox);
        graph.Start();

        nest.Drop(to);
        graph.Run();

        Assert.That(nest.Children, Is.EqualTo(new[] { from }));
        Assert.That(to.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(to.End, Is.EqualTo(EndReason.Cancelled));
        Assert.That(from.Outbox.IsLinked, Is.False);
    }

    [Test]
    public async Task Linkages_MadeByAComponent_AreGoneWhenItEnds()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        to.Inbox.KeepOpen = true;
        nest.Between(from.Outbox, to.Inbox);
        graph.Graph.Link(from.Second, to.Other);

        graph.Start();

        Assert.That(nest.State, Is.EqualTo(ComponentState.Ended), "it has no children");
        Assert.That(from.Outbox.IsLinked, Is.False, "made by the nest, gone with it");
        Assert.That(from.Second.IsLinked, "made by the graph, stays");
    }
}
