using System.Collections.Concurrent;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

public sealed partial class StallReportTests
{
    [Test]
    public async Task Diamond_ThatStalls_IsDescribedAsItsCycle()
    {
        await using var graph = new ManualGraph();
        AddDiamond(graph.Graph);
        graph.Start();

        Assert.That(graph.Graph.DescribeStall(), Is.EqualTo("nothing can progress: "
            + "/test/fork waits for space in /test/join.left[1/1]; "
            + "/test/join waits for data on /test/fork.right; which closes the cycle at /test/fork"));
    }

    [Test]
    public async Task Stall_BesideAPartThatFlows_IsFoundAndToldAsAPart()
    {
        await using var graph = new ManualGraph();
        AddDiamond(graph.Graph);
        var free = graph.Puppet<int>("free");
        graph.Start();

        Assert.That(graph.Graph.DescribeStall(), Does.StartWith("a part of the graph cannot progress: /test/fork"));
        Assert.That(free.Acts, Is.Zero);
    }

    [Test]
    public async Task Stall_AcrossSchedulers_GoesThroughTheCrossings()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var fork = graph.Graph.Add(new Fork { Name = "fork" }, graph.Graph.Schedulers[0]);
        var join = graph.Graph.Add(new Join { Name = "join" }, graph.Graph.Schedulers[1]);
        graph.Graph.Link(fork.Left, join.Left, new LinkOptions(Capacity: 1));
        graph.Graph.Link(fork.Right, join.Right);
        graph.Start();

        var text = graph.Graph.DescribeStall();

        Assert.That(text, Does.Contain("/test/fork waits for space in").And.Contain("waits for space in the crossing")
            .And.Contain("waits for space in /test/join.left[1/1]").And.Contain("/test/join waits for data on")
            .And.Contain("which closes the cycle at"));
    }

    [Test]
    public async Task WaitForAny_IsStalledOnlyWhenNoneCanCome()
    {
        await using var graph = new ManualGraph();
        var ring = graph.Add(new Either { Name = "either" });
        var relay = graph.Add(new Relay<int> { Name = "relay" });
        var puppet = graph.Puppet<int>("puppet");
        graph.Graph.Link(ring.Outbox, relay.Inbox);
        graph.Graph.Link(relay.Outbox, ring.Left);
        graph.Graph.Link(puppet.Outbox, ring.Right);
        graph.Start();

        Assert.That(graph.Graph.DescribeStall(), Is.Null, "the puppet may still send");
        puppet.Finish();
        Assert.That(graph.Graph.DescribeStall(), Does.Contain("/test/either waits for data on /test/relay.outbox")
            .And.Contain("which closes the cycle at"));
    }

    [Test]
    public async Task Sender_WhoseOutboxIsUnlinked_IsToldAsSuch()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 100)) { Name = "feeder" });
        var recorder = graph.Add(new Recorder<int> { Name = "recorder" });
        var linkage = graph.Graph.Link(feeder.Outbox, recorder.Inbox, new LinkOptions(Capacity: 1));
        graph.Graph.Start();
        graph.Graph.Schedulers[0].Step();
        graph.Graph.Unlink(linkage);
        graph.Run();

        Assert.That(graph.Graph.DescribeStall(),
            Does.Contain("/test/feeder waits for /test/feeder.outbox to be linked"));
    }

    [Test]
    public async Task Chassis_WhoseChildrenAreStalled_IsOnlyOneWhoWaitsForThem()
    {
        await using var graph = new ManualGraph();
        var a = new Relay<int> { Name = "a" };
        var b = new Relay<int> { Name = "b" };
        graph.Add(new Graphline(new Dictionary<string, Component> { ["a"] = a, ["b"] = b },
            "a.outbox -> b.inbox", "b.outbox -> a.inbox") { Name = "line" });
        graph.Start();

        Assert.That(graph.Graph.DescribeStall(), Does.Contain("/test/line/a waits for data on /test/line/b.outbox; "
            + "/test/line/b waits for data on /test/line/a.outbox; which closes the cycle at /test/line/a"));
    }

    [Test]
    public async Task Stall_OfAPart_IsReportedOnceWhileTheRestFlows()
    {
        await using var graph = new Graph("test", new GraphOptions { Schedulers = 2 });
        var stalls = new ConcurrentQueue<string>();
        using var subscription = graph.Subscribe(what =>
        {
            if (what is GraphStalled stall)
                stalls.Enqueue(stall.Text);
        });
        AddDiamond(graph);
        var ticks = 0;
        graph.Add(Bodies.Async(async stop =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(1, stop);
                ticks++;
            }
        }));
        graph.Start();

        await Bounded.Until(() => !stalls.IsEmpty, "the stall is reported");
        var seen = ticks;
        await Bounded.Until(() => ticks > seen + 100, "the other component goes on");
        await Task.Delay(1500); // Three more looks: none may report it again.

        Assert.That(stalls, Has.Count.EqualTo(1));
        Assert.That(stalls.First(), Does.StartWith("a part of the graph cannot progress: /test/fork waits for space"));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().Within();
    }

    private static void AddDiamond(Graph graph)
    {
        var fork = graph.Add(new Fork { Name = "fork" });
        var join = graph.Add(new Join { Name = "join" });
        graph.Link(fork.Left, join.Left, new LinkOptions(Capacity: 1));
        graph.Link(fork.Right, join.Right);
    }

    /// <summary>Sends all to the left, then all to the right.</summary>
    private sealed partial class Fork : Component
    {
        [Port("First.")] public partial Outbox<int> Left { get; }
        [Port("Then.")] public partial Outbox<int> Right { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            for (var n = 0; n < 300; n++)
                await Left.SendAsync(n, stop);
            await Right.SendAsync(0, stop);
        }
    }

    /// <summary>Wants the right one first.</summary>
    private sealed partial class Join : Component
    {
        [Port("Then.")] public partial Inbox<int> Left { get; }
        [Port("First.")] public partial Inbox<int> Right { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            await Right.ReceiveAsync(stop);
            await foreach (var _ in Left)
            {
            }
        }
    }

    private sealed partial class Either : Component
    {
        [Port("One way.")] public partial Inbox<int> Left { get; }
        [Port("Another.")] public partial Inbox<int> Right { get; }
        [Port("What came.")] public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await WaitAnyAsync(Left, Right, stop))
            {
                while (Left.TryReceive(out var message) || Right.TryReceive(out message))
                    await Outbox.SendAsync(message, stop);
            }
        }
    }
}
