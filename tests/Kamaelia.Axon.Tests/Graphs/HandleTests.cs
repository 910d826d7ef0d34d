using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>A graph used from ordinary code.</summary>
public sealed class HandleTests
{
    [Test]
    public async Task Posted_Messages_ComeOutInOrder()
    {
        var (graph, input, output) = Doubling();
        graph.Start();

        for (var n = 0; n < 1_000; n++)
        {
            await input.PostAsync(n).AsTask().Within();
            Assert.That(await output.ReadAsync().AsTask().Within(), Is.EqualTo(2 * n));
        }

        await graph.DisposeAsync().AsTask().Within();
    }

    [Test]
    public async Task Complete_LetsTheGraphEnd_AndTheReaderToo()
    {
        var (graph, input, output) = Doubling();
        graph.Start();
        var reading = Task.Run(async () =>
        {
            var all = new List<int>();
            await foreach (var number in output.ReadAllAsync())
                all.Add(number);
            return all;
        });

        for (var n = 0; n < 5_000; n++)
            await input.PostAsync(n);
        input.Complete();

        Assert.That(await reading.Within(), Is.EqualTo(Enumerable.Range(0, 5_000).Select(n => 2 * n)));
        await graph.Completion.Within();
    }

    [Test]
    public async Task Handles_AreChannelsToo()
    {
        var (graph, input, output) = Doubling();
        graph.Start();

        await input.Writer.WriteAsync(21).AsTask().Within();
        var answer = await output.Reader.ReadAsync().AsTask().Within();
        input.Writer.Complete();

        Assert.That(answer, Is.EqualTo(42));
        Assert.That(await output.Reader.WaitToReadAsync().AsTask().Within(), Is.False);
        await graph.Completion.Within();
    }

    [Test]
    public async Task TryPost_IntoAFullGraph_SaysNo()
    {
        var (graph, input, output) = Doubling();
        graph.Start();

        var posted = 0;
        while (posted < 100_000 && input.TryPost(posted))
            posted++;
        var first = await output.ReadAsync().AsTask().Within();

        Assert.That(posted, Is.LessThan(100_000), "the graph is bounded from end to end");
        Assert.That(first, Is.Zero);
        await graph.DisposeAsync().AsTask().Within();
    }

    [Test]
    public async Task Post_AfterTheGraphHasEnded_Throws()
    {
        var (graph, input, _) = Doubling();
        graph.Start();
        await graph.StopAsync().AsTask().Within();

        Assert.That(async () => await input.PostAsync(1).AsTask().Within(), Throws.Exception);
        Assert.That(input.TryPost(1), Is.False);
    }

    [Test]
    public async Task Fault_InTheGraph_ReachesTheReader()
    {
        var graph = new Graph("handle");
        var map = graph.Add(Components.Map<int, int>(n => 10 / n));
        var input = graph.Input((Inbox<int>)map.FindInbox("inbox"));
        var output = graph.Output((Outbox<int>)map.FindOutbox("outbox"));
        graph.Start();

        await input.PostAsync(0);

        Assert.That(async () => await output.ReadAsync().AsTask().Within(), Throws.Exception);
        Assert.That(async () => await graph.Completion.Within(), Throws.Exception);
    }

    private static (Graph Graph, GraphInput<int> Input, GraphOutput<int> Output) Doubling()
    {
        var graph = new Graph("handle");
        var relay = graph.Add(Components.Map<int, int>(n => 2 * n));
        var input = graph.Input((Inbox<int>)relay.FindInbox("inbox"));
        var output = graph.Output((Outbox<int>)relay.FindOutbox("outbox"));
        return (graph, input, output);
    }
}
