using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Stopping;

/// <summary>P3: what a stop's deadlines promise, whatever the components do and whoever asks.</summary>
public sealed partial class DeadlineTests
{
    private static readonly StopOptions s_short = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    private static readonly StopOptions s_long = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    [Test]
    public async Task TheShortestGrace_Wins_AndEveryCallerGetsTheSame()
    {
        var graph = new Graph("stop");
        var never = new TaskCompletionSource();
        graph.Add(Bodies.Async(_ => never.Task)).Name = "stubborn";
        graph.Start();

        var patient = graph.StopAsync(s_long).AsTask();
        await Bounded.Until(() => graph.State == GraphState.Draining, "it drains");
        var hasty = graph.StopAsync(s_short).AsTask();

        var first = await Assert.CatchAsync<GraphAbandonedException>(() => hasty.Within());
        var second = await Assert.CatchAsync<GraphAbandonedException>(() => patient.Within());
        var third = await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_long).AsTask().Within());
        Assert.That(second, Is.SameAs(first));
        Assert.That(third, Is.SameAs(first));
        Assert.That(first!.Paths, Is.EqualTo(new[] { "/stop/stubborn" }));
        never.SetResult();
    }

    [Test]
    public async Task AnOnEndedThatHangs_IsAbandonedByName([Values] bool blocks)
    {
        using var release = new ManualResetEventSlim();
        var hanging = new TaskCompletionSource();
        var graph = new Graph("stop");
        var closer = graph.Add(new Closer(() =>
        {
            if (blocks)
                release.Wait();
            return blocks ? default : new ValueTask(hanging.Task);
        }) { Name = "closer" });
        graph.Start();

        var cut = (await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within()))!;

        Assert.That(cut.Paths, Does.Contain("/stop/closer"));
        Assert.That(cut.Message, Does.Contain("/stop/closer").And.Contain("OnEndedAsync"));
        release.Set();
        hanging.SetResult();
        await Bounded.Until(() => closer.State == ComponentState.Ended, "it ends");
    }

    [Test]
    public async Task ADisposeThatThrows_IsReported_AndTheStopGoesOn()
    {
        var graph = new Graph("stop");
        List<CallbackFaulted> faults = [];
        using var subscription = graph.Subscribe(what => faults.AddRange(new[] { what }.OfType<CallbackFaulted>()));
        graph.Add(new Closer(() => throw new InvalidOperationException("no")) { Name = "closer" });
        graph.Start();

        await graph.StopAsync(s_long).AsTask().Within();

        Assert.That(faults.Select(fault => (fault.Path, fault.Exception.Message)),
            Is.EqualTo(new[] { ("/stop/closer", "no") }));
    }

    [Test]
    public async Task AnObserverThatHangs_DoesNotHoldUpAStop()
    {
        using var release = new ManualResetEventSlim();
        var graph = new Graph("stop");
        var never = new TaskCompletionSource();
        graph.Add(Bodies.Async(_ => never.Task));
        graph.Start();
        using var subscription = graph.Subscribe(what =>
        {
            if (what is StopStage)
                release.Wait();
        });

        await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within());

        release.Set();
        never.SetResult();
        await graph.DisposeAsync().AsTask().Within();
    }

    [Test]
    public async Task HandlesOfAnAbandonedGraph_AreOverToo()
    {
        using var release = new ManualResetEventSlim();
        var graph = new Graph("stop");
        var relay = graph.Add(new Relay<int>());
        var input = graph.Input(relay.Inbox);
        var output = graph.Output(relay.Outbox);
        graph.Add(Bodies.Of(_ => release.Wait(CancellationToken.None))).Name = "blocking";
        graph.Start();
        var reading = output.ReadAsync().AsTask();

        var cut = (await Assert.CatchAsync<GraphAbandonedException>(() => graph.StopAsync(s_short).AsTask().Within()))!;

        var told = (await Assert.CatchAsync(() => reading.Within()))!;
        Assert.That(told.InnerException ?? told, Is.SameAs(cut));
        Assert.That(input.TryPost(1), Is.False);
        Assert.That(cut.Message, Does.Contain("/stop/blocking holds stop/scheduler-0"));
        Assert.That(() => graph.Add(new Relay<int>()), Throws.InvalidOperationException);
        release.Set();
        await Bounded.Until(() => relay.State == ComponentState.Ended, "the others end when it returns");
    }

    [Test]
    public async Task AThreadedComponent_MayStopItsGraph_AndWaitForIt()
    {
        var graph = new Graph("stop");
        var asking = graph.Add(new Asking(() => graph.StopAsync(s_long).AsTask().GetAwaiter().GetResult()));
        graph.Link(asking.Outbox, graph.Add(new Recorder<int>()).Inbox);
        graph.Start();

        await graph.Completion.Within();
    }

    [Test]
    public async Task AComponentAddedWhileItDrains_IsStoppedWithTheOthers()
    {
        var graph = new Graph("stop");
        var lingering = graph.Add(new Lingering());
        graph.Start();
        var stopping = graph.StopAsync(new StopOptions(TimeSpan.FromHours(1))).AsTask();
        await Bounded.Until(() => lingering.StopRequested == StopKind.Drain, "it was asked");

        var late = graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        await Bounded.Until(() => late.State == ComponentState.Ended, "the late one drains");
        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().Within();

        await stopping.Within();
    }

    [Test]
    public async Task Start_AfterOrDuringAStop_IsRefused_AndASecondOneToo()
    {
        var stopped = new Graph("stopped");
        stopped.Add(Bodies.Of(_ => { }));
        await stopped.StopAsync().AsTask().Within();
        await using var running = new Graph("running");
        running.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        running.Start();

        Assert.That(stopped.Start, Throws.InvalidOperationException.With.Message.Contains("has ended"));
        Assert.That(running.Start, Throws.InvalidOperationException.With.Message.Contains("runs already"));
    }

    [Test]
    public async Task WhatIsAskedOfAnEndedGraph_IsRefusedAtOnce()
    {
        var graph = new Graph("over");
        var feeder = graph.Add(new Feeder<int>([1]));
        var linkage = graph.Link(feeder.Outbox, graph.Add(new Recorder<int>()).Inbox);
        graph.Start();
        await graph.Completion.Within();

        Assert.That(() => graph.Unlink(linkage), Throws.InvalidOperationException.Or.InstanceOf<ArgumentException>());
        Assert.That(graph.Snapshot().State, Is.EqualTo(GraphState.Ended));
    }

    [Test]
    public async Task APostedCallbackThatThrows_DoesNotKeepTheNextOnesWaiting()
    {
        await using var graph = new Graph("posts");
        graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        graph.Start();
        using var all = new CountdownEvent(20);
        for (var n = 0; n < 20; n++)
        {
            graph.Schedulers[0].Post(() =>
            {
                all.Signal();
                throw new InvalidOperationException("mine alone");
            });
        }

        Assert.That(all.Wait(Bounded.Wait));
    }

    private sealed class Closer(Func<ValueTask> close) : Component
    {
        protected override async Run RunAsync(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);

        protected override ValueTask OnEndedAsync(EndReason reason) => close();
    }

    private sealed class Lingering : Component
    {
        protected override async Run RunAsync(CancellationToken stop) =>
            await DelayAsync(TimeSpan.FromHours(1), CancellationToken.None);
    }

    private sealed class Asking(Action act) : ThreadedComponent<int, int>
    {
        protected override void RunThread(
            BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop) => act();
    }
}
