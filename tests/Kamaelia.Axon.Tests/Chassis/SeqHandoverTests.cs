using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

/// <summary>What passes from one component of a sequence to the next, and what is left at the end.</summary>
public sealed class SeqHandoverTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Seq_WhatWaitedForOneThatEnds_GoesToTheNextInOrder(bool isInPipeline)
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var beyond = new Recorder<int>();
        var second = new Puppet<int>(graph) { Name = "second" };
        var inner = isInPipeline ? (Component)new Pipeline(first, beyond) : first;
        var outside = graph.Puppet<int>("outside");
        var seq = graph.Add(new Seq(inner, second));
        graph.Graph.Link(outside, "outbox", seq, "inbox");
        graph.Start();
        outside.Send(1, 2, 3);
        first.Do(() => first.Inbox.TryReceive(out _));

        first.Finish();
        outside.Send(4);

        Assert.That(second.Take(), Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [Test]
    public async Task Carousel_WhatWaitedForOneThatEnds_GoesToTheNextInOrder()
    {
        await using var graph = new ManualGraph();
        var made = new List<Puppet<int>>();
        var carousel = graph.Add(new Carousel<string, int, int>(name =>
        {
            made.Add(new Puppet<int>(graph) { Name = name });
            return made[^1];
        }));
        var requests = graph.Puppet<string>("requests");
        var data = graph.Puppet<int>("data");
        graph.Graph.Link(requests.Outbox, carousel.Next);
        graph.Graph.Link(data.Outbox, carousel.Inbox, new LinkOptions(Capacity: 3));
        graph.Graph.Link(carousel.Outbox, data.Inbox);
        graph.Start();
        requests.Send("a");
        data.Send(1, 2, 3);

        made[0].Finish();
        requests.Send("b");

        Assert.That(made[1].Take(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(made.Select(child => child.Name), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Carousel_OptionsOfItsInbox_AreThoseOfTheComponentOfTheMoment()
    {
        await using var graph = new ManualGraph();
        Puppet<int>? made = null;
        var carousel = graph.Add(new Carousel<string, int, int>(name => made = new Puppet<int>(graph) { Name = name }));
        var requests = graph.Puppet<string>("requests");
        var data = graph.Puppet<int>("data");
        graph.Graph.Link(requests.Outbox, carousel.Next);
        graph.Graph.Link(data.Outbox, carousel.Inbox, new LinkOptions(2, Policy: LinkPolicy.DropNewest));
        graph.Graph.Link(carousel.Outbox, data.Inbox);
        graph.Start();
        requests.Send("a");

        data.Send(1, 2, 3);

        Assert.That(made!.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Seq_OptionsOfItsInbox_AreThoseOfEachComponent()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var second = new Puppet<int>(graph) { Name = "second" };
        var outside = graph.Puppet<int>("outside");
        var seq = graph.Add(new Seq(first, second));
        graph.Graph.Link(outside.Outbox, seq.FindInbox("inbox"), new LinkOptions(2, Policy: LinkPolicy.DropOldest));
        graph.Start();

        outside.Send(1, 2, 3);
        var toFirst = first.Take();
        first.Finish();
        outside.Send(4, 5, 6);

        Assert.That(toFirst, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(second.Take(), Is.EqualTo(new[] { 5, 6 }));
    }

    [Test]
    public async Task Seq_FedByAFiniteStream_Ends()
    {
        await using var graph = new ManualGraph();
        var recorders = new[] { new Recorder<int>(), new Recorder<int>() };
        var feeder = graph.Add(new Feeder<int>([1, 2, 3]));
        var seq = graph.Add(new Seq(recorders));
        graph.Graph.Link(feeder.Outbox, seq.FindInbox("inbox"));

        graph.Start();

        Assert.That(recorders[0].Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(recorders.Select(each => each.InboxEnd), Is.All.EqualTo(EndReason.Completed));
        Assert.That(seq.State, Is.EqualTo(ComponentState.Ended));
    }

    public enum Over
    {
        Drained,
        Cancelled,
        NeverStarted,
    }

    [Test]
    public async Task Seq_ComponentsWhoseTurnNeverCame_GiveBackTheirCells([Values] Over over)
    {
        var before = Cells.InUse;
        await using (var graph = new ManualGraph())
        {
            var outside = graph.Puppet<int>("outside");
            var seq = graph.Add(new Seq(
                new Puppet<int>(graph), new Pipeline(new Relay<int>(), new Relay<int>()), new Relay<int>()));
            graph.Graph.Link(outside, "outbox", seq, "inbox");
            graph.Graph.Link(seq, "outbox", outside, "inbox");
            if (over != Over.NeverStarted)
            {
                graph.Start();
                seq.RequestStop(over == Over.Drained ? StopKind.Drain : StopKind.Cancel);
                graph.Run();
            }
        }
        Assert.That(Cells.InUse, Is.EqualTo(before));
    }
}
