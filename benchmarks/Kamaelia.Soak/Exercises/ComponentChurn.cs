using Kamaelia.Axon;

namespace Kamaelia.Soak.Exercises;

/// <summary>Components come into a running graph and leave it, with messages on their way.</summary>
internal sealed class ComponentChurn() : Exercise("component churn", "pairs of components that came and went")
{
    private Graph? _graph;

    public override int Places => PlacesOf(_graph);

    public override async Task RunAsync(CancellationToken stop)
    {
        await using var graph = _graph = new Graph("churn");
        graph.Add(new Churner(CountRound));
        graph.Start();
        await Task.WhenAny(graph.Completion, SleepAsync(Timeout.InfiniteTimeSpan, stop));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
        await graph.Completion;
    }

    private sealed class Churner(Action onPair) : Component
    {
        private const int PairsMax = 50;

        protected override async Run RunAsync(CancellationToken stop)
        {
            var pairs = new Queue<(Component Source, Component Sink)>();
            while (!stop.IsCancellationRequested)
            {
                var source = AddChild(new Bursts(static () => { }));
                var sink = AddChild(new ChunkSink());
                Link(source.Outbox, sink.Inbox);
                pairs.Enqueue((source, sink));
                if (pairs.Count > PairsMax)
                {
                    var (oldSource, oldSink) = pairs.Dequeue();
                    RemoveChild(oldSource);
                    RemoveChild(oldSink);
                    onPair();
                }
                await DelayAsync(TimeSpan.FromMilliseconds(10), stop);
            }
        }
    }
}
