using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

public sealed partial class StallTests
{
    [Test]
    public async Task Cycle_OfWaits_IsDescribedWithItsBoxes()
    {
        await using var graph = new ManualGraph();
        AddKnot(graph.Graph);
        graph.Start();

        var text = graph.Graph.DescribeStall();

        Assert.That(text, Does.Contain("a waits for space in /test/b.inbox[1/1]"));
        Assert.That(text, Does.Contain("b waits for space in /test/a.inbox[1/1]"));
    }

    [Test]
    public async Task Cycle_OfWaits_IsReportedByARunningGraph()
    {
        var graph = new Graph("test", new GraphOptions { Schedulers = 2 });
        var stalled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = graph.Subscribe(what =>
        {
            if (what is GraphStalled stall)
                stalled.TrySetResult(stall.Text);
        });
        AddKnot(graph);
        graph.Start();

        var text = await stalled.Task.Within();

        Assert.That(text, Does.Contain("a waits for space in").And.Contain("b waits for space in"));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().Within();
    }

    [Test]
    public async Task Ring_OfWaitsForData_IsDescribedToo()
    {
        await using var graph = new ManualGraph();
        var a = graph.Add(new Relay<int> { Name = "a" });
        var b = graph.Add(new Relay<int> { Name = "b" });
        graph.Graph.Link(a.Outbox, b.Inbox);
        graph.Graph.Link(b.Outbox, a.Inbox);
        graph.Start();

        Assert.That(graph.Graph.DescribeStall(),
            Does.Contain("a waits for data on").And.Contain("b waits for data on"));
    }

    [Test]
    public async Task Knot_BesideOneThatWaitsForATimer_IsAStallOfAPart()
    {
        await using var graph = new ManualGraph();
        AddKnot(graph.Graph);
        var puppet = graph.Puppet<int>("sleeper");
        graph.Start();

        _ = puppet.Begin(async () => await puppet.Delay(TimeSpan.FromHours(1)));

        Assert.That(graph.Graph.DescribeStall(), Does.StartWith("a part of the graph").And.Not.Contain("sleeper"));
    }

    // Each sends two before it takes one, into a box for one: nobody can go on.
    private static void AddKnot(Graph graph)
    {
        var a = graph.Add(new TwoForOne { Name = "a" });
        var b = graph.Add(new TwoForOne { Name = "b" });
        graph.Link(a.Outbox, b.Inbox, new LinkOptions(Capacity: 1));
        graph.Link(b.Outbox, a.Inbox, new LinkOptions(Capacity: 1));
    }

    private sealed partial class TwoForOne : Component
    {
        [Port("One.")]
        public partial Inbox<int> Inbox { get; }

        [Port("Two.")]
        public partial Outbox<int> Outbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
            {
                await Outbox.SendAsync(1, stop);
                await Outbox.SendAsync(2, stop);
                await Inbox.ReceiveAsync(stop);
            }
        }
    }
}
