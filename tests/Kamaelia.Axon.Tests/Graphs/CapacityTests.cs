using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>Promise P4: what a graph holds is bounded by the sum that <see cref="Graph.Capacity"/> tells.</summary>
public sealed class CapacityTests
{
    [TestCase(1)]
    [TestCase(2)]
    public async Task Graph_StuffedToTheBrim_HoldsNoMoreThanTheSum(int schedulers)
    {
        await using var graph = new ManualGraph(schedulers);
        var feeder = new Feeder<int>(Enumerable.Range(0, 1_000_000)) { Name = "feeder" };
        graph.Graph.Add(feeder);
        var splitter = graph.Graph.Add(new Splitter<int>(), graph.Graph.Schedulers[^1]);
        var pipeline = graph.Graph.Add(new Pipeline(new Relay<int>(), new Relay<int>()));
        var full = graph.Puppet<int>("full");
        graph.Graph.Link(feeder.Outbox, splitter.Inbox, new LinkOptions(Capacity: 7));
        graph.Graph.Link(splitter.AddOutput(), (Inbox<int>)pipeline.FindInbox("inbox"), new LinkOptions(Capacity: 5));
        graph.Graph.Link((Outbox<int>)pipeline.FindOutbox("outbox"), full.Inbox, new LinkOptions(Capacity: 3));
        graph.Start();

        // Nobody reads the last inbox. What was sent and has arrived nowhere is held.
        var capacity = graph.Graph.Capacity();
        Assert.That(full.Inbox.Count, Is.EqualTo(3));
        Assert.That(feeder.Sent, Is.GreaterThan(20));
        Assert.That(feeder.Sent, Is.LessThanOrEqualTo(capacity.Messages + capacity.PendingSends));
        Assert.That(capacity.Unbounded, Is.Empty);
    }

    [Test]
    public async Task Capacity_NamesWhatGrowsAndBoundsBytesWhereItCan()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<Chunk>("from");
        var to = graph.Puppet<Chunk>("to");
        graph.Graph.Link(from.Outbox, to.Inbox, new LinkOptions(Capacity: 10, CapacityBytes: 4096));
        Assert.That(graph.Graph.Capacity().Bytes, Is.EqualTo(4096));

        graph.Graph.Link(from.Second, to.Other, new LinkOptions(Policy: LinkPolicy.Unbounded));

        var capacity = graph.Graph.Capacity();
        Assert.That(capacity.Unbounded, Is.EqualTo(new[] { "/test/to.other" }));
        Assert.That(capacity.Messages, Is.EqualTo(10));
        graph.Start();
    }

    [Test]
    public async Task Check_WarnsOfDiamondsAndCyclesButNotOfATee()
    {
        await using var graph = new ManualGraph();
        var splitter = graph.Add(new Splitter<int> { Name = "split" });
        var join = graph.Puppet<int>("join");
        var apart = graph.Puppet<int>("apart");
        graph.Graph.Link(splitter.AddOutput(), join.Inbox);
        graph.Graph.Link(splitter.AddOutput(), apart.Inbox);
        Assert.That(graph.Graph.Check().Select(found => found.Code), Has.None.EqualTo("KAM0352"));

        graph.Graph.Link(splitter.AddOutput(), join.Other);
        graph.Graph.Link(join.Outbox, splitter.Inbox);

        var codes = graph.Graph.Check().Select(found => found.Code).ToList();
        Assert.That(codes, Has.Exactly(1).EqualTo("KAM0352").And.Some.EqualTo("KAM0353").And.Some.EqualTo("KAM0354"));
        graph.Start();
    }
}
