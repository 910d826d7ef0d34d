using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>Linkages between schedulers, on real threads.</summary>
public sealed class CrossingTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(64)]
    [TestCase(1024)]
    public async Task Crossing_UnderLoad_KeepsOrderAndTheEnd(int capacity)
    {
        var graph = Two(out var near, out var far);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 50_000)), near);
        var recorder = graph.Add(new Recorder<int>(), far);
        graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: capacity));

        await graph.RunToEnd();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 50_000)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Crossing_ThereAndBack_ManyTimes_LosesNothing()
    {
        var graph = Two(out var near, out var far);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 5_000)), near);
        var last = feeder.Outbox;
        for (var n = 0; n < 20; n++)
        {
            var relay = graph.Add(new Relay<int>(), n % 2 == 0 ? far : near);
            graph.Link(last, relay.Inbox, new LinkOptions(Capacity: 1 + n));
            last = relay.Outbox;
        }
        var recorder = graph.Add(new Recorder<int>(), near);
        graph.Link(last, recorder.Inbox);

        await graph.RunToEnd();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 5_000)));
    }

    [Test]
    public async Task ManyProducers_NearAndFar_OfOneInbox_EachKeepTheirOrder()
    {
        var graph = Two(out var near, out var far);
        var recorder = graph.Add(new Recorder<(int From, int Number)>(), near);
        for (var n = 0; n < 8; n++)
        {
            var from = n;
            var numbers = Enumerable.Range(0, 3_000).Select(number => (from, number));
            var feeder = graph.Add(new Feeder<(int From, int Number)>(numbers), n % 2 == 0 ? near : far);
            graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 16));
        }

        await graph.RunToEnd();

        Assert.That(recorder.Received, Has.Count.EqualTo(24_000));
        foreach (var group in recorder.Received.GroupBy(message => message.From))
            Assert.That(group.Select(message => message.Number), Is.EqualTo(Enumerable.Range(0, 3_000)));
    }

    [Test]
    public async Task Fault_FarAway_ArrivesAsTheReasonOfTheEnd()
    {
        var graph = Two(out var near, out var far, stopOnFault: false);
        var cause = new InvalidDataException("far");
        var feeder = graph.Add(new Feeder<int>(Failing(cause)), far);
        var recorder = graph.Add(new Recorder<int>(), near);
        graph.Link(feeder.Outbox, recorder.Inbox);

        Assert.That(async () => await graph.RunToEnd(), Throws.Exception);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(recorder.InboxEnd!.Exception, Is.SameAs(cause));
    }

    [Test]
    public async Task Receiver_ThatEndsFarAway_EndsTheSender()
    {
        var graph = Two(out var near, out var far);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue)), near);
        var taker = graph.Add(new Work<int, int>(TakeThree), far);
        graph.Link(feeder.Outbox, taker.Inbox);

        await graph.RunToEnd();

        Assert.That(feeder.State, Is.EqualTo(ComponentState.Ended));
    }

    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    [TestCase(LinkPolicy.Unbounded)]
    public async Task Policies_OverACrossing_CountEveryDropAndKeepTheEnd(LinkPolicy policy)
    {
        const int Count = 20_000;
        var graph = Two(out var near, out var far);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, Count)), near);
        var recorder = graph.Add(new Recorder<int>(), far);
        graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 8, Policy: policy));

        await graph.RunToEnd();

        Assert.That(recorder.Received.Count + feeder.Outbox.Dropped, Is.EqualTo(Count));
        Assert.That(recorder.Received, Is.Ordered.And.Unique);
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Chunks_OverACrossing_AreAllReleased()
    {
        var before = ChunkPool.TotalOutstanding();
        var graph = Two(out var near, out var far);
        var source = graph.Add(new Work<int, Chunk>(SendChunks), near);
        var bytes = 0L;
        var sink = graph.Add(new Work<Chunk, int>(async (inbox, _, stop) =>
        {
            await foreach (var chunk in inbox)
            {
                bytes += chunk.Length;
                chunk.Dispose();
            }
        }), far);
        graph.Link(source.Outbox, sink.Inbox);

        await graph.RunToEnd();

        Assert.That(bytes, Is.EqualTo(Enumerable.Range(0, 2_000).Sum(n => 1 + n % 1500)));
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task Relinking_ACrossingUnderLoad_LosesAndReordersNothing()
    {
        var graph = Two(out var near, out var far);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 20_000)), near);
        feeder.Outbox.IsOptional = false;
        var recorder = graph.Add(new Recorder<int>(), far);
        recorder.Inbox.KeepOpen = true;
        var linkage = graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 8));

        graph.Start();
        for (var n = 0; n < 50 && feeder.State != ComponentState.Ended; n++)
        {
            graph.Unlink(linkage);
            linkage = graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 8));
            await Task.Delay(1);
        }
        await Bounded.Until(() => feeder.State == ComponentState.Ended, "the feeder ends");
        recorder.RequestStop(StopKind.Drain);
        await graph.Completion.Within();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 20_000)));
    }

    [Test]
    public async Task Placement_IsWhereItWasAsked()
    {
        var graph = Two(out var near, out var far);
        var first = graph.Add(new Recorder<int>(), near);
        var second = graph.Add(new Recorder<int>(), far);

        Assert.That((graph.PlacementOf(first), graph.PlacementOf(second)), Is.EqualTo((near, far)));
        graph.Start();
        await Bounded.Until(() => second.State == ComponentState.Running, "both run");
        Assert.That((first.Scheduler, second.Scheduler), Is.EqualTo((near, far)));
        await graph.DisposeAsync();
    }

    private static Graph Two(out Scheduler near, out Scheduler far, bool stopOnFault = true)
    {
        var graph = new Graph("two", new GraphOptions { Schedulers = 2, StopOnFault = stopOnFault });
        near = graph.Schedulers[0];
        far = graph.Schedulers[1];
        return graph;
    }

    private static IEnumerable<int> Failing(Exception cause)
    {
        yield return 1;
        yield return 2;
        throw cause;
    }

    private static async Task TakeThree(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        for (var n = 0; n < 3; n++)
            await inbox.ReceiveAsync(stop);
    }

    private static async Task SendChunks(Inbox<int> inbox, Outbox<Chunk> outbox, CancellationToken stop)
    {
        for (var n = 0; n < 2_000; n++)
            await outbox.SendAsync(Chunk.Rent(1 + n % 1500), stop);
    }
}
