using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

public sealed class SchedulerTests
{
    [Test]
    public async Task Step_OfAnEmptyGraph_IsIdle()
    {
        await using var graph = new ManualGraph();

        Assert.That(graph.Step(), Is.False);
    }

    [Test]
    public async Task Component_DoesNotRun_BeforeItsSchedulerSteps()
    {
        await using var graph = new ManualGraph();
        var ran = false;
        graph.Add(Bodies.Of(_ => ran = true));

        graph.Graph.Start();
        var early = ran;
        graph.Run();

        Assert.That((early, ran), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Components_AllRunToTheirEnd_AndTheGraphCompletes()
    {
        await using var graph = new ManualGraph();
        var relays = Enumerable.Range(0, 10).Select(_ => graph.Add(Bodies.Of(_ => { }))).ToArray();

        graph.Start();

        Assert.That(relays.Select(each => each.State), Is.All.EqualTo(ComponentState.Ended));
        Assert.That(relays.Select(each => each.End), Is.All.EqualTo(EndReason.Completed));
        Assert.That(graph.Graph.Completion.IsCompletedSuccessfully);
    }

    [Test]
    public async Task WaitingComponent_IsNotActivated()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        var recorder = graph.Add(new Recorder<int>());
        var idle = ManualGraph.Activations(recorder);

        from.Send(1, 2, 3);
        to.Take();

        Assert.That(ManualGraph.Activations(recorder) - idle, Is.LessThanOrEqualTo(1), "its start, and nothing else");
    }

    [Test]
    public async Task WakingOne_DoesNotWakeOthers()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var near = graph.Add(new Recorder<int>());
        var far = graph.Add(new Recorder<int>());
        graph.Graph.Link(from.Outbox, near.Inbox);
        graph.Graph.Link(from.Second, far.Inbox);
        graph.Start();
        var before = ManualGraph.Activations(far);

        from.Send(1);

        Assert.That(near.Received, Has.Count.EqualTo(1));
        Assert.That(ManualGraph.Activations(far), Is.EqualTo(before));
    }

    [Test]
    public async Task Delivery_OfManyMessages_ActivatesTheReaderOnce()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(from.Outbox, recorder.Inbox);
        graph.Start();
        var before = ManualGraph.Activations(recorder);

        from.Send([.. Enumerable.Range(0, 40)]);

        Assert.That(recorder.Received, Has.Count.EqualTo(40));
        Assert.That(ManualGraph.Activations(recorder) - before, Is.EqualTo(1));
    }

    [Test]
    public async Task ReadyComponents_RunInTheOrderTheyWereWoken()
    {
        await using var graph = new ManualGraph();
        var order = new List<int>();
        for (var n = 0; n < 20; n++)
        {
            var number = n;
            graph.Add(Bodies.Of(_ => order.Add(number)));
        }

        graph.Start();

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public async Task Yielding_Components_TakeTurns()
    {
        await using var graph = new ManualGraph();
        var order = new List<string>();
        foreach (var name in new[] { "a", "b" })
        {
            graph.Add(Bodies.Async(async _ =>
            {
                for (var n = 0; n < 3; n++)
                {
                    order.Add(name + n);
                    await Task.Yield();
                }
            }));
        }

        graph.Start();

        Assert.That(order, Is.EqualTo(new[] { "a0", "b0", "a1", "b1", "a2", "b2" }));
    }

    [Test]
    public async Task Component_ThatNeverHasToWait_DoesNotStarveOthers()
    {
        await using var graph = new ManualGraph();
        // A ring of one: what it sends is there to be received, for ever.
        var greedy = graph.Add(new Relay<int> { Name = "greedy" });
        var spark = graph.Add(new Feeder<int>([1]));
        graph.Graph.Link(greedy.Outbox, greedy.Inbox);
        graph.Graph.Link(spark.Outbox, greedy.Inbox);
        var others = Enumerable.Range(0, 3).Select(_ => graph.Add(new Recorder<int>())).ToArray();
        foreach (var other in others)
        {
            var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 200)));
            graph.Graph.Link(feeder.Outbox, other.Inbox, new LinkOptions(Capacity: 1));
        }
        graph.Graph.Start();

        var busy = Enumerable.Range(0, 2000).Count(_ => graph.Step());

        Assert.That(others.Select(other => other.Received.Count), Is.All.EqualTo(200));
        Assert.That(busy, Is.EqualTo(2000), "the ring still goes round");
        Assert.That(greedy.State, Is.EqualTo(ComponentState.Running));
        greedy.RequestStop(StopKind.Cancel);
    }

    [Test]
    public async Task Start_Twice_IsRefused()
    {
        await using var graph = new ManualGraph();
        graph.Start();

        Assert.That(graph.Graph.Start, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Component_AddedWhileRunning_Starts()
    {
        await using var graph = new ManualGraph();
        graph.Puppet<int>("stays");
        graph.Start();
        var ran = false;

        graph.Add(Bodies.Of(_ => ran = true));
        graph.Run();

        Assert.That(ran);
    }

    [Test]
    public async Task Idle_RealSchedulers_UseNoProcessor()
    {
        var graph = new Graph("idle");
        for (var n = 0; n < 100; n++)
            graph.Add(new Recorder<int> { Name = $"idle{n}" }).Inbox.KeepOpen = true;
        graph.Start();
        var scheduler = graph.Schedulers[0];
        await Bounded.Until(() => scheduler.IsAsleep, "the scheduler parks");
        var before = scheduler.Activations;

        await Task.Delay(50);

        Assert.That(scheduler.IsAsleep);
        Assert.That(scheduler.Activations, Is.EqualTo(before));
        await graph.StopAsync().AsTask().Within();
    }
}
