using System.Diagnostics;
using System.Reflection;

namespace Kamaelia.Axon.Tests.Properties;

/// <summary>No hot path of chunks allocates: fan-out, references, dropping policies, a crossing between schedulers.
/// </summary>
/// <remarks>Measured on this thread, which steps the graph, again and again until a round is free of allocation: the
/// runtime's first code of a method boxes awaiters, and nobody says when its final code is there.</remarks>
public sealed partial class ChunkAllocationTests
{
    private const int TurnsPerRound = 2_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [OneTimeSetUp]
    public void OptimisedCodeOnly()
    {
        if (typeof(Component).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            Assert.Ignore(
                "skipped, because unoptimised code boxes awaiters; the Release build is the one that is measured");
    }

    [Test]
    public Task FanOut_OfChunks_AllocatesNothing() => Check((graph, source) =>
    {
        var splitter = graph.Add(new Splitter<Chunk>());
        graph.Link(source.Outbox, splitter.Inbox);
        var sinks = Enumerable.Range(0, 10).Select(_ => graph.Add(new Drain())).ToArray();
        foreach (var sink in sinks)
            graph.Link(splitter.AddOutput(), sink.Inbox);
        return sinks[^1];
    });

    [Test]
    public Task SharesAndSlices_AllocateNothing() => Check((graph, source) =>
    {
        var slicer = graph.Add(new Slicer());
        var sink = graph.Add(new Drain());
        graph.Link(source.Outbox, slicer.Inbox);
        graph.Link(slicer.Outbox, sink.Inbox);
        return sink;
    });

    [TestCase(LinkPolicy.DropOldest)]
    [TestCase(LinkPolicy.DropNewest)]
    [TestCase(LinkPolicy.KeepLatest)]
    public Task Drops_AllocateNothing(LinkPolicy policy) => Check((graph, source) =>
    {
        var sink = graph.Add(new Drain());
        graph.Link(source.Outbox, sink.Inbox, new LinkOptions(Capacity: 4, Policy: policy));
        return sink;
    });

    [Test]
    public Task ByteLimits_AllocateNothing() => Check((graph, source) =>
    {
        var sink = graph.Add(new Drain());
        graph.Link(source.Outbox, sink.Inbox, new LinkOptions(CapacityBytes: 5_000));
        return sink;
    });

    [Test]
    public Task Crossing_BetweenSchedulers_AllocatesNothing() => Check((graph, source) =>
    {
        var sink = graph.Add(new Drain(), graph.Schedulers[1]);
        graph.Link(source.Outbox, sink.Inbox);
        return sink;
    });

    [Test]
    public void Guard_SeesAnAllocation() => Assert.That(() => Check((graph, source) =>
    {
        var sink = graph.Add(new Drain { IsWasteful = true });
        graph.Link(source.Outbox, sink.Inbox);
        return sink;
    }, roundsMax: 20), Throws.InstanceOf<AssertionException>());

    private static async Task Check(Func<Graph, Renter, Drain> build, int roundsMax = int.MaxValue)
    {
        await using var graph = new Graph("test", new GraphOptions { ManualScheduling = true, Schedulers = 2 });
        var source = graph.Add(new Renter());
        var sink = build(graph, source);
        graph.Start();
        var patience = Stopwatch.StartNew();
        long allocated = -1, messages = 0;
        for (var round = 0; allocated != 0 && round < roundsMax && patience.Elapsed < s_patience; round++)
            (allocated, messages) = Round(graph, sink);

        var stopping = graph.StopAsync(new StopOptions(TimeSpan.Zero));
        while (!stopping.IsCompleted && patience.Elapsed < s_patience * 2)
        {
            Step(graph, 10);
            await Task.Yield();
        }
        await stopping;
        Assert.That(messages, Is.GreaterThan(TurnsPerRound / 8), "messages that came in a round");
        Assert.That(allocated, Is.Zero, $"bytes for {messages} messages");
    }

    private static (long Allocated, long Messages) Round(Graph graph, Drain sink)
    {
        var messages = sink.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(graph, TurnsPerRound);
        return (GC.GetAllocatedBytesForCurrentThread() - before, sink.Count - messages);
    }

    private static void Step(Graph graph, int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < graph.Schedulers.Count; i++)
                graph.Schedulers[i].Step();
        }
    }

    private sealed partial class Renter : Component
    {
        [Port("Chunks of 1,000 bytes.")]
        public partial Outbox<Chunk> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
                await Outbox.SendAsync(Chunk.Rent(1_000), stop);
        }
    }

    private sealed partial class Slicer : Component
    {
        [Port("Chunks.")]
        public partial Inbox<Chunk> Inbox { get; }

        [Port("Their halves.")]
        public partial Outbox<Chunk> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out var chunk))
                {
                    using var held = chunk;
                    await Outbox.SendAsync(chunk.Slice(0, 500), stop);
                    await Outbox.SendAsync(chunk.Share().Trim(500, 500), stop);
                }
            }
        }
    }

    private sealed partial class Drain : Component
    {
        [Port("Chunks to give back.")]
        public partial Inbox<Chunk> Inbox { get; }

        public long Count { get; private set; }

        public bool IsWasteful { get; init; }

        public object? Waste { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out var chunk))
                {
                    chunk.Dispose();
                    Count++;
                    if (IsWasteful)
                        Waste = new object();
                }
            }
        }
    }
}
