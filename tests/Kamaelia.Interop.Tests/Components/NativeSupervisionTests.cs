using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>Native components as the children of a supervisor.</summary>
public sealed class NativeSupervisionTests : BalancedFixture
{
    private static readonly SupervisionOptions s_quick = new()
    {
        BackoffFirst = TimeSpan.FromMilliseconds(1),
        BackoffFactor = 1,
        Jitter = 0,
        RestartsMax = 1_000_000,
    };

    [OneTimeSetUp]
    public void LoadPlugin() => TrialPlugin.Load();

    [Test]
    public async Task Fault_OfANativeChild_StartsItAgainAndTheStreamGoesOn()
    {
        // Each instance fails when it has passed ten on, before it takes another: so nothing is gone with it.
        const int count = 110;
        await using var graph = new Graph("g");
        var group = graph.Add(new Supervisor(s_quick) { Name = "group" });
        var frail = group.Add("frail", () => NativeComponents.Create("trial.fail", ("after", "10")));
        var source = graph.Add(Source(count));
        var sink = graph.Add(new TagSink());
        graph.Link(source.Out(), (Inbox<Chunk>)frail.FindInbox("inbox"));
        graph.Link((Outbox<Chunk>)frail.FindOutbox("outbox"), sink.Inbox);
        var faults = new List<ComponentFaulted>();
        using var watch = graph.Subscribe(happened =>
        {
            if (happened is ComponentFaulted fault)
                lock (faults)
                    faults.Add(fault);
        });

        await graph.RunToEndAsync();

        Assert.That(frail.Restarts, Is.EqualTo(10));
        Assert.That(sink.Tags, Has.Count.EqualTo(count));
        Assert.That(sink.Tags, Is.Ordered.And.Unique);
        Assert.That(sink.InboxEnd!.Kind, Is.EqualTo(EndKind.Completed));
        lock (faults)
        {
            Assert.That(faults, Has.Count.EqualTo(10));
            Assert.That(faults.Select(f => f.Path), Is.All.StartsWith("/g/group/frail/"));
            Assert.That(faults.Select(f => f.Exception), Is.All.TypeOf<IOException>());
        }
    }

    [Test]
    public async Task Fault_BetweenNativeNeighbours_LeavesThemRunning()
    {
        await using var graph = new Graph("g");
        var group = graph.Add(new Supervisor(s_quick) { Name = "group" });
        var first = group.Add("first", Pass);
        var frail = group.Add("frail", () => NativeComponents.Create("trial.fail", ("after", "10")));
        var last = group.Add("last", Pass);
        group.Link(first, frail);
        group.Link(frail, last);
        var source = graph.Add(Source(33));
        var sink = graph.Add(new TagSink());
        graph.Link(source.Out(), (Inbox<Chunk>)first.FindInbox("inbox"));
        graph.Link((Outbox<Chunk>)last.FindOutbox("outbox"), sink.Inbox);

        await graph.RunToEndAsync();

        Assert.That((first.Restarts, frail.Restarts, last.Restarts), Is.EqualTo((0, 3, 0)));
        Assert.That(sink.Tags, Has.Count.EqualTo(33));
    }

    [Test]
    public async Task Fault_TooOften_EscalatesAndNothingIsLeft()
    {
        await using var graph = new Graph("g");
        var group = graph.Add(new Supervisor(s_quick with { RestartsMax = 2 }) { Name = "group" });
        var frail = group.Add("frail", () => NativeComponents.Create("trial.fail", ("after", "0")));
        var source = graph.Add(Source(0));
        var sink = graph.Add(new TagSink());
        graph.Link(source.Out(), (Inbox<Chunk>)frail.FindInbox("inbox"));
        graph.Link((Outbox<Chunk>)frail.FindOutbox("outbox"), sink.Inbox);

        var problem = (await Assert.ThrowsAsync<GraphFaultedException>(graph.RunToEndAsync))!;

        Assert.That(problem.InnerException, Is.TypeOf<SupervisorEscalatedException>());
        Assert.That(frail.Restarts, Is.EqualTo(2));
    }
}
