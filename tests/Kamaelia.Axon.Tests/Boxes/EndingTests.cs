using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

/// <summary>An end travels in-band, after the last message, with its reason.</summary>
public sealed class EndingTests
{
    [Test]
    public async Task End_OfAProducer_IsSeenAfterItsLastMessage()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        from.Send(1, 2);
        from.Finish();
        var endedEarly = to.Inbox.IsEnded;
        var taken = to.Take();

        Assert.That(endedEarly, Is.False);
        Assert.That(taken, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(to.Inbox.IsEnded);
        Assert.That(to.Inbox.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Wait_OnAnEndedAndEmptyInbox_IsFalse()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(1);
        from.Finish();

        var more = await graph.Finish(to.Begin(async () => await to.Inbox.WaitAsync()));
        to.Take();
        var end = await graph.Finish(to.Begin(async () => await to.Inbox.WaitAsync()));

        Assert.That((more, end), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Receive_OnAnEndedInbox_ThrowsWithTheReason()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        var cause = new InvalidDataException("bad header");

        var receiving = to.Begin(async () => await to.Inbox.ReceiveAsync());
        from.Fail(cause);

        Assert.That(async () => await graph.Finish(receiving), Throws.InstanceOf<InboxEndedException>());
        Assert.That(to.Inbox.End!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(to.Inbox.End!.Exception, Is.SameAs(cause));
        await IgnoreFault(graph);
    }

    [Test]
    public async Task End_OfACancelledProducer_IsCancelled()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        from.RequestStop(StopKind.Cancel);
        graph.Run();

        Assert.That(to.Inbox.IsEnded);
        Assert.That(to.Inbox.End, Is.EqualTo(EndReason.Cancelled));
    }

    [Test]
    public async Task End_OfOneOutbox_ByItsOwner_LeavesTheComponentRunning()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        from.Send(1);
        from.Do(() => from.Outbox.EndStream());

        Assert.That(from.State, Is.EqualTo(ComponentState.Running));
        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(to.Inbox.IsEnded);
    }

    [Test]
    public async Task Inbox_OfManyProducers_EndsWithTheLast()
    {
        await using var graph = new ManualGraph();
        var producers = Enumerable.Range(0, 3).Select(n => graph.Puppet<int>($"p{n}")).ToArray();
        var to = graph.Puppet<int>("to");
        foreach (var producer in producers)
            graph.Graph.Link(producer.Outbox, to.Inbox);
        graph.Start();

        producers[1].Finish();
        producers[0].Finish();
        var early = to.Inbox.IsEnded;
        producers[2].Send(9);
        producers[2].Finish();

        Assert.That(early, Is.False);
        Assert.That(to.Take(), Is.EqualTo(new[] { 9 }));
        Assert.That(to.Inbox.IsEnded);
    }

    [Test]
    public async Task Inbox_KeptOpen_OutlivesItsProducers()
    {
        await using var graph = new ManualGraph();
        var to = graph.Puppet<int>("to");
        to.Inbox.KeepOpen = true;
        var first = graph.Puppet<int>("first");
        graph.Graph.Link(first.Outbox, to.Inbox);
        graph.Start();
        first.Finish();
        var endedBetween = to.Inbox.IsEnded;

        var second = graph.Puppet<int>("second");
        graph.Graph.Link(second.Outbox, to.Inbox);
        second.Send(2);

        Assert.That(endedBetween, Is.False);
        Assert.That(to.Take(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Unlink_OfTheOnlyProducer_LeavesTheInboxOpenForAnother()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        var linkage = graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Start();
        from.Send(1);

        graph.Graph.Unlink(linkage);
        graph.Run();

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }), "what was delivered stays");
        Assert.That(to.Inbox.IsEnded, Is.False);
    }

    [Test]
    public async Task Sender_WhoseReceiverHasEnded_IsToldAndEndsQuietly()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue)));
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(feeder.Outbox, to.Inbox, new LinkOptions(Capacity: 4));
        graph.Start();

        to.Finish();

        Assert.That(feeder.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(feeder.End!.Kind, Is.Not.EqualTo(EndKind.Faulted));
        Assert.That(feeder.Outbox.IsReceiverEnded);
        Assert.That(async () => await graph.Finish(graph.Graph.Completion), Throws.Nothing);
    }

    [Test]
    public async Task Close_OfAnInbox_TellsTheSenderAndEmptiesTheBox()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(1);

        to.Do(() => to.Inbox.Close());
        var sending = from.Begin(async () => await from.Outbox.SendAsync(2));

        Assert.That(from.Send(3), Is.False);
        Assert.That(async () => await graph.Finish(sending), Throws.InstanceOf<ReceiverEndedException>());
        Assert.That(from.Ask(() => from.Outbox.IsReceiverEnded));
        Assert.That(await graph.Finish(from.Begin(async () => await from.Outbox.WaitForRoomAsync())), Is.False);
        Assert.That(to.Take(), Is.Empty);
    }

    [TestCase(LinkPolicy.Wait)]
    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    [TestCase(LinkPolicy.Unbounded)]
    public async Task End_UnderEveryPolicy_IsNeitherDroppedNorEarly(LinkPolicy policy)
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 1, Policy: policy));

        from.Do(() =>
        {
            for (var n = 0; n < 5; n++)
                from.Outbox.TrySend(n);
        });
        from.Finish();
        var endedEarly = to.Inbox.IsEnded;
        var taken = to.Take();

        Assert.That(endedEarly, Is.False);
        Assert.That(taken, Is.Not.Empty);
        Assert.That(to.Inbox.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task End_ThroughAChain_ArrivesAfterEveryMessage()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 500)));
        var recorder = graph.Add(new Recorder<int>());
        var last = feeder.Outbox;
        for (var n = 0; n < 20; n++)
        {
            var relay = graph.Add(new Relay<int>());
            graph.Graph.Link(last, relay.Inbox, new LinkOptions(Capacity: 3));
            last = relay.Outbox;
        }
        graph.Graph.Link(last, recorder.Inbox);

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 500)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(graph.Graph.Completion.IsCompletedSuccessfully);
    }

    private static async Task IgnoreFault(ManualGraph graph)
    {
        await graph.Finish(graph.Graph.StopAsync().AsTask());
        Assert.That(async () => await graph.Graph.Completion, Throws.Exception);
    }
}
