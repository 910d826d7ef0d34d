using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Stopping;

/// <summary>Pause: nothing runs, nothing is lost, and all goes on where it was.</summary>
public sealed partial class PauseTests
{
    [Test]
    public async Task Pause_OfAManualGraph_KeepsMessagesAndOrder()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(from.Outbox, recorder.Inbox);
        graph.Start();

        var pausing = graph.Graph.PauseAsync();
        Assert.That(pausing.IsCompletedSuccessfully);
        Assert.That(graph.Graph.State, Is.EqualTo(GraphState.Paused));
        Assert.That(graph.Graph.Snapshot().State, Is.EqualTo(GraphState.Paused));
        for (var n = 0; n < 10; n++)
            from.Outbox.TrySend(n);
        graph.Run();
        Assert.That(recorder.Received, Is.Empty);
        Assert.That(recorder.Inbox.Count, Is.EqualTo(10));

        graph.Graph.Resume();
        graph.Run();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(graph.Graph.State, Is.EqualTo(GraphState.Running));
    }

    [Test]
    public async Task Pause_TimersThatComeDue_FireOnceAfterIt()
    {
        await using var graph = new ManualGraph();
        var ticker = graph.Add(new Ticker());
        graph.Start();
        graph.Advance(TimeSpan.FromSeconds(1));
        Assert.That(ticker.Ticks, Is.EqualTo(1));

        await graph.Graph.PauseAsync();
        graph.Advance(TimeSpan.FromSeconds(10));
        Assert.That(ticker.Ticks, Is.EqualTo(1));
        graph.Graph.Resume();
        graph.Run();

        Assert.That(ticker.Ticks, Is.EqualTo(2), "one timer was due, not ten");
        graph.Advance(TimeSpan.FromSeconds(1));
        Assert.That(ticker.Ticks, Is.EqualTo(3));
    }

    [Test]
    public async Task Pause_ForeignCompletionsAndHelpers_WaitForTheResume()
    {
        await using var graph = new ManualGraph();
        var bell = new Bell();
        var helper = new TaskCompletionSource();
        List<string> heard = [];
        graph.Add(new Listener(bell, helper.Task, heard));
        graph.Start();

        await graph.Graph.PauseAsync();
        helper.SetResult();
        bell.Ring();
        graph.Run();
        Assert.That(heard, Is.Empty);
        graph.Graph.Resume();
        graph.Run();

        Assert.That(heard, Is.EquivalentTo(new[] { "helper", "bell" }));
    }

    [Test]
    public async Task Pause_OfThreads_StopsThemBetweenActivations()
    {
        var graph = new Graph("pause", new GraphOptions { Schedulers = 2 });
        List<GraphEvent> events = [];
        using var subscription = graph.Subscribe(what =>
        {
            if (what is GraphPaused or GraphResumed)
                events.Add(what);
        });
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue)));
        var recorder = graph.Add(new Recorder<int>(), graph.Schedulers[1]);
        graph.Link(feeder.Outbox, recorder.Inbox);
        graph.Start();
        await Bounded.Until(() => recorder.Received.Count > 1000, "it flows");

        await graph.PauseAsync().AsTask().Within();
        var (sent, received) = (feeder.Sent, recorder.Received.Count);
        await Task.Delay(20);
        Assert.That((feeder.Sent, recorder.Received.Count), Is.EqualTo((sent, received)));
        graph.Resume();
        await Bounded.Until(() => feeder.Sent > sent + 1000, "it flows again");
        await graph.StopAsync().AsTask().Within();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
        Assert.That(events, Is.EqualTo(new GraphEvent[] { new GraphPaused(), new GraphResumed() }));
    }

    [Test]
    public async Task Pause_BeforeTheStart_StartsPaused()
    {
        await using var graph = new Graph("pause");
        var ran = 0;
        graph.Add(Bodies.Of(_ => Interlocked.Increment(ref ran)));

        await graph.PauseAsync();
        graph.Start();
        await Task.Delay(20);
        Assert.That((graph.State, Volatile.Read(ref ran)), Is.EqualTo((GraphState.Paused, 0)));
        graph.Resume();
        await graph.Completion.Within();

        Assert.That(ran, Is.EqualTo(1));
    }

    [Test]
    public async Task Pause_FromInsideAComponent_DoesNotWaitForItself()
    {
        var graph = new Graph("pause");
        var wasDone = false;
        graph.Add(Bodies.Of(_ => wasDone = graph.PauseAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully));
        graph.Start();
        await Bounded.Until(() => graph.State is GraphState.Paused or GraphState.Ended, "it pauses");

        await graph.DisposeAsync().AsTask().Within();

        Assert.That(wasDone);
    }

    [Test]
    public async Task Stop_OfAPausedGraph_ResumesAndDrains()
    {
        var graph = new Graph("pause");
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 100)));
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(feeder.Outbox, recorder.Inbox);
        await graph.PauseAsync();
        graph.Start();

        await graph.StopAsync().AsTask().Within();
        await graph.PauseAsync().AsTask().Within();

        Assert.That(graph.State, Is.EqualTo(GraphState.Ended));
        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
        Assert.That(recorder.InboxEnd, Is.Not.Null, "it saw the end of its inbox: it was drained, not dropped");
    }

    private sealed class Ticker : Component
    {
        public int Ticks { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
            {
                await DelayAsync(TimeSpan.FromSeconds(1), stop);
                Ticks++;
            }
        }
    }

    private sealed class Listener(Bell bell, Task helper, List<string> heard) : Component
    {
        protected override async Run RunAsync(CancellationToken stop)
        {
            var helping = HelpAsync();
            await bell;
            heard.Add("bell");
            await helping;
        }

        private async Task HelpAsync()
        {
            await helper;
            heard.Add("helper");
        }
    }
}
