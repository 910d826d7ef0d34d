using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Stopping;

/// <summary>What was abandoned gives everything back as soon as what held it up comes to an end.</summary>
public sealed partial class AbandonedTests
{
    private static readonly StopOptions s_short = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));

    [Test]
    public async Task AForeignTaskThatIgnoresTokens_WhenItCompletes_TheBodyEndsProperly()
    {
        var boxes = Cells.InUse;
        var never = new TaskCompletionSource();
        var graph = new Graph("left");
        var body = graph.Add(new Awaiting(never.Task));
        var sink = graph.Add(new Recorder<Chunk>());
        graph.Link(body.Outbox, sink.Inbox);
        graph.Start();
        await Bounded.Until(() => body.State == ComponentState.Running, "it runs");
        await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within());
        await graph.DisposeAsync().AsTask().Within();
        Assert.That(body.HasCleanedUp, Is.False);

        never.SetResult();
        await Bounded.Until(() => body.State == ComponentState.Ended, "it ends");

        Assert.That(body.HasCleanedUp, "its finally block ran");
        Assert.That(body.End, Is.EqualTo(EndReason.Cancelled));
        await Bounded.Until(() => Cells.InUse == boxes, "its boxes are given back");
        await Bounded.Until(() => ChunkPool.TotalOutstanding() == 0, "its chunks are given back");
    }

    [Test]
    public async Task ABodyThatHeedsNoCancellation_IsDropped_AndItsMessagesReleased()
    {
        var boxes = Cells.InUse;
        var graph = new Graph("left");
        var deaf = graph.Add(new NeverEnough { Name = "deaf" });
        graph.Link(graph.Add(new ChunkFeeder()).Outbox, deaf.Inbox, new LinkOptions(Capacity: 8));
        graph.Start();

        var cut = (await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within()))!;

        Assert.That(cut.Paths, Does.Contain("/left/deaf"));
        await Bounded.Until(() => deaf.State == ComponentState.Ended, "it is dropped");
        await Bounded.Until(() => Cells.InUse == boxes, "its boxes are given back");
        await Bounded.Until(() => ChunkPool.TotalOutstanding() == 0, "its chunks are given back");
    }

    [Test]
    public async Task ABlockedScheduler_DoesNotHoldUpTheOthers_AndEndsWithItsThread()
    {
        using var release = new ManualResetEventSlim();
        Thread? blocked = null;
        var graph = new Graph("left", new GraphOptions { Schedulers = 2 });
        graph.Add(Bodies.Of(_ =>
        {
            blocked = Thread.CurrentThread;
            release.Wait(CancellationToken.None);
        })).Name = "blocking";
        var feeder = graph.Add(new ChunkFeeder());
        var sink = graph.Add(new NullChunks(), graph.Schedulers[1]);
        graph.Link(feeder.Outbox, sink.Inbox);
        graph.Start();
        await Bounded.Until(() => blocked is not null, "it blocks");

        await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within());
        Assert.That(blocked!.IsAlive);
        release.Set();

        await Bounded.Until(() => !blocked.IsAlive, "its thread ends");
        await Bounded.Until(() => feeder.State == ComponentState.Ended && sink.State == ComponentState.Ended,
            "both ends of the crossing end");
        await Bounded.Until(() => ChunkPool.TotalOutstanding() == 0, "its chunks are given back");
    }

    [Test]
    public async Task AThreadThatBlocks_IsAbandoned_AndEndsLater()
    {
        using var release = new ManualResetEventSlim();
        var graph = new Graph("left");
        var threaded = graph.Add(new BlockingThread(release) { Name = "threaded" });
        graph.Link(threaded.Outbox, graph.Add(new Recorder<int>()).Inbox);
        graph.Start();
        await Bounded.Until(() => threaded.HasEntered, "it blocks");

        var cut = (await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within()))!;
        Assert.That(cut.Paths, Does.Contain("/left/threaded"));
        release.Set();

        await Bounded.Until(() => threaded.State == ComponentState.Ended, "it ends");
    }

    [Test]
    public void AManualGraph_ThatNobodySteps_IsAbandonedByItsOwnClock()
    {
        var graph = new ManualGraph();
        var body = graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        graph.Start();

        var stopping = graph.Graph.StopAsync().AsTask();
        Assert.That(stopping.IsCompleted, Is.False, "nobody steps it");
        graph.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(graph.Graph.State, Is.EqualTo(GraphState.Cancelling));
        graph.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(stopping.Exception?.InnerException, Is.InstanceOf<GraphAbandonedException>());
        Assert.That(graph.Graph.DisposeAsync().AsTask().IsCompleted);
        Assert.That(body.State, Is.EqualTo(ComponentState.Ended), "the disposal stepped it to its end");
    }

    [Test]
    public void AManualGraph_Disposed_IsSteppedToItsEnd_WithoutWaiting()
    {
        var graph = new ManualGraph();
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(graph.Add(new Feeder<int>(Enumerable.Range(0, 30))).Outbox, recorder.Inbox);
        graph.Graph.Start();

        Assert.That(graph.Graph.DisposeAsync().AsTask().IsCompleted);

        Assert.That(graph.Graph.Completion.IsCompletedSuccessfully);
        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
        Assert.That(recorder.InboxEnd, Is.Not.Null);
    }

    private sealed partial class Awaiting(Task task) : Component
    {
        [Port("Sent, and not taken in time.")]
        public partial Outbox<Chunk> Outbox { get; }

        public bool HasCleanedUp { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            var held = ChunkPool.Current!.Rent(100);
            try
            {
                await task;
                await Outbox.SendAsync(ChunkPool.Current!.Rent(100), stop);
                await DelayAsync(TimeSpan.FromHours(1), stop);
            }
            finally
            {
                held.Dispose();
                HasCleanedUp = true;
            }
        }
    }

    private sealed partial class NeverEnough : Component
    {
        [Port("Never taken.")]
        public partial Inbox<Chunk> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    await DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    // The very thing that a stop must survive.
                }
            }
        }
    }

    private sealed partial class ChunkFeeder : Component
    {
        [Port("Chunks without end.")]
        public partial Outbox<Chunk> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
                await Outbox.SendAsync(ChunkPool.Current!.Rent(100), stop);
        }
    }

    private sealed partial class NullChunks : Component
    {
        [Port("Given back.")]
        public partial Inbox<Chunk> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await Inbox.WaitAsync(stop))
            {
                while (Inbox.TryReceive(out var chunk))
                    chunk.Dispose();
            }
        }
    }

    private sealed class BlockingThread(ManualResetEventSlim release) : ThreadedComponent<int, int>
    {
        private volatile bool _hasEntered;

        public bool HasEntered => _hasEntered;

        protected override void RunThread(BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop)
        {
            _hasEntered = true;
            release.Wait(CancellationToken.None);
        }
    }
}
