using System.Diagnostics;
using System.Reflection;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Properties;

/// <summary>No hot path allocates for a message: measured on this thread, which steps the graph.</summary>
public sealed partial class AllocationTests
{
    private const int Warm = 20_000;
    private const int Measured = 50_000;

    [OneTimeSetUp]
    public void OptimisedCodeOnly()
    {
        var debugging = typeof(Component).Assembly.GetCustomAttribute<DebuggableAttribute>();
        if (debugging is { IsJITOptimizerDisabled: true })
            Assert.Ignore("skipped, because unoptimised code boxes awaiters: the Release build is measured");
    }

    [TestCase(1)]
    [TestCase(64)]
    public Task SendAndReceive_OneByOne_AllocateNothing(int capacity)
        => Check(capacity, graph => graph.Add(new Relay<int>()));

    [TestCase(1)]
    [TestCase(64)]
    public Task Step_AllocatesNothing(int capacity) => Check(capacity, graph => graph.Add(new Passing()));

    [Test]
    public Task Map_AllocatesNothing() => Check(64, graph => graph.Add(Components.Map<int, int>(n => n + 1)));

    [Test]
    public Task Filter_AllocatesNothing() => Check(64, graph => graph.Add(Components.Filter<int>(_ => true)));

    [Test]
    public Task Pipeline_AllocatesNothing()
        => Check(8, graph => graph.Add(new Pipeline(new Relay<int>(), new Pipeline(new Passing(), new Relay<int>()))));

    [Test]
    public Task AwaitForeach_AllocatesNothing() => Check(1, graph => graph.Add(new Foreach()));

    [Test]
    public Task WaitAny_AllocatesNothing() => Check(1, graph => graph.Add(new Either()));

    [Test]
    public Task Batches_AllocateNothing() => Check(64, graph => graph.Add(new Batches()));

    [Test]
    public async Task Timers_AllocateNothing()
    {
        await using var graph = new ManualGraph();
        var ticker = graph.Add(new Ticker());
        graph.Start();

        // The clock is the test's and allocates when it moves: so what a tick costs is measured inside the ticker.
        for (var n = 0; n < 500; n++)
            graph.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(ticker.Ticks, Is.GreaterThan(400));
        Assert.That(ticker.Allocated, Is.Zero);
        ticker.RequestStop(StopKind.Cancel);
    }

    [Test]
    public void Guard_SeesAnAllocation()
        => Assert.That(async () => await Check(64, graph => graph.Add(new Wasteful())),
            Throws.InstanceOf<AssertionException>());

    private static async Task Check(int capacity, Func<ManualGraph, Component> middle)
    {
        await using var graph = new ManualGraph();
        var source = graph.Add(new Ramp());
        var component = middle(graph);
        var sink = graph.Add(new Counter());
        var options = new LinkOptions(Capacity: capacity);
        graph.Graph.Link(source.Outbox, (Inbox<int>)component.FindInbox("inbox"), options);
        graph.Graph.Link((Outbox<int>)component.FindOutbox("outbox"), sink.Inbox, options);
        graph.Graph.Start();
        StepUntil(graph, sink, Warm);

        var messages = sink.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        StepUntil(graph, sink, Warm + Measured);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        source.RequestStop(StopKind.Cancel);
        Assert.That(allocated, Is.Zero, $"for {sink.Count - messages} messages");
    }

    private static void StepUntil(ManualGraph graph, Counter sink, long count)
    {
        var scheduler = graph.Graph.Schedulers[0];
        for (var round = 0; sink.Count < count; round++)
        {
            scheduler.Step();
            if (round > 10_000_000)
                Assert.Fail($"only {sink.Count} messages came");
        }
    }

    private sealed partial class Ramp : Component
    {
        [Port("0, 1, 2 and so on.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            for (var n = 0; ; n++)
                await Outbox.SendAsync(n, stop);
        }
    }

    private sealed partial class Counter : Component
    {
        [Port("Whatever is to be counted.")]
        public partial Inbox<int> Inbox { get; }

        public long Count { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out _))
                    Count++;
            }
        }
    }

    private sealed partial class Foreach : Component
    {
        [Port("Numbers.")]
        public partial Inbox<int> Inbox { get; }

        [Port("The same.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            await foreach (var message in Inbox)
                await Outbox.SendAsync(message, stop);
        }
    }

    private sealed partial class Either : Component
    {
        [Port("Numbers.")]
        public partial Inbox<int> Inbox { get; }

        [Port("Nothing ever.")]
        public partial Inbox<int> Other { get; }

        [Port("The numbers.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await WaitAnyAsync(Inbox, Other, stop))
            {
                while (Inbox.TryReceive(out var message))
                    await Outbox.SendAsync(message, stop);
            }
        }
    }

    private sealed partial class Batches : Component
    {
        private readonly int[] _batch = new int[64];

        [Port("Numbers.")]
        public partial Inbox<int> Inbox { get; }

        [Port("The same.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await Inbox.WaitAsync(stop))
            {
                var count = Inbox.TryReceiveBatch(_batch);
                for (var sent = 0; sent < count;)
                {
                    if (!await Outbox.WaitForRoomAsync(stop))
                        return;
                    sent += Outbox.TrySendBatch(_batch.AsSpan(sent, count - sent));
                }
            }
        }
    }

    private sealed class Wasteful : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            output[0] = new object().GetHashCode() ^ input[0];
            return new StepResult(1, 1);
        }
    }

    private sealed class Passing : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            var count = Math.Min(input.Length, output.Length);
            input[..count].CopyTo(output);
            return new StepResult(count, count);
        }
    }

    private sealed class Ticker : Component
    {
        public int Ticks { get; private set; }

        public long Allocated { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var delay = DelayAsync(TimeSpan.FromMilliseconds(1), stop);
                // The first ticks make the timer queue and its slots.
                if (Ticks > 100)
                    Allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                await delay;
                Ticks++;
            }
        }
    }
}
