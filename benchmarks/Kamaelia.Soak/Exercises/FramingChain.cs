using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Soak.Exercises;

/// <summary>Framed, chunked, cut up and put together again, over two schedulers, in bursts: one graph for all the time.
/// </summary>
internal sealed class FramingChain(Twin way)
    : Exercise($"framing, {way.ToString().ToLowerInvariant()}", "bursts of chunks through the chain")
{
    private Graph? _graph;

    public override int Places => PlacesOf(_graph);

    public override async Task RunAsync(CancellationToken stop)
    {
        const string text = "length.frame @first | length.deframe | chunker | dechunker | null";
        await using Graph graph = _graph =
            GraphText.Parse(text, preferred: way).Build(new GraphOptions { Schedulers = 2 });
        var source = graph.Add(new Bursts(CountRound), graph.Schedulers[1]);
        graph.Link(source, "outbox", graph.Components.First(c => c.Name == "first"), "inbox");
        graph.Start();
        await Task.WhenAny(graph.Completion, SleepAsync(Timeout.InfiniteTimeSpan, stop));
        await graph.StopAsync(new StopOptions(TimeSpan.FromSeconds(2)));
        await graph.Completion;
    }
}
