using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

public sealed class ComponentTests
{
    [Test]
    public async Task NewComponent_HasTheDefaultBoxesAndNoChildren()
    {
        await using var graph = new ManualGraph();
        var relay = graph.Add(new Relay<int>());

        Assert.That(relay.PortInfos.Select(port => port.Name), Is.SupersetOf(
            new[] { "inbox", "control", "outbox", "signal" }));
        Assert.That(relay.Inbox.Count + relay.Control.Count, Is.Zero);
        Assert.That(relay.Children, Is.Empty);
        Assert.That(relay.State, Is.EqualTo(ComponentState.Created));
        relay.Outbox.IsOptional = true;
    }

    [Test]
    public void Boxes_NamedByText_AreTheSameObjects()
    {
        var relay = new Relay<int>();

        Assert.That(relay.FindInbox("inbox"), Is.SameAs(relay.Inbox));
        Assert.That(relay.FindOutbox("outbox"), Is.SameAs(relay.Outbox));
        Assert.That(relay.FindInbox("control"), Is.SameAs(relay.Control));
        Assert.That(relay.FindOutbox("signal"), Is.SameAs(relay.Signal));
        Assert.That(relay.Boxes, Is.SupersetOf(new Box[] { relay.Inbox, relay.Outbox }));
    }

    [TestCase("inbocks")]
    [TestCase("outbox")]
    public void FindInbox_OfAnUnknownName_SaysWhatThereIs(string name)
    {
        var relay = new Relay<int>();

        var error = Assert.Throws<ArgumentException>(() => relay.FindInbox(name))!;

        Assert.That(error.Message, Does.Contain(name).And.Contain("inbox").And.Contain("control"));
    }

    [Test]
    public void Boxes_KnowTheirOwnerNameAndType()
    {
        var relay = new Relay<string>();

        Assert.That(relay.Inbox.Owner, Is.SameAs(relay));
        Assert.That(relay.Inbox.Name, Is.EqualTo("inbox"));
        Assert.That(relay.Inbox.MessageType, Is.EqualTo(typeof(string)));
        Assert.That((relay.Inbox.IsInbox, relay.Outbox.IsInbox), Is.EqualTo((true, false)));
        Assert.That(relay.Inbox.Info.Sentence, Is.EqualTo("What is to be passed on."));
    }

    [Test]
    public async Task Names_ByDefault_AreUniqueAndTellTheKind()
    {
        await using var graph = new ManualGraph();

        var names = Enumerable.Range(0, 5).Select(_ => graph.Add(new Recorder<int>()).Name).ToArray();

        Assert.That(names, Is.Unique);
        Assert.That(names, Is.All.StartsWith("recorder"));
    }

    [Test]
    public async Task Path_IsTheWayFromTheGraph()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "radio" });
        var child = nest.Adopt(new Puppet<int>(graph) { Name = "encoder" });
        graph.Start();

        Assert.That(child.Path, Is.EqualTo("/test/radio/encoder"));
        Assert.That(child.ToString(), Does.Contain("encoder"));
        Assert.That(child.Parent, Is.SameAs(nest));
    }

    [Test]
    public async Task Children_StartWithTheirParent_AndWakeItWhenAllHaveEnded()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var first = nest.Adopt(new Puppet<int>(graph) { Name = "first" });
        var second = nest.Adopt(new Puppet<int>(graph) { Name = "second" });
        var before = first.State;
        graph.Start();

        first.Finish();
        var between = nest.State;
        second.Finish();

        Assert.That(before, Is.EqualTo(ComponentState.Created));
        Assert.That(between, Is.EqualTo(ComponentState.Running));
        Assert.That(nest.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Child_AdoptedWhileRunning_StartsAtOnce()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        nest.Adopt(new Puppet<int>(graph) { Name = "first" });
        graph.Start();
        var ran = false;

        nest.Adopt(Bodies.Of(_ => ran = true));
        graph.Run();

        Assert.That(ran);
    }

    [Test]
    public async Task Children_OfAnEndedParent_AreStopped()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest", KeepsRunning = true });
        var child = nest.Adopt(new Puppet<int>(graph) { Name = "child" });
        graph.Start();

        nest.RequestStop(StopKind.Cancel);
        graph.Run();

        Assert.That(child.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Component_UnderTwoParents_IsRefused()
    {
        await using var graph = new ManualGraph();
        var nest = graph.Add(new Nest<int> { Name = "nest" });
        var child = nest.Adopt(new Recorder<int>());

        Assert.That(() => graph.Add(child), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Name_TakenByASibling_IsRefused()
    {
        await using var graph = new ManualGraph();
        graph.Puppet<int>("same");

        Assert.That(() => graph.Puppet<int>("same"), Throws.ArgumentException);
    }

    [Test]
    public async Task Message_ToAComponentThatHasNotStarted_WaitsForIt()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        graph.Start();
        var late = new Recorder<int>();
        graph.Graph.Add(late);
        graph.Graph.Link(from.Outbox, late.Inbox);
        var before = late.State;

        from.Send(1);

        Assert.That(before, Is.Not.EqualTo(ComponentState.Ended));
        Assert.That(late.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task OnEnded_ComesOnce_AfterTheBodyWithItsReason()
    {
        await using var graph = new ManualGraph();
        var component = graph.Add(new Closing());

        graph.Start();
        await graph.Finish(graph.Graph.Completion);

        Assert.That(component.Log, Is.EqualTo(new[] { "body", "ended Completed" }));
    }

    [Test]
    public async Task DisposableComponents_AreDisposedByTheGraph()
    {
        Holder holder;
        await using (var graph = new ManualGraph())
        {
            holder = graph.Add(new Holder());
            graph.Start();
        }

        Assert.That(holder.Disposals, Is.EqualTo(1));
    }

    private sealed class Closing : Component
    {
        public List<string> Log { get; } = [];

        protected override async Run RunAsync(CancellationToken stop)
        {
            await Task.Yield();
            Log.Add("body");
        }

        protected override ValueTask OnEndedAsync(EndReason reason)
        {
            Log.Add($"ended {reason.Kind}");
            return default;
        }
    }

    private sealed class Holder : Component, IDisposable
    {
        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;

        protected override Run RunAsync(CancellationToken stop) => Run.Completed;
    }
}
