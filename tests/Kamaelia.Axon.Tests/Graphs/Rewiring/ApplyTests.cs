using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs.Rewiring;

public sealed class ApplyTests
{
    [Test]
    public async Task Diff_WithManyMistakes_ListsThemAllAndChangesNothing()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        var stranger = new Recorder<int> { Name = "stranger" };
        var texts = new Recorder<string> { Name = "to" };
        var diff = new GraphDiff().Link(from.Outbox, to.Other).Link(from.Second, stranger.Inbox)
            .Link(from.Second, to.Other, new LinkOptions(Capacity: 0)).Add(texts);

        var refused = graph.Graph.ApplyAsync(diff).AsTask();
        graph.Run();
        Assert.That(refused.Exception!.InnerException, Is.TypeOf<GraphDiffException>()
            .With.Message.Contains("has a component named 'to' already"));
        diff = new GraphDiff().Link(from.Outbox, to.Other).Link(from.Second, stranger.Inbox)
            .Link(from.Second, to.Other, new LinkOptions(Capacity: 0));
        var applied = graph.Graph.ApplyAsync(diff).AsTask();
        graph.Run();

        var refusal = (GraphDiffException)applied.Exception!.InnerException!;
        Assert.That(refusal.Problems, Has.Some.Contains("already linked").And.Some.Contains("in no component of")
            .And.Some.Contains("a capacity is 1 to 2^30"));
        Assert.That(graph.Graph.Components, Has.Count.EqualTo(2));
        Assert.That(from.Send(1) && to.Take() is [1]);
        texts.BuryUnstarted();
        stranger.BuryUnstarted();
    }

    [Test]
    public async Task Remove_ThatLeavesAnOutboxUnlinked_IsRefused()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 1_000_000)));
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(feeder.Outbox, recorder.Inbox);
        graph.Graph.Start();

        var applied = graph.Graph.ApplyAsync(new GraphDiff().Remove(recorder)).AsTask();
        graph.Step();

        Assert.That(applied.Exception!.InnerException, Is.TypeOf<GraphDiffException>()
            .With.Message.Contains("feeder-1.outbox would be linked to nothing"));
    }

    [Test]
    public async Task Removed_ThatIsSlow_LeavesTheOthersFlowing()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var near = graph.Add(new Relay<int> { Name = "near" });
        var source = graph.Puppet<int>("source");
        var sink = graph.Puppet<int>("sink");
        graph.Graph.Link(source.Outbox, near.Inbox);
        graph.Graph.Link(near.Outbox, sink.Inbox);
        var feeder = graph.Puppet<int>("feeder");
        var worked = new List<int>();
        var slow = graph.Add(new SlowWorker(worked) { Name = "slow" });
        graph.Graph.Link(feeder.Outbox, slow.Inbox);
        graph.Start();
        feeder.Send(1, 2, 3, 4, 5);

        var patient = new GraphDiffOptions { DrainTimeout = TimeSpan.FromHours(1) };
        var applied = graph.Graph.ApplyAsync(new GraphDiff().Remove(slow), patient).AsTask();
        for (var n = 0; n < 20; n++)
        {
            graph.Advance(TimeSpan.FromSeconds(1));
            source.Send(n);
            Assert.That(sink.Take(), Is.EqualTo(new[] { n }), "unrelated branches never pause");
            Assert.That(applied.IsCompleted, Is.False, "it has work for 50 seconds");
        }
        await graph.Finish(applied);

        Assert.That(worked, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }), "it was given the time it needs");
        Assert.That((await applied).Removed, Is.EqualTo(new[] { "/test/slow" }));
        Assert.That((await applied).Abandoned, Is.Empty);
        Assert.That(graph.Graph.Components, Does.Not.Contain(slow));
    }

    [Test]
    public async Task Removed_ThatHeedsNothing_IsAbandonedByName()
    {
        await using var graph = new ManualGraph();
        var never = new TaskCompletionSource();
        var deaf = Bodies.Async(_ => never.Task);
        deaf.Name = "deaf";
        graph.Add(deaf);
        graph.Puppet<int>("other");
        graph.Start();

        var applied = graph.Graph.ApplyAsync(new GraphDiff().Remove(deaf)).AsTask();
        await graph.Finish(applied);

        Assert.That((await applied).Abandoned, Has.Exactly(1).Contains("/test/deaf waits for"));
        Assert.That(deaf.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(graph.Graph.Components, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Component_ThatRemovesItself_DoesNotWaitForItself()
    {
        await using var graph = new ManualGraph();
        var self = graph.Puppet<int>("self");
        graph.Puppet<int>("other");
        graph.Start();
        var changes = new List<GraphChanged>();
        using var subscription = graph.Graph.Subscribe(what =>
        {
            if (what is GraphChanged changed)
                changes.Add(changed);
        });

        var result = self.Ask(() => graph.Graph.ApplyAsync(new GraphDiff().Remove(self)));

        Assert.That(result.IsCompletedSuccessfully && result.Result.IsUnderWay);
        await graph.RunUntilEnded(self);
        graph.Run();
        Assert.That(changes.Single().Removed, Is.EqualTo(new[] { "/test/self" }));
    }

    [Test]
    public async Task Stop_InTheMiddle_Wins()
    {
        await using var graph = new ManualGraph();
        var (_, slow) = graph.Pair<int>(); // Fed, so a drain only ends its inbox: it goes on until it is cancelled.
        var applied = graph.Graph.ApplyAsync(new GraphDiff().Replace(slow, new Recorder<int>()),
            new GraphDiffOptions { DrainTimeout = TimeSpan.FromDays(1) }).AsTask();
        graph.Run();
        Assert.That(applied.IsCompleted, Is.False, "it waits for the slow one");

        await graph.Finish(graph.Graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask());

        Assert.That(graph.Graph.Completion.IsCompleted);
        await Task.WhenAny(applied).Within();
        Assert.That(graph.Graph.Components.All(component => component.State == ComponentState.Ended));
    }

    [Test]
    public async Task TenThousandRounds_LeaveNothingBehind()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var feeder = graph.Puppet<int>("feeder");
        var recorder = graph.Puppet<int>("recorder");
        Component relay = graph.Add(new Relay<int>());
        graph.Graph.Link(feeder.Outbox, relay.FindInbox("inbox"));
        graph.Graph.Link(relay.FindOutbox("outbox"), recorder.Inbox);
        graph.Start();
        long cells = 0;
        for (var n = 0; n < 10_000; n++)
        {
            var next = new Relay<int>();
            var applied = graph.Graph.ApplyAsync(
                new GraphDiff().Replace(relay, next, graph.Graph.Schedulers[n % 2])).AsTask();
            graph.Run();
            Assert.That(applied.IsCompletedSuccessfully, $"round {n}");
            relay = next;
            if (n == 101)
                cells = Cells.InUse;
        }

        Assert.That(Cells.InUse, Is.EqualTo(cells));
        Assert.That(graph.Graph.Components.Count(each => each is not CrossingEnd), Is.EqualTo(3));
        Assert.That(graph.Graph.Schedulers.Sum(scheduler => scheduler.Places), Is.LessThan(10));
        Assert.That(feeder.Send(7) && recorder.Take() is [7]);
    }

    [Test]
    public async Task TwoAtOnce_OnRunningThreads_AreMadeOneAfterTheOther()
    {
        var graph = new Graph("threads", new GraphOptions { Schedulers = 2 });
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 200_000)));
        var relay = graph.Add(new Relay<int>(), graph.Schedulers[1]);
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(feeder.Outbox, relay.Inbox);
        graph.Link(relay.Outbox, recorder.Inbox);
        graph.Start();
        var other = new Relay<int>();
        var first = graph.ApplyAsync(new GraphDiff().Replace(relay, other)).AsTask();
        var second = graph.ApplyAsync(new GraphDiff().Replace(other, new Relay<int>(), graph.Schedulers[1]),
            new GraphDiffOptions { OnReplace = ReplacedMessages.HandOver }).AsTask();

        await Task.WhenAll(first, second).Within();
        await graph.Completion.Within();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 200_000)));
        await graph.DisposeAsync();
    }
}

/// <summary>Works on each message for ten seconds of its graph's time.</summary>
internal sealed partial class SlowWorker(List<int> done) : Component
{
    [Port("Work.")]
    public partial Inbox<int> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int message))
            {
                await DelayAsync(TimeSpan.FromSeconds(10), stop);
                done.Add(message);
            }
        }
    }
}
