using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

public sealed class SendReceiveTests
{
    [Test]
    public async Task Messages_SentInOrder_ComeInOrder()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        from.Send([.. Enumerable.Range(0, 50)]);

        Assert.That(to.Take(), Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task Send_OfAThousand_AllArriveThroughABoundedBox()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 1000)));
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 7));

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 1000)));
    }

    [Test]
    public async Task Count_OfAnInbox_FollowsWhatIsSentAndTaken()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<string>();

        var empty = to.Inbox.Count;
        from.Send("a", "b");
        var full = to.Inbox.Count;
        to.Do(() => to.Inbox.TryReceive(out _));

        Assert.That((empty, full, to.Inbox.Count), Is.EqualTo((0, 2, 1)));
    }

    [Test]
    public async Task TryReceive_OnAnEmptyBox_SaysNo()
    {
        await using var graph = new ManualGraph();
        var (_, to) = graph.Pair<string>();

        var got = to.Ask(() => to.Inbox.TryReceive(out var message) || message is not null);

        Assert.That(got, Is.False);
    }

    [Test]
    public async Task TryPeek_ShowsTheFirst_AndLeavesIt()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(1, 2);

        var peeked = to.Ask(() => to.Inbox.TryPeek(out var first) ? first : -1);

        Assert.That(peeked, Is.EqualTo(1));
        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(to.Ask(() => to.Inbox.TryPeek(out _)), Is.False);
    }

    [TestCase(0, 0)]
    [TestCase(3, 3)]
    [TestCase(100, 10)]
    public async Task TryReceiveBatch_TakesWhatIsThere_UpToTheSpan(int room, int taken)
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send([.. Enumerable.Range(0, 10)]);
        var batch = new int[room];

        var count = to.Ask(() => to.Inbox.TryReceiveBatch(batch));

        Assert.That(count, Is.EqualTo(taken));
        Assert.That(batch.Take(count), Is.EqualTo(Enumerable.Range(0, taken)));
        Assert.That(to.Inbox.Count, Is.EqualTo(10 - taken));
    }

    [Test]
    public async Task TryReceiveBatch_AcrossTheRingsEnd_KeepsOrder()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 8));
        var received = new List<int>();
        var batch = new int[5];

        for (var next = 0; next < 60; next += 6)
        {
            from.Send([.. Enumerable.Range(next, 6)]);
            for (var count = 1; count > 0;)
            {
                count = to.Ask(() => to.Inbox.TryReceiveBatch(batch));
                received.AddRange(batch.Take(count));
            }
        }

        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 60)));
    }

    [Test]
    public async Task TrySendBatch_TakesWhatFits_InOrder()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 4));

        var first = from.Ask(() => from.Outbox.TrySendBatch([0, 1, 2]));
        var second = from.Ask(() => from.Outbox.TrySendBatch([3, 4, 5]));
        var third = from.Ask(() => from.Outbox.TrySendBatch([9]));

        Assert.That((first, second, third), Is.EqualTo((3, 1, 0)));
        Assert.That(to.Take(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public async Task TrySend_IntoAFullBox_SaysNoAndKeepsNothing()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 2));
        from.Send(1, 2);

        var sent = from.Send(3);

        Assert.That(sent, Is.False);
        Assert.That(from.Outbox.Room, Is.Zero);
        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Receive_WhenAMessageCameEarlier_DoesNotWait()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(5);

        var receiving = to.Begin(async () => await to.Inbox.ReceiveAsync());

        Assert.That(receiving.IsCompletedSuccessfully);
        Assert.That(await receiving, Is.EqualTo(5));
    }

    [Test]
    public async Task Receive_BeforeAMessageComes_WaitsForIt()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        var receiving = to.Begin(async () => await to.Inbox.ReceiveAsync());
        var waited = !receiving.IsCompleted;
        from.Send(5);

        Assert.That(waited);
        Assert.That(await graph.Finish(receiving), Is.EqualTo(5));
    }

    [Test]
    public async Task AwaitForeach_OverAnInbox_YieldsAllAndEnds()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        var received = new List<int>();

        var reading = to.Begin(async () =>
        {
            await foreach (var message in to.Inbox)
                received.Add(message);
        });
        from.Send(1, 2, 3);
        var waiting = !reading.IsCompleted;
        from.Finish();
        await graph.Finish(reading);

        Assert.That(waiting);
        Assert.That(received, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Wait_ThatIsCancelled_ThrowsAndLosesNothing()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        using var cancel = new CancellationTokenSource();

        var waiting = to.Begin(async () => await to.Inbox.WaitAsync(cancel.Token));
        cancel.Cancel();
        graph.Run();
        from.Send(1);

        Assert.That(async () => await graph.Finish(waiting), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Send_ThatIsCancelledWhileFull_ThrowsAndSendsNothing()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 1));
        using var cancel = new CancellationTokenSource();
        from.Send(1);

        var sending = from.Begin(async () => await from.Outbox.SendAsync(2, cancel.Token));
        cancel.Cancel();
        graph.Run();

        Assert.That(async () => await graph.Finish(sending), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(to.Take(), Is.Empty);
    }

    [Test]
    public async Task Messages_OfAReferenceType_AreNotKeptAliveByTheBox()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<object>();

        var weak = SendAndTake(from, to);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.That(weak.IsAlive, Is.False);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference SendAndTake(Puppet<object> from, Puppet<object> to)
    {
        var message = new object();
        var weak = new WeakReference(message);
        from.Send(message);
        to.Take();
        return weak;
    }
}
