using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

public sealed class UnlinkedOutboxTests
{
    [Test]
    public async Task Send_FromAnOptionalOutbox_IsDiscardedAndCounted()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("lonely");
        graph.Start();

        var sent = puppet.Send(1, 2, 3);

        Assert.That(sent);
        Assert.That(puppet.Outbox.Dropped, Is.EqualTo(3));
        Assert.That(puppet.Outbox.IsLinked, Is.False);
    }

    [Test]
    public async Task TrySend_FromARequiredOutbox_SaysNo()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("lonely");
        graph.Start();

        puppet.Do(() => puppet.Outbox.IsOptional = false);

        Assert.That(puppet.Send(1), Is.False);
        Assert.That(puppet.Outbox.Dropped, Is.Zero);
    }

    [Test]
    public async Task Send_FromARequiredOutbox_WaitsUntilItIsLinked()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        graph.Start();
        from.Do(() => from.Outbox.IsOptional = false);

        var sending = from.Begin(async () => await from.Outbox.SendAsync(7));
        var waited = !sending.IsCompleted;
        graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Run();
        await graph.Finish(sending);

        Assert.That(waited);
        Assert.That(to.Take(), Is.EqualTo(new[] { 7 }));
    }

    [Test]
    public void Start_WithARequiredOutboxUnlinked_IsRefusedByName()
    {
        var graph = new Graph("radio");
        graph.Add(new Feeder<int>([1]) { Name = "encoder" });

        var refusal = Assert.Throws<GraphInvalidException>(graph.Start)!;

        Assert.That(refusal.Message, Does.Contain("encoder").And.Contain("outbox"));
    }
}
