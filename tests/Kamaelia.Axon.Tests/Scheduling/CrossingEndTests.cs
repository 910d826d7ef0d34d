using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>How linkages between schedulers end, stepped by hand: which side sees what first is the test's.</summary>
public sealed class CrossingEndTests
{
    [Test]
    public async Task Cancelled_WhileItsReaderIsFull_SendsNothingOnAfterWhatItDropped()
    {
        await using var graph = new ManualGraph(schedulers: 2);
        var (near, far) = (graph.Graph.Schedulers[0], graph.Graph.Schedulers[1]);
        var from = graph.Graph.Add(new Puppet<int>(graph) { Name = "from" }, near);
        var to = graph.Graph.Add(new Late<int>(), far);
        graph.Graph.Link(from.Outbox, to.Inbox, new LinkOptions(Capacity: 4));
        graph.Start();
        var sending = from.Begin(async () =>
        {
            for (var n = 0; n < 40; n++)
                await from.Outbox.SendAsync(n, from.Stop);
        });
        var ingress = graph.Graph.Components.OfType<CrossingEnd>().Single(end => end.Scheduler == far);

        // The writer's side hears of nothing before the reader has room again.
        ingress.RequestStop(StopKind.Cancel);
        Rest(far);
        to.Go.Ring();
        Rest(far);
        graph.Run();

        Assert.That(to.Received, Is.Not.Empty);
        Assert.That(to.Received, Is.EqualTo(Enumerable.Range(0, to.Received.Count)), "a gap");
        Assert.That(ingress.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(sending.IsCompleted, "the sender waits for ever");
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task OutputOfASplitter_Removed_EndsItsReaderOnAnyScheduler(int schedulers)
    {
        await using var graph = new ManualGraph(schedulers);
        var from = graph.Puppet<int>("from");
        var splitter = graph.Add(new Splitter<int>());
        var recorder = graph.Graph.Add(new Recorder<int>(), graph.Graph.Schedulers[^1]);
        var output = splitter.AddOutput();
        graph.Graph.Link(from.Outbox, splitter.Inbox);
        graph.Graph.Link(output, recorder.Inbox);
        graph.Start();
        from.Send(1, 2, 3);

        splitter.RemoveOutput(output);
        graph.Run();

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Unlinked));
        Assert.That(recorder.State, Is.EqualTo(ComponentState.Ended));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Unlink_LeavesTheInboxOpenForAnother_OnAnyScheduler(int schedulers)
    {
        await using var graph = new ManualGraph(schedulers);
        var first = graph.Puppet<int>("first");
        var second = graph.Puppet<int>("second");
        var recorder = graph.Graph.Add(new Recorder<int>(), graph.Graph.Schedulers[^1]);
        var linkage = graph.Graph.Link(first.Outbox, recorder.Inbox);
        graph.Start();
        first.Send(1, 2);

        graph.Graph.Unlink(linkage);
        graph.Run();
        var between = (recorder.State, recorder.Inbox.End);
        graph.Graph.Link(second.Outbox, recorder.Inbox);
        second.Send(3);
        second.Finish();

        Assert.That(between, Is.EqualTo((ComponentState.Running, (EndReason?)null)));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    private static void Rest(Scheduler scheduler)
    {
        for (var round = 0; round < 1000 && scheduler.Step(); round++)
        {
        }
    }
}
