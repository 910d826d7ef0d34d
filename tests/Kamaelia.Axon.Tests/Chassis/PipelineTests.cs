using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class PipelineTests
{
    [Test]
    public async Task Children_StartWithThePipeline_AndNotBefore()
    {
        await using var graph = new ManualGraph();
        var recorder = new Recorder<int>();
        var pipeline = graph.Add(new Pipeline(new Feeder<int>([1]), recorder));
        var before = pipeline.Children.Select(child => child.State).ToArray();

        graph.Start();

        Assert.That(before, Is.All.EqualTo(ComponentState.Created));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Data_PassesFromChildToChild_InOrder()
    {
        await using var graph = new ManualGraph();
        var recorder = new Recorder<int>();
        var relays = Enumerable.Range(0, 10).Select(_ => new Relay<int>());
        graph.Add(new Pipeline([new Feeder<int>(Enumerable.Range(0, 300)), .. relays, recorder]));

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 300)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(graph.Graph.Completion.IsCompletedSuccessfully);
    }

    [Test]
    public async Task Pipeline_Ends_WhenTheLastChildHas()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var second = new Puppet<int>(graph) { Name = "second" };
        var pipeline = graph.Add(new Pipeline(first, second));
        graph.Start();

        first.Finish();
        var between = pipeline.State;
        second.Finish();

        Assert.That((between, pipeline.State), Is.EqualTo((ComponentState.Running, ComponentState.Ended)));
        Assert.That(pipeline.End, Is.EqualTo(EndReason.Completed));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Shutdown_PassesFromChildToChild(bool hard)
    {
        await using var graph = new ManualGraph();
        var boss = graph.Puppet<int>("boss");
        var children = Enumerable.Range(0, 4).Select(_ => new Relay<int>()).ToArray();
        var pipeline = graph.Add(new Pipeline([.. children, new Recorder<int>()]));
        graph.Graph.Link(boss.Signal, pipeline.Control);
        graph.Start();

        boss.Do(() => boss.Signal.TrySend(hard ? new ShutdownMicroprocess(boss) : new ProducerFinished(boss)));

        Assert.That(pipeline.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(children.Select(child => child.State), Is.All.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Signal_OfAChild_ReachesTheNextOnesControl()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first", Handles = true };
        var second = new Puppet<int>(graph) { Name = "second", Handles = true };
        graph.Add(new Pipeline(first, second));
        graph.Start();

        first.Finish();

        Assert.That(second.Ask(() => second.Control.TryReceive(out var message) ? message : null),
            Is.EqualTo(new ProducerFinished(first)));
        second.Finish();
    }

    [Test]
    public async Task Pipeline_HasTheFirstChildsInboxes()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var boss = graph.Puppet<int>("boss");
        var first = new Puppet<int>(graph) { Name = "first", Handles = true };
        var pipeline = graph.Add(new Pipeline(first, new Recorder<int>()));
        graph.Graph.Link(from, "outbox", pipeline, "inbox");
        graph.Graph.Link(boss.Signal, pipeline.Control);
        graph.Start();

        from.Send(1, 2);
        boss.Do(() => boss.Signal.TrySend(new Notify(boss, "hello")));

        Assert.That(first.Take(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(first.Ask(() => first.Control.TryReceive(out var message) ? message : null),
            Is.EqualTo(new Notify(boss, "hello")));
    }

    [Test]
    public async Task Pipeline_HasTheLastChildsOutboxes()
    {
        await using var graph = new ManualGraph();
        var last = new Puppet<int>(graph) { Name = "last", Handles = true };
        var pipeline = graph.Add(new Pipeline(new Feeder<int>([]), last));
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(pipeline, "outbox", to, "inbox");
        graph.Graph.Link(pipeline.Signal, to.Control);
        graph.Start();

        last.Send(7);
        last.Do(() => last.Signal.TrySend(new Notify(last, "bye")));

        Assert.That(to.Take(), Is.EqualTo(new[] { 7 }));
        Assert.That(to.Ask(() => to.Control.TryReceive(out var message) ? message : null),
            Is.EqualTo(new Notify(last, "bye")));
    }

    [Test]
    public async Task Pipelines_OfPipelines_AreOnePipeline()
    {
        await using var graph = new ManualGraph();
        var recorder = new Recorder<int>();
        var deep = new Pipeline(new Pipeline(new Relay<int>(), new Pipeline(new Relay<int>())), new Relay<int>());
        graph.Add(new Pipeline(new Feeder<int>([1, 2, 3]), deep, recorder));

        graph.Start();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(graph.Graph.Completion.IsCompletedSuccessfully);
    }

    [Test]
    public void Pipeline_OfNothing_IsRefused() => Assert.That(() => new Pipeline(), Throws.ArgumentException);

    [Test]
    public void Pipeline_OfTypesThatDoNotFit_NamesThem()
        => Assert.That(() => new Pipeline(new Feeder<int>([]), new Recorder<string>()),
            Throws.InstanceOf<LinkException>().With.Message.Contains("Int32").And.Message.Contains("String"));

    [Test]
    public async Task Fault_OfAChild_IsReportedWithTheChildsPath_AndEndsTheStream()
    {
        await using var graph = new ManualGraph();
        var first = new Puppet<int>(graph) { Name = "first" };
        var recorder = new Recorder<int>();
        graph.Add(new Pipeline(first, recorder) { Name = "line" });
        graph.Start();
        first.Send(1);

        first.Fail(new InvalidDataException("bad"));
        var thrown = await Assert.CatchAsync(() => graph.Finish(graph.Graph.Completion));

        Assert.That(((GraphFaultedException)thrown!).Path, Is.EqualTo("/test/line/first"));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(recorder.InboxEnd!.Kind, Is.EqualTo(EndKind.Faulted));
    }
}
