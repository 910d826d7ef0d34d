using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Postman;

public sealed class LinkErrorTests
{
    [Test]
    public async Task SecondDestination_OfOneOutbox_IsRefusedNamingAllThree()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var first = graph.Puppet<int>("first");
        var second = graph.Puppet<int>("second");
        graph.Graph.Link(from.Outbox, first.Inbox);

        var refusal = Assert.Catch(() => graph.Graph.Link(from.Outbox, second.Inbox))!;

        Assert.That(refusal.Message,
            Does.Contain("from.outbox").And.Contain("first.inbox").And.Contain("second.inbox"));
    }

    [Test]
    public async Task SecondDestination_AfterUnlink_IsAllowed()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var first = graph.Puppet<int>("first");
        var second = graph.Puppet<int>("second");
        var linkage = graph.Graph.Link(from.Outbox, first.Inbox);

        graph.Graph.Unlink(linkage);
        graph.Graph.Link(from.Outbox, second.Inbox);
        graph.Start();
        from.Send(1);

        Assert.That(second.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(first.Take(), Is.Empty);
    }

    [Test]
    public async Task Refusal_OfASecondDestination_LeavesTheFirstLinked()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        var other = graph.Puppet<int>("other");
        graph.Run();

        Assert.Catch(() => graph.Graph.Link(from.Outbox, other.Inbox));
        from.Send(4);

        Assert.That(to.Take(), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public async Task UnknownBox_IsRefusedNamingWhatExists()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");

        var noOutbox = Assert.Throws<ArgumentException>(() => graph.Graph.Link(from, "output", to, "inbox"))!;
        var noInbox = Assert.Throws<ArgumentException>(() => graph.Graph.Link(from, "outbox", to, "input"))!;

        Assert.That(noOutbox.Message, Does.Contain("output").And.Contain("outbox").And.Contain("second"));
        Assert.That(noInbox.Message, Does.Contain("input").And.Contain("inbox").And.Contain("other"));
    }

    [Test]
    public async Task WrongType_IsRefusedNamingBothTypes()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<string>("to");

        var refusal = Assert.Catch(() => graph.Graph.Link((Outbox)from.Outbox, to.Inbox))!;

        Assert.That(refusal.Message, Does.Contain("Int32").Or.Contain("int"));
        Assert.That(refusal.Message, Does.Contain("String").Or.Contain("string"));
        Assert.That(refusal.Message, Does.Contain("from").And.Contain("to"));
    }

    [Test]
    public async Task PassThroughCycle_IsRefusedWhenItWouldClose()
    {
        await using var graph = new ManualGraph();
        var outer = graph.Add(new Nest<int> { Name = "outer" });
        var inner = outer.Adopt(new Nest<int> { Name = "inner" });
        outer.In(inner.Inbox);

        var refusal = Assert.Catch(() => outer.In(inner.Inbox, outer.Inbox))!;

        Assert.That(refusal.Message, Does.Contain("inner").And.Contain("outer"));
    }

    [Test]
    public async Task OwnInbox_IsALegalDestination()
    {
        await using var graph = new ManualGraph();
        var self = graph.Puppet<int>("self");
        graph.Graph.Link(self.Outbox, self.Inbox);
        graph.Start();

        self.Send(1, 2);

        Assert.That(self.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Unlink_Twice_IsHarmless()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        var linkage = graph.Graph.Link(from.Outbox, to.Inbox);

        graph.Graph.Unlink(linkage);

        Assert.That(() => graph.Graph.Unlink(linkage), Throws.Nothing);
    }
}
