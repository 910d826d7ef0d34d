using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>Every fault is seen once, with its place; completion throws the first.</summary>
public sealed class CompletionTests
{
    [Test]
    public async Task Graph_WithoutComponents_CompletesAtOnce()
    {
        await new Graph("empty").RunAsync().Within();
    }

    [Test]
    public async Task Completion_ComesWhenTheLastComponentEnds()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        from.Finish();
        var early = graph.Graph.Completion.IsCompleted;
        to.Finish();

        Assert.That((early, graph.Graph.Completion.IsCompletedSuccessfully), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Completion_OfSeveralFaults_ThrowsTheFirstWithTheOthersAttached()
    {
        await using var graph = new ManualGraph();
        var first = new InvalidDataException("first");
        var second = new InvalidOperationException("second");
        var a = graph.Puppet<int>("a");
        var b = graph.Puppet<int>("b");
        graph.Start();

        a.Fail(first);
        b.Fail(second);
        var thrown = await Assert.CatchAsync(() => graph.Finish(graph.Graph.Completion));

        var fault = (GraphFaultedException)thrown!;
        Assert.That(fault.Others, Is.EqualTo(new[] { second }));
        Assert.That(fault.Path, Is.EqualTo("/test/a"));
        Assert.That(fault.InnerException, Is.SameAs(first));
        Assert.That(fault.Message, Does.Contain("/test/a").And.Contain("first"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Fault_StopsTheOthers_WhereTheGraphSaysSo(bool stopOnFault)
    {
        await using var graph = new ManualGraph(stopOnFault: stopOnFault);
        var failing = graph.Puppet<int>("failing");
        var other = graph.Puppet<int>("other");
        graph.Start();

        failing.Fail(new InvalidDataException("broken"));
        graph.Run();

        Assert.That(other.State, Is.EqualTo(stopOnFault ? ComponentState.Ended : ComponentState.Running));
    }

    [Test]
    public async Task Fault_IsInTheEventStream_OnceWithPathAndOriginalException()
    {
        await using var graph = new ManualGraph();
        var events = new List<GraphEvent>();
        using var subscription = graph.Graph.Subscribe(events.Add);
        var puppet = graph.Puppet<int>("encoder");
        graph.Start();
        var cause = new InvalidDataException("bad header");

        puppet.Fail(cause);

        var faults = events.OfType<ComponentFaulted>().ToArray();
        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That((faults[0].Path, faults[0].Exception), Is.EqualTo(("/test/encoder", (Exception)cause)));
    }

    [Test]
    public async Task Events_OfAComponent_AreItsStartAndItsEnd()
    {
        await using var graph = new ManualGraph();
        var events = new List<GraphEvent>();
        using var subscription = graph.Graph.Subscribe(events.Add);
        var puppet = graph.Puppet<int>("a");
        graph.Start();

        puppet.Finish();

        Assert.That(events.OfType<ComponentStarted>().Single().Path, Is.EqualTo("/test/a"));
        Assert.That(events.OfType<ComponentEnded>().Single(),
            Has.Property("Path").EqualTo("/test/a").And.Property("Reason").EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Subscription_Disposed_HearsNoMore()
    {
        await using var graph = new ManualGraph();
        var events = new List<GraphEvent>();
        var subscription = graph.Graph.Subscribe(events.Add);
        var puppet = graph.Puppet<int>("a");
        graph.Start();
        subscription.Dispose();
        var before = events.Count;

        puppet.Finish();

        Assert.That(events, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task Observer_ThatThrows_HarmsNobody()
    {
        await using var graph = new ManualGraph();
        using var subscription = graph.Graph.Subscribe(_ => throw new InvalidOperationException("observer"));
        var (from, to) = graph.Pair<int>();

        from.Send(1);

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task RunAsync_Cancelled_StopsTheGraph()
    {
        var graph = new Graph("cancel");
        var component = graph.Add(Bodies.Async(stop => Task.Delay(Timeout.Infinite, stop)));
        using var cancel = new CancellationTokenSource();
        var running = graph.RunAsync(cancel.Token);
        await Bounded.Until(() => component.State == ComponentState.Running, "it runs");

        cancel.Cancel();
        await Task.WhenAny(running, Task.Delay(Bounded.Wait));

        Assert.That(running.IsCompleted);
        Assert.That(component.State, Is.EqualTo(ComponentState.Ended));
    }
}
