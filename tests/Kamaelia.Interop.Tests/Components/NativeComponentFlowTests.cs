using System.Text;
using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>Chunks through native components: all of them, in order, with nothing left behind.</summary>
public sealed partial class NativeComponentFlowTests : BalancedFixture
{
    private const int Count = 20_000;

    private static void AssertAllInOrder(TagSink sink, int count = Count) =>
        Assert.That(sink.Tags, Is.EqualTo(Enumerable.Range(0, count).Select(tag => (uint)tag)));

    [Test]
    public async Task Chain_OfTenNatives_DeliversEveryChunkInOrder()
    {
        await using var graph = new Graph();
        var sink = new TagSink();
        Component[] chain = [Source(Count), .. Enumerable.Range(0, 10).Select(_ => Pass()), sink];
        graph.Pipe(chain);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink);
        Assert.That(sink.InboxEnd!.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(chain.Select(component => component.End!.Kind), Is.All.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Chain_OfNativesAndManagedInTurn_DeliversEveryChunkInOrder()
    {
        await using var graph = new Graph();
        var sink = new TagSink();
        var between = Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? new ManagedPass() : (Component)Pass());
        graph.Pipe([Source(Count), .. between, sink]);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink);
    }

    [Test]
    public async Task Chain_FromManagedThroughNative_KeepsBytesTimesAndFlags()
    {
        await using var graph = new Graph();
        var seen = new List<(string Text, long Pts, ChunkFlags Flags)>();
        var source = new ChunkSource(Enumerable.Range(0, 100).Select(i =>
            Chunk.CopyOf(Encoding.UTF8.GetBytes($"text {i}")).With(ptsNs: i * 1000L, tag: (uint)i)));
        var sink = new TagSink
        {
            Look = chunk => seen.Add((Encoding.UTF8.GetString(chunk.Span), chunk.PtsNs, chunk.Flags)),
        };
        graph.Pipe(source, Pass(), Pass(), sink);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink, 100);
        Assert.That(seen.Select(one => one.Text), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"text {i}")));
        Assert.That(seen.Select(one => one.Pts), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i * 1000L)));
        Assert.That(seen.Select(one => one.Flags), Is.All.EqualTo(ChunkFlags.HasPts));
    }

    [Test]
    public async Task Source_OfLargeChunks_FillsThem()
    {
        await using var graph = new Graph();
        var wrong = 0;
        var sink = new TagSink { Look = chunk => wrong += IsCounted(chunk) ? 0 : 1 };
        graph.Pipe(Source(200, bytes: 100_000), Pass(), sink);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink, 200);
        Assert.That(wrong, Is.Zero);
    }

    private static bool IsCounted(Chunk chunk)
    {
        var bytes = chunk.Span;
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] != (byte)(chunk.Tag + i))
                return false;
        return bytes.Length == 100_000;
    }

    [Test]
    public async Task Chain_OverTwoSchedulers_DeliversEveryChunkInOrder()
    {
        await using var graph = new Graph("two", new GraphOptions { Schedulers = 2 });
        var sink = new TagSink();
        var source = graph.Add(Source(Count), graph.Schedulers[0]);
        var first = graph.Add(Pass(), graph.Schedulers[0]);
        var second = graph.Add(Pass(), graph.Schedulers[1]);
        var third = graph.Add(Pass(), graph.Schedulers[0]);
        graph.Add(sink, graph.Schedulers[1]);
        graph.Pipe(source, first, second, third, sink);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink);
    }

    [Test]
    public async Task Graphs_ManyAtOnce_EachDeliversItsOwn()
    {
        var runs = Enumerable.Range(0, 16).Select(async i =>
        {
            await using var graph = new Graph($"g{i}");
            var sink = new TagSink();
            graph.Pipe(Source(1000 + i), Pass(), Pass(), sink);
            await graph.RunToEndAsync();
            return sink.Tags.Count;
        });

        Assert.That(await Task.WhenAll(runs), Is.EqualTo(Enumerable.Range(1000, 16)));
    }

    [Test]
    public async Task Merge_OfTwoStreams_EndsWhenBothHaveEnded()
    {
        TrialPlugin.Load();
        await using var graph = new Graph();
        var merge = graph.Add(NativeComponents.Create("trial.merge"));
        var sink = graph.Add(new TagSink());
        graph.Link(graph.Add(Source(500)).Out(), merge.In("first"));
        graph.Link(graph.Add(Source(700)).Out(), merge.In("second"));
        graph.Link(merge.Out(), sink.Inbox);

        await graph.RunToEndAsync();

        Assert.That(sink.Tags, Has.Count.EqualTo(1200));
        Assert.That(merge.Counters, Does.Contain(KeyValuePair.Create("seen", 1200L)));
    }

    [Test]
    public async Task Relink_OfARunningNative_LosesNothing()
    {
        await using var graph = new Graph("relink", new GraphOptions { ManualScheduling = true });
        var source = graph.Add(Source(1000));
        var first = graph.Add(new TagSink());
        var second = graph.Add(new TagSink());
        var linkage = graph.Link(source.Out(), first.Inbox);
        graph.Start();
        graph.Schedulers[0].Step();
        graph.Schedulers[0].Step();
        graph.Unlink(linkage);
        graph.Schedulers[0].RunUntilIdle();
        graph.Link(source.Out(), second.Inbox);
        graph.Schedulers[0].RunUntilIdle();
        first.Inbox.KeepOpen = false;
        first.RequestStop(StopKind.Drain);
        graph.Schedulers[0].RunUntilIdle();

        Assert.That(first.Tags, Is.Not.Empty);
        Assert.That(second.Tags, Is.Not.Empty);
        Assert.That(first.Tags.Concat(second.Tags), Is.EqualTo(Enumerable.Range(0, 1000).Select(tag => (uint)tag)));
    }

    [Test]
    public async Task Policy_DropOldestBehindANative_CountsWhatItDrops()
    {
        await using var graph = new Graph("drops", new GraphOptions { ManualScheduling = true });
        var source = graph.Add(Source(1000));
        var sink = graph.Add(new TagSink());
        graph.Link(source.Out(), sink.Inbox, new LinkOptions(Capacity: 8, Policy: LinkPolicy.DropOldest));
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();

        Assert.That(source.Out().Dropped + sink.Tags.Count, Is.EqualTo(1000));
        Assert.That(source.Out().Dropped, Is.Positive);
        Assert.That(sink.Tags[^1], Is.EqualTo(999));
    }

    [Test]
    public async Task Source_IntoAnUnboundedInbox_GrowsIt()
    {
        await using var graph = new Graph("grows", new GraphOptions { BatchMax = 5000 });
        var source = graph.Add(Source(Count));
        var sink = graph.Add(new TagSink());
        graph.Link(source.Out(), sink.Inbox, new LinkOptions(Policy: LinkPolicy.Unbounded));

        await graph.RunToEndAsync();

        AssertAllInOrder(sink);
    }

    [Test]
    public async Task Capacity_InBytes_HoldsANativeBack()
    {
        await using var graph = new Graph("bytes", new GraphOptions { ManualScheduling = true });
        var source = graph.Add(Source(1000, bytes: 1000));
        var stuck = graph.Add(new StuckReader());
        graph.Link(source.Out(), stuck.Inbox, new LinkOptions(CapacityBytes: 10_000));
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();

        Assert.That(stuck.Inbox.Count, Is.EqualTo(10));
        var stopping = graph.StopAsync(new StopOptions(TimeSpan.Zero));
        graph.Schedulers[0].RunUntilIdle();
        await stopping.AsTask().WaitAsync(Patience);
    }

    [Test]
    public async Task Optional_UnlinkedOutbox_DropsAndCounts()
    {
        TrialPlugin.Load();
        await using var graph = new Graph();
        var tick = graph.Add(NativeComponents.Create("trial.tick", ("n", "4"), ("every", "100")));

        await graph.RunToEndAsync();

        Assert.That(tick.Out().Dropped, Is.EqualTo(4));
        Assert.That(tick.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Source_IntoAReaderDeepInsideAnother_IsNotRefused()
    {
        await using var graph = new Graph("nested");
        var sink = new TagSink();
        var source = graph.Add(Source(Count));
        var outer = graph.Add(new Wrapper(new Wrapper(new Wrapper(sink))));
        graph.Link(source.Out(), outer.Inbox);

        await graph.RunToEndAsync();

        AssertAllInOrder(sink);
    }

    /// <summary>A component around another, with a pass-through inbox.</summary>
    private sealed partial class Wrapper : Component
    {
        public Wrapper(Component inner)
        {
            AddChild(inner);
            LinkBoxes(Inbox, inner.FindInbox("inbox"));
        }

        [Port("For the one inside.")]
        public partial Inbox<Chunk> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop) => await WaitChildrenAsync();
    }
}
