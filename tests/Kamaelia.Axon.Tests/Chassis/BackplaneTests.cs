using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class BackplaneTests
{
    [Test]
    public async Task WhatAnyPublisherSends_EverySubscriberReceives()
    {
        await using var graph = new ManualGraph();
        graph.Add(new Backplane<int>("news"));
        var (a, b) = (Publisher(graph, "a"), Publisher(graph, "b"));
        var readers = Enumerable.Range(0, 3).Select(_ => Subscriber(graph)).ToArray();
        graph.Start();

        a.Send(1);
        b.Send(2);
        a.Send(3);

        Assert.That(readers.Select(reader => reader.Received), Is.All.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Subscriber_ThatComesLater_ReceivesFromThenOn()
    {
        await using var graph = new ManualGraph();
        graph.Add(new Backplane<int>("news"));
        var publisher = Publisher(graph, "a");
        graph.Start();
        publisher.Send(1);

        var late = Subscriber(graph);
        graph.Run();
        publisher.Send(2);

        Assert.That(late.Received, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task SlowSubscriber_LosesTheOldest_AndHoldsNobodyUp()
    {
        await using var graph = new ManualGraph();
        graph.Add(new Backplane<int>("news"));
        var publisher = Publisher(graph, "a");
        var fast = Subscriber(graph);
        var subscription = graph.Add(new SubscribeTo<int>("news", new LinkOptions(2, Policy: LinkPolicy.DropOldest)));
        var slow = graph.Puppet<int>("slow");
        graph.Graph.Link(subscription.Outbox, slow.Inbox, new LinkOptions(Capacity: 1));
        graph.Start();

        for (var n = 0; n < 20; n++)
            publisher.Send(n);
        var taken = new List<int>();
        for (var n = 0; n < 10; n++)
            taken.AddRange(slow.Take());

        Assert.That(fast.Received, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(taken, Is.Ordered.And.Unique);
        Assert.That(taken, Has.Count.InRange(3, 5).And.Contain(19).And.Contain(0));
    }

    [Test]
    public async Task Publisher_ThatEnds_LeavesTheBackplaneToTheOthers()
    {
        await using var graph = new ManualGraph();
        var backplane = graph.Add(new Backplane<int>("news"));
        var (a, b) = (Publisher(graph, "a"), Publisher(graph, "b"));
        var reader = Subscriber(graph);
        graph.Start();

        a.Send(1);
        a.Finish();
        b.Send(2);

        Assert.That(backplane.State, Is.EqualTo(ComponentState.Running));
        Assert.That(reader.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(reader.State, Is.EqualTo(ComponentState.Running));
    }

    [Test]
    public async Task End_OfTheBackplane_EndsItsSubscribers()
    {
        await using var graph = new ManualGraph();
        var backplane = graph.Add(new Backplane<int>("news"));
        var publisher = Publisher(graph, "a");
        var reader = Subscriber(graph);
        var boss = graph.Puppet<int>("boss");
        graph.Graph.Link(boss.Signal, backplane.Control);
        graph.Start();
        publisher.Send(1);

        boss.Do(() => boss.Signal.TrySend(new ProducerFinished(boss)));

        Assert.That(backplane.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(reader.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(reader.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Subscriber_ThatEnds_IsForgotten()
    {
        await using var graph = new ManualGraph();
        var backplane = graph.Add(new Backplane<int>("news"));
        var publisher = Publisher(graph, "a");
        var subscription = graph.Add(new SubscribeTo<int>("news"));
        var reader = graph.Puppet<int>("reader");
        graph.Graph.Link(subscription.Outbox, reader.Inbox);
        graph.Start();
        var before = backplane.SubscriberCount;

        reader.Finish();
        publisher.Send(1, 2, 3);
        publisher.Send(4);

        Assert.That((before, backplane.SubscriberCount), Is.EqualTo((1, 0)));
        Assert.That(subscription.State, Is.EqualTo(ComponentState.Ended));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Backplane_ThatIsNotThere_IsAFaultThatNamesIt(bool publish)
    {
        await using var graph = new ManualGraph();
        Component component = publish ? new PublishTo<int>("nowhere") : new SubscribeTo<int>("nowhere");
        graph.Add(component);
        if (!publish)
            component.FindOutbox("outbox").IsOptional = true;

        graph.Start();

        Assert.That(component.End!.Exception!.Message, Does.Contain("nowhere"));
    }

    [Test]
    public async Task TwoBackplanes_OfOneName_AreOneTooMany()
    {
        await using var graph = new ManualGraph();
        var first = graph.Add(new Backplane<int>("news"));
        var second = graph.Add(new Backplane<int>("news"));

        graph.Start();

        Assert.That(first.State, Is.EqualTo(ComponentState.Running));
        Assert.That(second.End!.Exception!.Message, Does.Contain("news"));
    }

    [Test]
    public async Task Chunks_PublishedToMany_AreAllReleased()
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            graph.Add(new Backplane<Chunk>("media"));
            var publisher = graph.Puppet<Chunk>("publisher");
            var publish = graph.Add(new PublishTo<Chunk>("media"));
            graph.Graph.Link(publisher.Outbox, publish.Inbox);
            for (var n = 0; n < 3; n++)
            {
                var options = new LinkOptions(2, Policy: LinkPolicy.DropOldest);
                var subscription = graph.Add(new SubscribeTo<Chunk>("media", options));
                var reader = graph.Puppet<Chunk>($"reader{n}");
                graph.Graph.Link(subscription.Outbox, reader.Inbox, new LinkOptions(Capacity: 1));
            }
            graph.Start();

            publisher.Do(() =>
            {
                for (var n = 0; n < 30; n++)
                    Assert.That(publisher.Outbox.TrySend(Chunk.Rent(1316)));
            });
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    private static Puppet<int> Publisher(ManualGraph graph, string name)
    {
        var puppet = graph.Puppet<int>(name);
        var publish = graph.Add(new PublishTo<int>("news"));
        graph.Graph.Link(puppet.Outbox, publish.Inbox);
        return puppet;
    }

    private static Recorder<int> Subscriber(ManualGraph graph)
    {
        var subscription = graph.Add(new SubscribeTo<int>("news"));
        var reader = graph.Add(new Recorder<int>());
        graph.Graph.Link(subscription.Outbox, reader.Inbox);
        return reader;
    }
}
