using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

/// <summary>Fan-outs hand over runs of messages where there is room for them; nobody may notice but by the time.
/// </summary>
public sealed class FanOutBatchTests
{
    private const int Count = 500;

    [TestCase(1, 64)]
    [TestCase(2, 3)]
    [TestCase(8, 8)]
    [TestCase(64, 5)]
    public async Task Reader_ThatNeedsOneOfEach_IsNotLeftWaiting(int first, int second)
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, Count)));
        var splitter = graph.Add(new Splitter<int>());
        var pairs = graph.Add(new Pairs());
        graph.Graph.Link(feeder.Outbox, splitter.Inbox);
        graph.Graph.Link(splitter.AddOutput(), pairs.Left, new LinkOptions(first));
        graph.Graph.Link(splitter.AddOutput(), pairs.Right, new LinkOptions(second));

        graph.Start();

        Assert.That(pairs.Made, Is.EqualTo(Enumerable.Range(0, Count).Select(n => (n, n))));
        Assert.That(pairs.State, Is.EqualTo(ComponentState.Ended));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(64)]
    public async Task TwoOutputs_IntoOneInbox_AlternateMessageByMessage(int capacity)
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, Count)));
        var splitter = graph.Add(new Splitter<int>());
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, splitter.Inbox);
        graph.Graph.Link(splitter.AddOutput(), recorder.Inbox, new LinkOptions(capacity));
        graph.Graph.Link(splitter.AddOutput(), recorder.Inbox, new LinkOptions(capacity));

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, Count * 2).Select(n => n / 2)));
    }

    [TestCase(LinkPolicy.Wait)]
    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    [TestCase(LinkPolicy.Unbounded)]
    public async Task Chunks_WithLimitsOfBytesAndAnyPolicy_AreAllGivenBack(LinkPolicy policy)
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            var from = graph.Puppet<Chunk>("from");
            var splitter = graph.Add(new Splitter<Chunk>());
            var (steady, slow) = (graph.Puppet<Chunk>("steady"), graph.Puppet<Chunk>("slow"));
            graph.Graph.Link(from.Outbox, splitter.Inbox);
            graph.Graph.Link(splitter.AddOutput(), steady.Inbox, new LinkOptions(16, CapacityBytes: 100));
            graph.Graph.Link(splitter.AddOutput(), slow.Inbox, new LinkOptions(4, Policy: policy));
            graph.Start();
            var tags = new List<uint>();
            for (var round = 0; round < 20; round++)
            {
                from.Do(() =>
                {
                    for (var n = 0; n < 10; n++)
                        SendOrDrop(from.Outbox, (uint)((round * 10) + n));
                });
                tags.AddRange(steady.TakeTags());
                if (policy == LinkPolicy.Wait)
                    slow.TakeTags();
            }

            Assert.That(tags, Is.Not.Empty);
            Assert.That(tags, Is.Ordered.And.Unique);
        }
        Assert.That(ChunkPool.TotalOutstanding() - before, Is.Zero);
    }

    [Test]
    public async Task SteadyFlow_ToManyOutputs_AllocatesNothing()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var splitter = graph.Add(new Splitter<int>());
        graph.Graph.Link(from.Outbox, splitter.Inbox);
        for (var n = 0; n < 10; n++)
            graph.Graph.Link(splitter.AddOutput(), graph.Add(new Swallower()).Inbox);
        graph.Start();
        Action burst = () =>
        {
            for (var n = 0; n < 60; n++)
                from.Outbox.TrySend(n);
        };
        for (var warm = 0; warm < 50; warm++)
            from.Do(burst);

        // What the puppet itself costs, without and with messages.
        Action nothing = () => { };
        var idle = Allocated(() => from.Do(nothing));
        var busy = Allocated(() => from.Do(burst));

        Assert.That(busy, Is.LessThan(idle + 600), "a byte a delivery");
    }

    private static long Allocated(Action act)
    {
        act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void SendOrDrop(Outbox<Chunk> outbox, uint tag)
    {
        var chunk = Chunk.Rent(32).With(tag: tag);
        if (!outbox.TrySend(chunk))
            chunk.Dispose();
    }
}

/// <summary>Takes one message from each side at a time.</summary>
internal sealed partial class Pairs : Component
{
    [Port("One of the two.")]
    public partial Inbox<int> Left { get; }

    [Port("The other.")]
    public partial Inbox<int> Right { get; }

    public List<(int, int)> Made { get; } = [];

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Left.WaitAsync(stop) && await Right.WaitAsync(stop))
        {
            Left.TryReceive(out var left);
            Right.TryReceive(out var right);
            Made.Add((left, right));
        }
    }
}
