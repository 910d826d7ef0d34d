using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>Native components in a graph that is changed while it runs.</summary>
public sealed class NativeRewiringTests : BalancedFixture
{
    private const int Count = 200_000;

    [TestCase(1, ReplacedMessages.Drain)]
    [TestCase(1, ReplacedMessages.HandOver)]
    [TestCase(2, ReplacedMessages.Drain)]
    [TestCase(2, ReplacedMessages.HandOver)]
    public async Task Replaced_WhileItRuns_LosesAndReordersNothing(int schedulers, ReplacedMessages waiting)
    {
        await using var graph = new Graph("g", new GraphOptions { Schedulers = schedulers });
        var source = Source(Count);
        Component middle = Pass();
        var sink = new TagSink();
        graph.Add(source);
        graph.Add(middle, graph.Schedulers[^1]);
        graph.Add(sink);
        graph.Link(source.Out(), (Inbox<Chunk>)middle.FindInbox("inbox"));
        graph.Link((Outbox<Chunk>)middle.FindOutbox("outbox"), sink.Inbox);
        graph.Start();

        // Native by native, then native by managed and back.
        for (var round = 0; round < 10 && !graph.Completion.IsCompleted; round++)
        {
            Component next = round % 3 == 1 ? new ManagedPass() : Pass();
            var options = new GraphDiffOptions { OnReplace = waiting };
            try
            {
                var diff = new GraphDiff().Replace(middle, next, graph.Schedulers[^1]);
                await graph.ApplyAsync(diff, options).AsTask().WaitAsync(Patience);
            }
            catch (Exception over) when (over is GraphDiffException or InvalidOperationException)
            {
                next.BuryUnstarted(); // The stream has ended, and what was to be replaced with it.
                break;
            }
            middle = next;
        }
        await graph.Completion.WaitAsync(Patience);

        Assert.That(sink.Tags, Has.Count.EqualTo(Count));
        Assert.That(sink.Tags, Is.Ordered.And.Unique);
    }

    [Test]
    public async Task Moved_WhileItRuns_LosesAndReordersNothing()
    {
        await using var graph = new Graph("g", new GraphOptions { Schedulers = 2 });
        var source = Source(1_000_000_000); // More than it will come to: it is stopped.
        var middle = Pass();
        var sink = new TagSink();
        graph.Pipe(source, middle, sink);
        graph.Start();

        for (var round = 1; round <= 20; round++)
        {
            var moved = await graph.MoveAsync(middle, graph.Schedulers[round % 2]).AsTask().WaitAsync(Patience);
            Assert.That(moved.To, Is.SameAs(middle.Scheduler));
        }
        await graph.StopAsync().AsTask().WaitAsync(Patience);

        Assert.That(sink.Tags, Has.Count.EqualTo(source.Out().Sent), "all that was sent arrived");
        Assert.That(sink.Tags, Is.Ordered.And.Unique);
    }

    [Test]
    public async Task Removed_WithChunksInItsInbox_WorksThemOffFirst()
    {
        await using var graph = new Graph();
        var source = Source(0);
        var first = Pass();
        var sink = new TagSink();
        graph.Pipe(source, first, sink);
        var extraSource = graph.Add(Source(5_000));
        var extraPass = graph.Add(Pass());
        var extraSink = graph.Add(new TagSink());
        graph.Link(extraSource.Out(), extraPass.In());
        graph.Link(extraPass.Out(), extraSink.Inbox);
        graph.Start();
        await UntilAsync(() => extraSink.State == ComponentState.Ended);
        var before = first.In().Received;

        var result = await graph.ApplyAsync(new GraphDiff().Remove(source).Remove(first).Remove(sink)).AsTask()
            .WaitAsync(Patience);

        Assert.That(before, Is.Positive);
        Assert.That(result.Removed, Has.Count.EqualTo(3));
        Assert.That(result.Abandoned, Is.Empty);
        Assert.That(source.Counters.Single().Value, Is.EqualTo(sink.Tags.Count), "all that was sent has arrived");
        Assert.That(extraSink.Tags, Has.Count.EqualTo(5_000));
    }
}
