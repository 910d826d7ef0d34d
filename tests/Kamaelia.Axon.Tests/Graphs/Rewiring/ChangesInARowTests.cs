namespace Kamaelia.Axon.Tests.Graphs.Rewiring;

/// <summary>Changes that follow one another, or that meet a graph of which parts have ended. Found by the sweep of
/// random graphs.</summary>
public sealed class ChangesInARowTests
{
    private static Graph ManualGraph(int schedulers) =>
        new("g", new GraphOptions { ManualScheduling = true, Schedulers = schedulers });

    private static void Step(Graph graph, Func<bool> until)
    {
        for (int i = 0; i < 10_000 && !until(); i++)
        {
            foreach (Scheduler scheduler in graph.Schedulers)
                scheduler.Step();
        }
        Assert.That(until(), Is.True, graph.DescribeStall());
    }

    // The first feeder, on the other scheduler, has ended before the change: its end alone must not end the successor,
    // whose second feeder still sends.
    [TestCase(ReplacedMessages.HandOver)]
    [TestCase(ReplacedMessages.Drain)]
    public async Task Replace_OfAReaderOneOfWhoseFeedersHasEnded_StaysOpenForTheOther(ReplacedMessages onReplace)
    {
        await using Graph graph = ManualGraph(2);
        var got = new List<int>();
        bool mayRead = false;
        Component Reader() => Components.Body<int, int>(async (inbox, outbox, stop) =>
        {
            outbox.IsOptional = true;
            while (await inbox.WaitAsync(stop))
            {
                if (!mayRead)
                    await Task.Yield();
                else if (inbox.TryReceive(out int message))
                    got.Add(message);
            }
        });
        Component reader = graph.Add(Reader());
        reader.FindOutbox("outbox").IsOptional = true;
        Component brief = graph.Add(Components.Source([1, 2, 3]), graph.Schedulers[1]);
        graph.Link(brief, "outbox", reader, "inbox");
        GraphInput<int> lasting = graph.Input((Inbox<int>)reader.FindInbox("inbox"));
        graph.Start();
        Step(graph, () => brief.State == ComponentState.Ended && reader.FindInbox("inbox").Count == 3);
        for (int i = 0; i < 100; i++)
            graph.Schedulers[i % 2].Step(); // The crossing ends too.
        Component successor = Reader();
        successor.FindOutbox("outbox").IsOptional = true;

        Task<GraphDiffResult> change = graph.ApplyAsync(new GraphDiff().Replace(reader, successor),
            new GraphDiffOptions { OnReplace = onReplace }).AsTask();
        mayRead = true;
        lasting.TryPost(4);
        lasting.TryPost(5);
        Step(graph, () => change.IsCompleted);
        lasting.TryPost(6);
        lasting.Complete();
        Step(graph, () => graph.Completion.IsCompleted);

        Assert.That(change.IsCompletedSuccessfully, Is.True, change.Exception?.ToString());
        Assert.That(got, Is.EqualTo([1, 2, 3, 4, 5, 6]));
    }

    [Test]
    public async Task Replace_OfAComponentThatAnEarlierChangeRemoves_IsRefused()
    {
        await using Graph graph = ManualGraph(1);
        var splitter = graph.Add(new Splitter<int>());
        GraphInput<int> input = graph.Input(splitter.Inbox);
        Component sink = graph.Add(Components.Sink<int>(_ => { }));
        graph.Link(splitter.AddOutput(), (Inbox<int>)sink.FindInbox("inbox"));
        graph.Start();
        Step(graph, () => sink.State == ComponentState.Running);

        Task<GraphDiffResult> first = graph.ApplyAsync(new GraphDiff().Remove(sink)).AsTask();
        Task<GraphDiffResult> second = graph.ApplyAsync(
            new GraphDiff().Replace(sink, Components.Sink<int>(_ => { }))).AsTask();
        Step(graph, () => first.IsCompleted && second.IsCompleted);

        Assert.That(first.IsCompletedSuccessfully, Is.True);
        Assert.That(second.Exception?.InnerException, Is.TypeOf<GraphDiffException>());
        Assert.That(graph.Components, Has.Count.EqualTo(2), "nothing came in its place");
        input.Complete();
        Step(graph, () => graph.Completion.IsCompleted);
    }
}
