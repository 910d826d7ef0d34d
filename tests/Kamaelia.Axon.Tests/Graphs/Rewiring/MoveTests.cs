using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs.Rewiring;

/// <summary>A component that goes to another scheduler while it runs. Random graphs with moves: the sweep.</summary>
public sealed class MoveTests
{
    [Test]
    public async Task Move_OfARelayThatIsBusy_LosesAndReordersNothing()
    {
        await using var graph = new Graph("threads", new GraphOptions { Schedulers = 2 });
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue))); // It is stopped.
        var relay = graph.Add(new Relay<int>());
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(feeder.Outbox, relay.Inbox);
        graph.Link(relay.Outbox, recorder.Inbox);
        graph.Start();

        for (var round = 1; round <= 50; round++)
        {
            var moved = await graph.MoveAsync(relay, graph.Schedulers[round % 2]).AsTask().Within();
            Assert.That(moved.To, Is.SameAs(relay.Scheduler));
        }
        await graph.StopAsync().AsTask().Within();

        Assert.That(recorder.Received, Has.Count.EqualTo(feeder.Outbox.Sent), "all that was sent arrived");
        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
    }

    [Test]
    public async Task Move_TakesWhatWaitsAndTheTimerAlong()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Puppet<int>("feeder");
        var worked = new List<int>();
        var slow = graph.Add(new SlowWorker(worked) { Name = "slow" });
        graph.Graph.Link(feeder.Outbox, slow.Inbox);
        graph.Start();
        feeder.Send(1, 2, 3);
        graph.Advance(TimeSpan.FromSeconds(4));

        var moved = graph.Graph.MoveAsync(slow, graph.Graph.Schedulers[1]).AsTask();
        graph.Run();

        Assert.That(moved.IsCompletedSuccessfully && slow.Scheduler == graph.Graph.Schedulers[1]);
        Assert.That(graph.Graph.Schedulers[0].Timers.Count, Is.Zero, "its timer went along");
        graph.Advance(TimeSpan.FromSeconds(5.9));
        Assert.That(worked, Is.Empty);
        graph.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(worked, Is.EqualTo(new[] { 1 }));
        feeder.Send(4);
        graph.Advance(TimeSpan.FromSeconds(10));
        graph.Advance(TimeSpan.FromSeconds(10));
        graph.Advance(TimeSpan.FromSeconds(10));
        Assert.That(worked, Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Move_OfAChassis_TakesItsChildrenAlong()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Puppet<int>("feeder");
        var pipeline = graph.Add(new Pipeline(new Relay<int>(), new Relay<int>(), new Relay<int>()));
        var recorder = graph.Puppet<int>("recorder");
        graph.Graph.Link(feeder.Outbox, pipeline.FindInbox("inbox"));
        graph.Graph.Link(pipeline.FindOutbox("outbox"), recorder.Inbox);
        graph.Start();
        feeder.Send(1, 2);

        var moved = graph.Graph.MoveAsync(pipeline, graph.Graph.Schedulers[1]).AsTask();
        graph.Run();
        feeder.Send(3);

        Assert.That(moved.IsCompletedSuccessfully);
        Assert.That(pipeline.Children.All(child => child.Scheduler == graph.Graph.Schedulers[1]));
        Assert.That(recorder.Take(), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Move_ThereAndBackAThousandTimes_LeavesNothingBehind()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Puppet<int>("feeder");
        var relay = graph.Add(new Relay<int>());
        var recorder = graph.Puppet<int>("recorder");
        graph.Graph.Link(feeder.Outbox, relay.Inbox);
        graph.Graph.Link(relay.Outbox, recorder.Inbox);
        graph.Start();
        long cells = 0;
        for (var n = 0; n < 1_000; n++)
        {
            var moved = graph.Graph.MoveAsync(relay, graph.Graph.Schedulers[(n + 1) % 2]).AsTask();
            feeder.Send(n);
            graph.Run();
            Assert.That(moved.IsCompletedSuccessfully, $"round {n}");
            Assert.That(recorder.Take(), Is.EqualTo(new[] { n }));
            if (n == 11)
                cells = Cells.InUse;
        }

        Assert.That(Cells.InUse, Is.EqualTo(cells));
        Assert.That(graph.Graph.Schedulers.Sum(scheduler => scheduler.Places), Is.LessThan(10));
        Assert.That(graph.Graph.Components.Count(each => each is not CrossingEnd), Is.EqualTo(3));
    }

    [Test]
    public async Task Move_OfOneThatWaitsOutsideTheGraph_IsMadeWhenItComes()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var comes = new TaskCompletionSource();
        var waiter = graph.Add(Components.Body<int, int>(async (inbox, outbox, stop) =>
        {
            await comes.Task;
            await inbox.WaitAsync(stop);
        }));
        var feeder = graph.Puppet<int>("feeder");
        graph.Graph.Link(feeder, "outbox", waiter, "inbox");
        waiter.FindOutbox("outbox").IsOptional = true;
        graph.Start();

        var moved = graph.Graph.MoveAsync(waiter, graph.Graph.Schedulers[1], TimeSpan.FromDays(1)).AsTask();
        graph.Run();
        Assert.That(moved.IsCompleted, Is.False);
        comes.SetResult();
        await graph.RunUntil(() => moved.IsCompleted, "it is moved");

        Assert.That((await moved).To, Is.SameAs(waiter.Scheduler));
    }

    [Test]
    public async Task Move_OfOneThatNeverComesBack_StaysAndIsLinkedStill()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var never = new TaskCompletionSource();
        var deaf = graph.Add(Components.Body<int, int>(
            async (inbox, outbox, stop) => await never.Task.WaitAsync(stop)));
        var feeder = graph.Puppet<int>("feeder");
        graph.Graph.Link(feeder, "outbox", deaf, "inbox");
        deaf.FindOutbox("outbox").IsOptional = true;
        graph.Start();

        var moved = graph.Graph.MoveAsync(deaf, graph.Graph.Schedulers[1]).AsTask();
        await graph.Finish(Task.WhenAny(moved));

        Assert.That(moved.Exception!.InnerException, Is.TypeOf<InvalidOperationException>()
            .With.Message.Contains("was not moved").And.Message.Contains("waits for something outside the graph"));
        Assert.That(deaf.Scheduler, Is.SameAs(graph.Graph.Schedulers[0]));
        Assert.That(feeder.Send(1), "it is fed still");
    }

    [Test]
    public async Task Move_OfWhatCannotBe_SaysWhy()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var threaded = graph.Add(new OnItsOwn());
        threaded.FindOutbox("outbox").IsOptional = true;
        var stranger = new Relay<int>();
        graph.Start();

        var bound = graph.Graph.MoveAsync(threaded, graph.Graph.Schedulers[1]).AsTask();
        var unknown = graph.Graph.MoveAsync(stranger, graph.Graph.Schedulers[1]).AsTask();
        graph.Run();

        Assert.That(bound.Exception!.InnerException!.Message, Does.Contain("is bound to its scheduler's thread"));
        Assert.That(unknown.Exception!.InnerException!.Message, Does.Contain("is not a component of test"));
        await using var other = new ManualGraph();
        Assert.That(() => graph.Graph.MoveAsync(threaded, other.Graph.Schedulers[0]), Throws.ArgumentException);
        stranger.BuryUnstarted();
    }

    [Test]
    public async Task Move_BeforeTheStart_IsDoneAtOnce()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Add(new Feeder<int>([1, 2, 3]));
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, recorder.Inbox);

        var moved = graph.Graph.MoveAsync(recorder, graph.Graph.Schedulers[1]);
        Assert.That(moved.IsCompletedSuccessfully);
        graph.Start();
        graph.Run();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(graph.Graph.PlacementOf(recorder), Is.SameAs(graph.Graph.Schedulers[1]));
    }

    [Test]
    public async Task Drain_InTheMiddleOfAMove_StillDeliversAll()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 1_000)));
        var relay = graph.Add(new Relay<int>());
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, relay.Inbox, new LinkOptions(Capacity: 2));
        graph.Graph.Link(relay.Outbox, recorder.Inbox, new LinkOptions(Capacity: 2));
        graph.Graph.Start();
        for (var n = 0; n < 5; n++)
            graph.Step();

        var moved = graph.Graph.MoveAsync(relay, graph.Graph.Schedulers[1]).AsTask();
        graph.Step();
        var stopped = graph.Graph.StopAsync().AsTask();
        await graph.Finish(stopped);
        await Task.WhenAny(moved).Within();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
        Assert.That(recorder.Received, Has.Count.EqualTo(feeder.Outbox.Sent), "what was sent arrived");
    }

    private sealed class OnItsOwn() : ThreadedComponent<int, int>(4)
    {
        protected override void RunThread(
            BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop) => stop.WaitHandle.WaitOne();
    }
}
