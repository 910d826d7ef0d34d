using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

public sealed class PolicyTests
{
    // Policy, what of 0..4 is left in a box for 2, how many were dropped, how many sends were taken.
    [TestCase(LinkPolicy.Wait, new[] { 0, 1 }, 0, 2)]
    [TestCase(LinkPolicy.DropOldest, new[] { 3, 4 }, 3, 5)]
    [TestCase(LinkPolicy.DropNewest, new[] { 0, 1 }, 3, 5)]
    [TestCase(LinkPolicy.KeepLatest, new[] { 4 }, 4, 5)]
    [TestCase(LinkPolicy.Unbounded, new[] { 0, 1, 2, 3, 4 }, 0, 5)]
    public async Task FiveSends_IntoABoxForTwo_LeaveWhatThePolicySays(
        LinkPolicy policy, int[] left, int dropped, int taken)
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 2, Policy: policy));

        var accepted = from.Ask(() => Enumerable.Range(0, 5).Count(n => from.Outbox.TrySend(n)));

        Assert.That(accepted, Is.EqualTo(taken));
        Assert.That(to.Take(), Is.EqualTo(left));
        Assert.That(from.Outbox.Dropped, Is.EqualTo(dropped));
    }

    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    [TestCase(LinkPolicy.Unbounded)]
    public async Task SendAsync_UnderADroppingPolicy_NeverWaits(LinkPolicy policy)
    {
        await using var graph = new ManualGraph();
        var (from, _) = graph.Pair<int>(new LinkOptions(Capacity: 2, Policy: policy));

        var sending = from.Begin(async () =>
        {
            for (var n = 0; n < 100; n++)
                await from.Outbox.SendAsync(n);
        });

        Assert.That(sending.IsCompletedSuccessfully);
    }

    [Test]
    public async Task Unbounded_TakesFarMoreThanItsFirstSlots_InOrder()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Policy: LinkPolicy.Unbounded));

        from.Send([.. Enumerable.Range(0, 9999)]);

        Assert.That(to.Take(), Is.EqualTo(Enumerable.Range(0, 9999)));
    }

    [Test]
    public async Task Capacity_WithoutOptions_IsSixtyFour()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        var accepted = from.Ask(() => Enumerable.Range(0, 200).Count(n => from.Outbox.TrySend(n)));

        Assert.That((accepted, to.Inbox.Capacity), Is.EqualTo((64, 64)));
    }

    [Test]
    public async Task Capacity_Raised_LetsTheSenderGoOn()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 1));
        from.Send(1);
        var sending = from.Begin(async () => await from.Outbox.SendAsync(2));
        var waited = !sending.IsCompleted;

        to.Do(() => to.Inbox.Capacity = 2);
        await graph.Finish(sending);

        Assert.That(waited);
        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Capacity_Lowered_LosesNothing()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(1, 2, 3, 4);

        to.Do(() => to.Inbox.Capacity = 2);

        Assert.That(from.Send(5), Is.False);
        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(from.Send(5, 6));
        Assert.That(from.Send(7), Is.False);
    }

    [Test]
    public async Task CapacityBytes_OfChunks_IsWhatTheyHold()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<Chunk>(new LinkOptions(CapacityBytes: 1000));

        var accepted = from.Ask(() => SendUntilFull(from.Outbox, 300));
        to.Do(() => Release(to.Inbox));
        var again = from.Ask(() => SendUntilFull(from.Outbox, 300));
        to.Do(() => Release(to.Inbox));

        Assert.That(accepted, Is.InRange(3, 4), "three fit; whether the one that crosses the limit does is the box's");
        Assert.That(again, Is.EqualTo(accepted));
    }

    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    public async Task Chunks_DroppedByAPolicy_AreReleased(LinkPolicy policy)
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            var (from, to) = graph.Pair<Chunk>(new LinkOptions(Capacity: 2, Policy: policy));
            from.Do(() =>
            {
                for (var n = 0; n < 10; n++)
                    Assert.That(from.Outbox.TrySend(Chunk.Rent(100)));
            });
            Assert.That(ChunkPool.TotalOutstanding() - before, Is.EqualTo(to.Inbox.Count));
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before), "left in a box at the end");
    }

    private static int SendUntilFull(Outbox<Chunk> outbox, int bytes)
    {
        for (var sent = 0; sent < 100; sent++)
        {
            var chunk = Chunk.Rent(bytes);
            if (outbox.TrySend(chunk))
                continue;
            chunk.Dispose();
            return sent;
        }
        return int.MaxValue;
    }

    private static void Release(Inbox<Chunk> inbox)
    {
        while (inbox.TryReceive(out var chunk))
            chunk.Dispose();
    }
}
