using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Postman;

/// <summary>Data arrives at the end of a chain, whatever the order in which its links were made.</summary>
public sealed class PassThroughTests
{
    private static readonly int[][] s_orders =
    [
        [0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1, 3, 0, 2, 4], [0, 4, 1, 3, 2], [3, 1, 4, 0, 2],
    ];

    [TestCaseSource(nameof(s_orders))]
    public async Task Chain_OfBothDirections_DeliversInAnyCreationOrder(params int[] order)
    {
        await using var graph = new ManualGraph();
        var outer = graph.Add(new Nest<int> { Name = "outer" });
        var inner = outer.Adopt(new Nest<int> { Name = "inner" });
        var from = inner.Adopt(new Puppet<int>(graph) { Name = "from" });
        var reader = graph.Add(new Nest<int> { Name = "reader" });
        var middle = reader.Adopt(new Nest<int> { Name = "middle" });
        var to = middle.Adopt(new Puppet<int>(graph) { Name = "to" });
        Action[] links =
        [
            () => inner.Out(from.Outbox),
            () => outer.Out(inner.Outbox),
            () => graph.Graph.Link(outer.Outbox, reader.Inbox),
            () => reader.In(middle.Inbox),
            () => middle.In(to.Inbox),
        ];

        foreach (var index in order)
            links[index]();
        graph.Start();
        from.Send(1, 2, 3);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(middle.Inbox.Count + reader.Inbox.Count, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(1000)]
    public async Task PassThrough_OfAnyDepth_Delivers(int depth)
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest0" });
        graph.Graph.Link(from.Outbox, nest.Inbox);
        for (var n = 1; n < depth; n++)
        {
            var inner = nest.Adopt(new Nest<int> { Name = $"nest{n}" });
            nest.In(inner.Inbox);
            nest = inner;
        }
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        nest.In(to.Inbox);
        graph.Start();

        from.Send(1, 2);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Cut_OfAnInboxPassThrough_StopsDataAtTheMiddle()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        to.Inbox.KeepOpen = true;
        graph.Graph.Link(from.Outbox, nest.Inbox);
        var linkage = nest.In(to.Inbox);
        graph.Start();
        from.Send(1);

        nest.Cut(linkage);
        from.Send(2);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(nest.Inbox.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Cut_OfAnOutboxPassThrough_LeavesTheChildUnlinked()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var from = nest.Adopt(new Puppet<int>(graph) { Name = "from" });
        var to = graph.Puppet<int>("to");
        to.Inbox.KeepOpen = true;
        var linkage = nest.Out(from.Outbox);
        graph.Graph.Link(nest.Outbox, to.Inbox);
        graph.Start();
        from.Send(1);

        nest.Cut(linkage);
        from.Send(2);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That((from.Outbox.IsLinked, from.Outbox.Dropped), Is.EqualTo((false, 1L)));
    }

    [Test]
    public async Task PendingMessages_MoveWhenTheirInboxIsPassedOn()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        graph.Graph.Link(from.Outbox, nest.Inbox);
        graph.Start();
        from.Send(1, 2, 3);

        nest.In(to.Inbox);
        from.Send(4);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(nest.Inbox.Count, Is.Zero);
    }

    [Test]
    public async Task PendingMessages_IntoASmallerInbox_AllArriveInOrder()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        to.Inbox.Capacity = 3;
        graph.Graph.Link(from.Outbox, nest.Inbox);
        graph.Start();
        from.Send(1, 2, 3, 4, 5);

        nest.In(to.Inbox);
        var more = from.Send(6);
        var taken = new List<int>();
        for (var n = 0; n < 5; n++)
            taken.AddRange(to.Take());

        Assert.That(more, Is.False, "the limit holds for what is new");
        Assert.That(taken, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public async Task Limit_OfAMiddleInbox_HasNoEffectUntilItIsTheLast()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var to = nest.Adopt(new Puppet<int>(graph) { Name = "to" });
        nest.Inbox.Capacity = 2;
        to.Inbox.Capacity = 5;
        to.Inbox.KeepOpen = true;
        graph.Graph.Link(from.Outbox, nest.Inbox);
        var linkage = nest.In(to.Inbox);
        graph.Start();

        var through = from.Ask(() => Enumerable.Range(0, 9).Count(n => from.Outbox.TrySend(n)));
        nest.Cut(linkage);
        var atTheMiddle = from.Ask(() => Enumerable.Range(0, 9).Count(n => from.Outbox.TrySend(n)));

        Assert.That((through, atTheMiddle), Is.EqualTo((5, 2)));
    }

    [Test]
    public async Task Delivery_ThroughAChain_WakesOnlyTheLastOwner()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var recorder = nest.Adopt(new Recorder<int>());
        graph.Graph.Link(from.Outbox, nest.Inbox);
        nest.In(recorder.Inbox);
        graph.Start();
        var started = ManualGraph.Activations(nest);

        from.Send(1);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(ManualGraph.Activations(nest), Is.EqualTo(started));
    }

    [Test]
    public async Task Ends_ThroughPassThroughs_KeepTheirReason()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var from = nest.Adopt(new Puppet<int>(graph) { Name = "from" });
        var recorder = graph.Add(new Recorder<int>());
        nest.Out(from.Outbox);
        graph.Graph.Link(nest.Outbox, recorder.Inbox);
        graph.Start();

        from.Send(1);
        from.Finish();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }
}
