using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class GraphlineTests
{
    [Test]
    public async Task Graphline_OfNothing_EndsAtOnce()
    {
        await using var graph = new ManualGraph();
        var graphline = graph.Add(new Graphline(new Dictionary<string, Component>()));

        graph.Start();

        Assert.That(graphline.State, Is.EqualTo(ComponentState.Ended));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Children_StartWithTheGraphline_AndNotBefore(bool linked)
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph, linked ? ["A.outbox -> B.inbox"] : []);
        var before = (a.State, b.State);

        graph.Start();

        Assert.That(graphline.Children, Is.EqualTo(new[] { a, b }));
        Assert.That(before, Is.EqualTo((ComponentState.Created, ComponentState.Created)));
        Assert.That((a.State, b.State), Is.EqualTo((ComponentState.Running, ComponentState.Running)));
    }

    [Test]
    public async Task Data_GoesOnlyWhereItIsLinked()
    {
        await using var graph = new ManualGraph();
        var (_, a, b) = Two(graph, "A.outbox -> B.other", "B.second -> A.inbox");
        graph.Start();

        a.Send(1);
        b.Do(() => b.Second.TrySend(2));
        b.Send(3);

        Assert.That(b.Ask(() => Puppet<int>.TakeFrom(b.Other)), Is.EqualTo(new[] { 1 }));
        Assert.That(a.Take(), Is.EqualTo(new[] { 2 }));
        Assert.That(a.Other.Count + b.Inbox.Count, Is.Zero);
    }

    [Test]
    public async Task Graphline_Ends_WhenTheLastChildHas()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph);
        graph.Start();

        a.Finish();
        var between = graphline.State;
        b.Finish();

        Assert.That((between, graphline.State), Is.EqualTo((ComponentState.Running, ComponentState.Ended)));
    }

    [TestCase("", "inbox")]
    [TestCase("self", "inbox")]
    [TestCase("flurble", "newOne")]
    public async Task OwnInbox_OfAnyName_PassesIn(string self, string box)
    {
        await using var graph = new ManualGraph();
        var (graphline, a, _) = Two(graph, $"{self}.{box} -> A.inbox");
        var from = graph.Puppet<int>("from");
        graph.Graph.Link(from, "outbox", graphline, box);
        graph.Start();

        from.Send(1, 2);

        Assert.That(a.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [TestCase("", "outbox")]
    [TestCase("self", "outbox")]
    [TestCase("flurble", "newOne")]
    public async Task OwnOutbox_OfAnyName_PassesOut(string self, string box)
    {
        await using var graph = new ManualGraph();
        var (graphline, a, _) = Two(graph, $"A.outbox -> {self}.{box}");
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(graphline, box, to, "inbox");
        graph.Start();

        a.Send(1, 2);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task End_OfAllChildren_IsSignalled()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph);
        var boss = Boss(graph, graphline);
        graph.Start();

        a.Finish();
        var early = Heard(boss);
        b.Finish();

        Assert.That(early, Is.Empty);
        Assert.That(Heard(boss), Is.EqualTo(new[] { new ProducerFinished(graphline) }));
    }

    [Test]
    public async Task Shutdown_GoesToEveryChild_AndOnAtTheEnd()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph);
        var boss = Boss(graph, graphline);
        graph.Start();
        var shutdown = new ShutdownMicroprocess(boss);

        boss.Do(() => boss.Signal.TrySend(shutdown));

        Assert.That(Heard(a).Single(), Is.SameAs(shutdown));
        Assert.That(Heard(b).Single(), Is.SameAs(shutdown));
        Assert.That(Heard(boss), Is.Empty);
        a.Finish();
        b.Finish();
        Assert.That(Heard(boss).Single(), Is.SameAs(shutdown));
    }

    [Test]
    public async Task ProducerFinished_GoesToEveryChild_AndOnAtTheEnd()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph);
        var boss = Boss(graph, graphline);
        graph.Start();
        var finished = new ProducerFinished(boss);

        boss.Do(() => boss.Signal.TrySend(finished));

        Assert.That(Heard(a).Single(), Is.SameAs(finished));
        Assert.That(Heard(b).Single(), Is.SameAs(finished));
        a.Finish();
        b.Finish();
        Assert.That(Heard(boss), Is.EqualTo(new[] { new ProducerFinished(graphline) }), "a new one");
    }

    [Test]
    public async Task WiredControl_GoesOnlyThere()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph, ".control -> A.control");
        var boss = Boss(graph, graphline);
        graph.Start();
        var shutdown = new ShutdownMicroprocess(boss);

        boss.Do(() => boss.Signal.TrySend(shutdown));

        Assert.That(Heard(a).Single(), Is.SameAs(shutdown));
        Assert.That(Heard(b), Is.Empty);
        a.Finish();
        b.Finish();
        Assert.That(Heard(boss), Is.EqualTo(new[] { new ProducerFinished(graphline) }));
    }

    [Test]
    public async Task WiredSignal_IsTheChildsOwn()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph, "A.signal -> .signal");
        var boss = Boss(graph, graphline);
        graph.Start();

        a.Finish();
        b.Finish();

        Assert.That(Heard(boss), Is.EqualTo(new[] { new ProducerFinished(a) }));
        Assert.That(graphline.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task ControlLinkedInside_IsLeftToThatLink()
    {
        await using var graph = new ManualGraph();
        var (graphline, a, b) = Two(graph, "A.signal -> B.control");
        var boss = Boss(graph, graphline);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(new ShutdownMicroprocess(boss)));

        Assert.That(Heard(a), Has.Count.EqualTo(1));
        Assert.That(Heard(b), Is.Empty);
        a.Finish();
        Assert.That(Heard(b), Is.EqualTo(new[] { new ProducerFinished(a) }));
    }

    [TestCase("A.outbox to B.inbox", "A.outbox to B.inbox")]
    [TestCase("A -> B", "names no box")]
    [TestCase("X.outbox -> Y.inbox", "A, B")]
    [TestCase("A.outbox -> B.nowhere", "nowhere")]
    [TestCase("A.nothing -> B.inbox", "nothing")]
    public async Task Link_ThatMakesNoSense_IsRefusedInWords(string link, string words)
    {
        await using var graph = new ManualGraph();

        Assert.That(() => Two(graph, link), Throws.ArgumentException.With.Message.Contains(words));
    }

    private static (Graphline Graphline, Puppet<int> A, Puppet<int> B) Two(ManualGraph graph, params string[] links)
    {
        var a = new Puppet<int>(graph) { Handles = true };
        var b = new Puppet<int>(graph) { Handles = true };
        var components = new Dictionary<string, Component> { ["A"] = a, ["B"] = b };
        return (graph.Add(new Graphline(components, links) { Name = "line" }), a, b);
    }

    private static Puppet<int> Boss(ManualGraph graph, Component chassis)
    {
        var boss = graph.Add(new Puppet<int>(graph) { Name = "boss", Handles = true });
        graph.Graph.Link(boss.Signal, chassis.Control);
        graph.Graph.Link(chassis.Signal, boss.Control);
        return boss;
    }

    private static List<ControlMessage> Heard(Puppet<int> puppet)
        => puppet.Ask(() =>
        {
            var messages = new List<ControlMessage>();
            while (puppet.Control.TryReceive(out var message))
                messages.Add(message);
            return messages;
        });
}
