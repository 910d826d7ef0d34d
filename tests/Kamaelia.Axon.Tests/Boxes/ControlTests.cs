using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

/// <summary>Control travels beside the data, never behind it, and always has room.</summary>
public sealed class ControlTests
{
    [Test]
    public async Task Control_ToAComponentWithAFullInbox_ArrivesAtOnce()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(from.Outbox, to.Inbox, new LinkOptions(Capacity: 1));
        graph.Graph.Link(from.Signal, to.Control);
        graph.Start();
        from.Send(1);

        var sent = from.Ask(() => Enumerable.Range(0, 1000).All(n => from.Signal.TrySend(new Status(n))));

        Assert.That(sent);
        Assert.That(to.Control.Count, Is.EqualTo(1000));
        Assert.That(from.Send(2), Is.False);
    }

    [Test]
    public async Task ProducerFinished_AtControl_DrainsWhatIsQueuedFirst()
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var relay = graph.Add(new Relay<int>());
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(boss.Outbox, relay.Inbox);
        graph.Graph.Link(boss.Signal, relay.Control);
        graph.Graph.Link(relay.Outbox, to.Inbox);
        graph.Start();

        boss.Do(() =>
        {
            boss.Outbox.TrySend(1);
            boss.Signal.TrySend(new ProducerFinished(boss, null));
            boss.Outbox.TrySend(2);
        });

        Assert.That(to.Take().Take(1), Is.EqualTo(new[] { 1 }));
        Assert.That(relay.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(relay.End, Is.EqualTo(EndReason.Completed));
        Assert.That(to.Inbox.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task ShutdownMicroprocess_AtControl_CancelsTheComponent()
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(boss.Signal, recorder.Control);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(new ShutdownMicroprocess(boss)));

        Assert.That(recorder.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(recorder.End, Is.EqualTo(EndReason.Cancelled));
    }

    [Test]
    public async Task OtherMessages_AtControl_DoNotStopAComponent()
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var recorder = graph.Add(new Recorder<int>());
        graph.Graph.Link(boss.Signal, recorder.Control);
        graph.Graph.Link(boss.Outbox, recorder.Inbox);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(new Notify(boss, 7)));
        boss.Send(1);

        Assert.That(recorder.State, Is.EqualTo(ComponentState.Running));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Component_ThatHandlesControl_DecidesItself()
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(boss.Signal, to.Control);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(new ShutdownMicroprocess(boss)));

        Assert.That(to.State, Is.EqualTo(ComponentState.Running));
        Assert.That(to.Control.Count, Is.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Signal_OfAnEndedComponent_SaysHowItEnded(bool cancelled)
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(from.Signal, to.Control);
        graph.Start();

        if (cancelled)
            from.RequestStop(StopKind.Cancel);
        else
            from.Finish();
        graph.Run();

        var message = to.Ask(() => to.Control.TryReceive(out var first) ? first : null);
        ControlMessage expected = cancelled ? new ShutdownMicroprocess(from) : new ProducerFinished(from, null);
        Assert.That(message, Is.EqualTo(expected));
        Assert.That(to.Control.Count, Is.Zero, "said once");
    }

    [Test]
    public async Task Signal_ThatTheComponentUsedItself_IsNotRepeated()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(from.Signal, to.Control);
        graph.Start();

        from.Do(() => from.Signal.TrySend(new ProducerFinished(from, "mine")));
        from.Finish();

        Assert.That(to.Ask(() => to.Control.TryReceive(out var first) ? first : null),
            Is.EqualTo(new ProducerFinished(from, "mine")));
        Assert.That(to.Control.Count, Is.Zero);
    }

    [Test]
    public async Task Shutdown_AlongAChainOfSignals_ReachesTheLast()
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var relays = Enumerable.Range(0, 5).Select(_ => graph.Add(new Relay<int>())).ToArray();
        var end = graph.Add(new Recorder<int>());
        graph.Graph.Link(boss.Signal, relays[0].Control);
        for (var n = 0; n < 5; n++)
        {
            graph.Graph.Link(relays[n].Outbox, n < 4 ? relays[n + 1].Inbox : end.Inbox);
            graph.Graph.Link(relays[n].Signal, n < 4 ? relays[n + 1].Control : end.Control);
        }
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(new ShutdownMicroprocess(boss)));

        Assert.That(relays.Select(relay => relay.State), Is.All.EqualTo(ComponentState.Ended));
        Assert.That(end.State, Is.EqualTo(ComponentState.Ended));
    }
}
