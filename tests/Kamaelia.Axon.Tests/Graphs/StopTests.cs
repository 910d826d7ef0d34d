using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>Stop: from anywhere, any number of times, drain then cancel then abandon.</summary>
public sealed partial class StopTests
{
    [Test]
    public async Task Stop_DrainsWhatIsOnItsWay()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var relays = Enumerable.Range(0, 5).Select(_ => graph.Add(new Relay<int>())).ToArray();
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(from.Outbox, relays[0].Inbox);
        for (var n = 0; n < 4; n++)
            graph.Graph.Link(relays[n].Outbox, relays[n + 1].Inbox);
        graph.Graph.Link(relays[4].Outbox, recorder.Inbox);
        graph.Start();
        from.Do(() =>
        {
            for (var n = 0; n < 30; n++)
                from.Outbox.TrySend(n);
            from.RequestStop(StopKind.Cancel);
        });

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run();
        await graph.Finish(stop);

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 30)));
        Assert.That(recorder.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Stop_OfASourceThatNeverEnds_Ends()
    {
        var graph = new Graph("stop");
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue)));
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(feeder.Outbox, recorder.Inbox);
        graph.Start();
        await Bounded.Until(() => feeder.Sent > 1000, "it sends");

        await graph.StopAsync().AsTask().Within();

        Assert.That(graph.Completion.IsCompleted);
        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, recorder.Received.Count)));
    }

    [Test]
    public async Task Stop_FromManyThreads_ManyTimes_IsOneStop()
    {
        var graph = new Graph("stop", new GraphOptions { Schedulers = 2 });
        for (var n = 0; n < 20; n++)
            graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)), graph.Schedulers[n % 2]);
        graph.Start();

        var stops = Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await graph.StopAsync()));
        await Task.WhenAll(stops).Within();
        await graph.StopAsync().AsTask().Within();

        Assert.That(graph.Completion.IsCompleted);
    }

    [Test]
    public async Task Stop_FromInsideAComponent_DoesNotBlockIt()
    {
        var graph = new Graph("stop");
        var after = false;
        graph.Add(Bodies.Async(async stop =>
        {
            _ = graph.StopAsync().AsTask();
            after = true;
            await Task.Delay(Timeout.Infinite, stop);
        }));

        await Task.WhenAny(graph.RunAsync(), Task.Delay(Bounded.Wait));

        Assert.That(graph.Completion.IsCompleted);
        Assert.That(after);
    }

    [Test]
    public async Task Stop_AwaitedInsideAComponent_DoesNotDeadlock()
    {
        var graph = new Graph("stop", new GraphOptions
        {
            DrainTimeout = TimeSpan.FromMilliseconds(50), CancelTimeout = TimeSpan.FromMilliseconds(50),
        });
        graph.Add(Bodies.Async(async _ => await graph.StopAsync()));

        await Task.WhenAny(graph.RunAsync(), Task.Delay(Bounded.Wait));

        Assert.That(graph.Completion.IsCompleted);
    }

    [Test]
    public async Task Stop_BeforeTheStart_LeavesNothingToStart()
    {
        var graph = new Graph("stop");
        var ran = false;
        graph.Add(Bodies.Of(_ => ran = true));

        await graph.StopAsync().AsTask().Within();

        Assert.That(ran, Is.False);
        Assert.That(graph.Completion.IsCompleted);
    }

    [Test]
    public async Task DrainDeadline_NamesTheComponentAndTheBoxItWaitsFor()
    {
        await using var graph = new ManualGraph();
        var stages = new List<StopStage>();
        using var subscription = graph.Graph.Subscribe(what => stages.AddRange(new[] { what }.OfType<StopStage>()));
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 10)) { Name = "feeder" });
        var relay = graph.Add(new Relay<int> { Name = "relay" });
        var deaf = graph.Puppet<int>("deaf");
        graph.Graph.Link(feeder.Outbox, relay.Inbox);
        graph.Graph.Link(relay.Outbox, deaf.Inbox, new LinkOptions(Capacity: 1));
        graph.Start();

        await graph.Finish(Task.WhenAny(graph.Graph.StopAsync().AsTask()));

        Assert.That(stages.Select(stage => stage.Stage), Is.EqualTo(new[] { "drain", "cancel" }));
        Assert.That(relay.End, Is.EqualTo(EndReason.Cancelled));
        Assert.That(stages[1].Text, Does.Contain("/test/relay waits for space in").And.Contain("deaf.inbox"));
    }

    [Test]
    public async Task CancelDeadline_AbandonsByName()
    {
        var graph = new Graph("radio", new GraphOptions
        {
            DrainTimeout = TimeSpan.FromMilliseconds(30), CancelTimeout = TimeSpan.FromMilliseconds(30),
        });
        var never = new TaskCompletionSource();
        var stubborn = graph.Add(Bodies.Async(_ => never.Task));
        stubborn.Name = "stubborn";
        graph.Start();
        await Bounded.Until(() => stubborn.State == ComponentState.Running, "it runs");

        var error = (await Assert.CatchAsync(() => graph.StopAsync().AsTask().Within()))!;

        Assert.That(error, Is.InstanceOf<GraphAbandonedException>());
        Assert.That(error.Message, Does.Contain("/radio/stubborn"));
        Assert.That(async () => await graph.Completion.Within(), Throws.InstanceOf<GraphAbandonedException>());
    }

    [Test]
    public async Task Body_ThatIgnoresTheEndOfItsInbox_IsAbandoned_AndTheThreadIsFree()
    {
        var graph = new Graph("radio", new GraphOptions
        {
            DrainTimeout = TimeSpan.FromMilliseconds(30), CancelTimeout = TimeSpan.FromMilliseconds(30),
        });
        var spinning = graph.Add(new Stubborn { Name = "stubborn" });
        graph.Start();
        await Bounded.Until(() => spinning.State == ComponentState.Running, "it runs");

        Assert.That(async () => await graph.StopAsync().AsTask().Within(),
            Throws.InstanceOf<GraphAbandonedException>().With.Message.Contains("/radio/stubborn"));
        Assert.That(async () => await graph.DisposeAsync().AsTask().Within(), Throws.Nothing);
    }

    [Test]
    public async Task Source_IsToldOfTheDrain_ByItsToken()
    {
        await using var graph = new ManualGraph();
        var source = graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        graph.Start();

        var stop = graph.Graph.StopAsync().AsTask();
        await graph.RunUntilEnded(source);
        await graph.Finish(stop);

        Assert.That(source.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Threads_OfAStoppedGraph_AreGone()
    {
        var threads = new List<Thread>();
        var graph = new Graph("threads", new GraphOptions { Schedulers = 2 });
        for (var n = 0; n < 2; n++)
        {
            graph.Add(Bodies.Async(async stop =>
            {
                lock (threads)
                    threads.Add(Thread.CurrentThread);
                await Task.Delay(Timeout.Infinite, stop);
            }), graph.Schedulers[n]);
        }
        graph.Start();
        await Bounded.Until(() => threads.Count == 2, "both run");

        await graph.DisposeAsync().AsTask().Within();

        await Bounded.Until(() => threads.All(thread => !thread.IsAlive), "the schedulers' threads end");
    }

    [Test]
    public async Task Dispose_ManyTimes_IsHarmless()
    {
        var graph = new Graph("dispose");
        graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        graph.Start();

        await graph.DisposeAsync().AsTask().Within();
        await graph.DisposeAsync().AsTask().Within();

        Assert.That(graph.Completion.IsCompleted);
    }

    private sealed partial class Stubborn : Component
    {
        [Port("Never comes.")]
        public partial Inbox<int> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            // Neither the drain nor the token: the very thing that a stop must survive.
            while (true)
                await Inbox.WaitAsync(CancellationToken.None);
        }
    }
}
