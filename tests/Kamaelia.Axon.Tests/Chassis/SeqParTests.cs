using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class SeqParTests
{
    [Test]
    public async Task Seq_RunsOneAfterTheOther()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var second = new Puppet<int>(graph) { Name = "second" };
        var seq = graph.Add(new Seq(first, second));
        graph.Start();

        var before = (first.State, second.State);
        first.Finish();
        var between = (first.State, second.State);
        second.Finish();

        Assert.That(before, Is.EqualTo((ComponentState.Running, ComponentState.Created)));
        Assert.That(between, Is.EqualTo((ComponentState.Ended, ComponentState.Running)));
        Assert.That(seq.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Seq_GivesEachTheWholeInboxAndOutbox()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var second = new Puppet<int>(graph) { Name = "second" };
        var seq = graph.Add(new Seq(first, second));
        var outside = graph.Puppet<int>("outside");
        graph.Graph.Link(outside, "outbox", seq, "inbox");
        graph.Graph.Link(seq, "outbox", outside, "inbox");
        graph.Start();

        outside.Send(1);
        var toFirst = first.Take();
        first.Send(10);
        first.Finish();
        outside.Send(2);
        second.Send(20);

        Assert.That(toFirst, Is.EqualTo(new[] { 1 }));
        Assert.That(second.Take(), Is.EqualTo(new[] { 2 }));
        Assert.That(outside.Take(), Is.EqualTo(new[] { 10, 20 }));
        second.Finish();
        Assert.That(outside.Inbox.IsEnded);
    }

    [Test]
    public async Task Seq_Cancelled_StartsNoMore()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var second = new Puppet<int>(graph) { Name = "second" };
        var seq = graph.Add(new Seq(first, second));
        graph.Start();

        seq.RequestStop(StopKind.Cancel);
        graph.Run();

        Assert.That(seq.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(first.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(second.Stop.CanBeCanceled, Is.False, "its body never ran");
        Assert.That(second.State, Is.EqualTo(ComponentState.Ended), "and it is buried");
    }

    [Test]
    public async Task Par_RunsAllAtOnce_AndLeadsTheirOutputsOut()
    {
        await using var graph = new ManualGraph();
        var children = Enumerable.Range(0, 3).Select(n => new Puppet<int>(graph) { Name = $"p{n}" }).ToArray();
        var par = graph.Add(new Par(children));
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(par, "outbox", to, "inbox");
        graph.Start();

        for (var n = 0; n < 3; n++)
            children[n].Send(n);
        var received = to.Take();
        children[0].Finish();
        children[1].Finish();
        var between = (par.State, to.Inbox.IsEnded);
        children[2].Finish();

        Assert.That(received, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(between, Is.EqualTo((ComponentState.Running, false)));
        Assert.That((par.State, to.Inbox.IsEnded), Is.EqualTo((ComponentState.Ended, true)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Par_ToldToShutDown_TellsAll_AndSaysSoOnce(bool hard)
    {
        await using var graph = new ManualGraph();
        var relays = Enumerable.Range(0, 3).Select(_ => new Recorder<int>()).ToArray();
        var par = graph.Add(new Par(relays));
        var boss = graph.Add(new Puppet<int>(graph) { Name = "boss", Handles = true });
        graph.Graph.Link(boss.Signal, par.Control);
        graph.Graph.Link(par.Signal, boss.Control);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(hard ? new ShutdownMicroprocess(boss) : new ProducerFinished(boss)));

        Assert.That(relays.Select(child => child.State), Is.All.EqualTo(ComponentState.Ended));
        Assert.That(par.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(boss.Control.Count, Is.EqualTo(1));
    }

    [Test]
    public void SeqAndPar_OfNothing_AreRefused()
    {
        Assert.That(() => new Seq(), Throws.ArgumentException);
        Assert.That(() => new Par(), Throws.ArgumentException);
    }
}
