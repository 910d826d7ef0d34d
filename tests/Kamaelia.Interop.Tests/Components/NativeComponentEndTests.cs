using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>How native components end: faults, stops, readers that go away; and that nothing is left then.</summary>
public sealed class NativeComponentEndTests : BalancedFixture
{
    [OneTimeSetUp]
    public void LoadPlugin() => TrialPlugin.Load();

    private static NativeComponent Fail(int after) => NativeComponents.Create("trial.fail", ("after", $"{after}"));

    [Test]
    public async Task Fault_InNativeCode_CarriesItsSentenceAndPlace()
    {
        await using var graph = new Graph("g");
        var fail = Fail(10);
        fail.Name = "writer";
        graph.Pipe(Source(0), fail, new TagSink());

        var problem = (await Assert.ThrowsAsync<GraphFaultedException>(graph.RunToEndAsync))!;

        Assert.That(problem.Path, Does.EndWith("writer"));
        Assert.That(problem.InnerException, Is.TypeOf<IOException>());
        Assert.That(problem.Message, Does.Contain("trial.fail: the disk é is full"));
        Assert.That(fail.End!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(fail.Counters, Does.Contain(KeyValuePair.Create("seen", 10L)));
    }

    [Test]
    public async Task Fault_InNativeCode_ReachesTheReaderAfterTheLastChunk()
    {
        await using var graph = new Graph("g", new GraphOptions { StopOnFault = false });
        var sink = new TagSink();
        var last = Pass();
        graph.Pipe(Source(100), Fail(10), last, sink);

        await Assert.ThrowsAsync<GraphFaultedException>(graph.RunToEndAsync);

        Assert.That(sink.Tags, Has.Count.EqualTo(10));
        Assert.That(last.In().End!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(last.In().End!.Exception, Is.TypeOf<IOException>());
    }

    [Test]
    public async Task Step_ThatAnswersNonsense_IsAFault()
    {
        await using var graph = new Graph();
        graph.Pipe(NativeComponents.Create("trial.nonsense"), new TagSink());

        var problem = (await Assert.ThrowsAsync<GraphFaultedException>(graph.RunToEndAsync))!;

        Assert.That(problem.InnerException, Is.TypeOf<NativeException>());
        Assert.That(problem.Message, Does.Contain("trial.nonsense"));
    }

    [Test]
    public async Task Reader_ThatEnds_EndsTheNativesBeforeIt()
    {
        await using var graph = new Graph();
        var source = Source(0);
        var pass = Pass();
        graph.Pipe(source, pass, new TagSink { Enough = 1000 });

        await graph.RunToEndAsync();

        Assert.That(source.End!.Kind, Is.EqualTo(EndKind.Cancelled));
        Assert.That(pass.End!.Kind, Is.EqualTo(EndKind.Cancelled));
    }

    [Test]
    public async Task Stop_OfAnEndlessSource_DrainsWhatWasSent()
    {
        await using var graph = new Graph();
        var source = Source(0);
        var sink = new TagSink();
        graph.Pipe(source, Pass(), Pass(), sink);
        graph.Start();
        await UntilAsync(() => source.Out().Sent > 1000);

        await graph.StopWithinAsync();

        Assert.That(source.End!.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(sink.InboxEnd!.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(source.Counters.Single().Value, Is.EqualTo(sink.Tags.Count));
    }

    [Test]
    public async Task Cancel_OfAComponentThatKeepsBusy_EndsIt()
    {
        await using var graph = new Graph();
        var hog = graph.Add(NativeComponents.Create("trial.hog"));
        graph.Start();
        await UntilAsync(() => hog.Counters.Single().Value > 100);

        await graph.StopWithinAsync(new StopOptions(TimeSpan.Zero));

        Assert.That(hog.End!.Kind, Is.EqualTo(EndKind.Cancelled));
    }

    [Test]
    public async Task Cancel_OfParkedComponents_EndsThemWithTheirChunks()
    {
        await using var graph = new Graph();
        var source = graph.Add(Source(0));
        var pass = graph.Add(Pass());
        var stuck = graph.Add(new StuckReader());
        graph.Link(source.Out(), pass.In());
        graph.Link(pass.Out(), stuck.Inbox);
        graph.Start();
        await UntilAsync(() => stuck.Inbox.Count == stuck.Inbox.Capacity);

        await graph.StopWithinAsync(new StopOptions(TimeSpan.Zero));

        Assert.That(source.End!.Kind, Is.EqualTo(EndKind.Cancelled));
        Assert.That(pass.End!.Kind, Is.EqualTo(EndKind.Cancelled));
    }

    [TestCase(StopKind.Drain)]
    [TestCase(StopKind.Cancel)]
    public async Task RequestStop_BeforeTheStart_IsSeenAtTheStart(StopKind kind)
    {
        await using var graph = new Graph();
        var source = Source(0);
        var sink = new TagSink();
        graph.Pipe(source, sink);
        source.RequestStop(kind);

        await graph.RunToEndAsync();

        Assert.That(source.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(sink.InboxEnd, Is.Not.Null);
    }

    [TestCase(true, EndKind.Completed)]
    [TestCase(false, EndKind.Cancelled)]
    public async Task Control_OfANativeComponent_IsActedOn(bool isFinish, EndKind expected)
    {
        await using var graph = new Graph();
        var now = new TaskCompletionSource();
        var source = graph.Add(Source(0));
        var sink = graph.Add(new TagSink());
        var control = graph.Add(new ControlSender(
            isFinish ? new ProducerFinished(null) : new ShutdownMicroprocess(null), now.Task));
        graph.Link(source.Out(), sink.Inbox);
        graph.Link(control.Outbox, source.Control);
        graph.Start();
        await UntilAsync(() => source.Out().Sent > 100);

        now.SetResult();
        await graph.Completion.WaitAsync(Patience);

        Assert.That(source.End!.Kind, Is.EqualTo(expected));
    }

    [Test]
    public async Task Signal_OfANativeComponent_EndsAnother()
    {
        await using var graph = new Graph();
        var endless = graph.Add(Source(0));
        var brief = graph.Add(Source(10));
        graph.Link(endless.Out(), graph.Add(new TagSink()).Inbox);
        graph.Link(brief.Out(), graph.Add(new TagSink()).Inbox);
        graph.Link(brief.Signal, endless.Control);

        await graph.RunToEndAsync();

        Assert.That(endless.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Dispose_OfARunningComponent_IsRefused()
    {
        await using var graph = new Graph();
        var source = Source(0);
        graph.Pipe(source, new TagSink());
        graph.Start();
        await UntilAsync(() => source.Out().Sent > 100);

        Assert.That(source.Dispose, Throws.InvalidOperationException.With.Message.Contain(source.Path));
        await graph.StopWithinAsync();
    }

    [Test]
    public async Task Wait_OfANativeComponent_IsDescribed()
    {
        await using var graph = new Graph("g", new GraphOptions { ManualScheduling = true });
        var pass = graph.Add(Pass());
        var source = graph.Add(Source(0));
        var stuck = graph.Add(new StuckReader());
        graph.Link(source.Out(), pass.In());
        graph.Link(pass.Out(), stuck.Inbox);
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();

        Assert.That(pass.WaitText, Does.Contain("waits for space in").And.Contain("[64/64]"));
        var stopping = graph.StopAsync(new StopOptions(TimeSpan.Zero));
        graph.Schedulers[0].RunUntilIdle();
        await stopping.AsTask().WaitAsync(Patience);
    }
}
