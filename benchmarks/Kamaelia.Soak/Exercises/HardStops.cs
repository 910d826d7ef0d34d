using Kamaelia.Axon;

namespace Kamaelia.Soak.Exercises;

/// <summary>Graphs that are abandoned because a component blocks; it is let go a little later, and then everything must
/// come back.</summary>
internal sealed class HardStops() : Exercise("hard stops", "graphs abandoned and unwound")
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(20);

    public override async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var release = new ManualResetEventSlim();
            var graph = new Graph("hard");
            var blocking = graph.Add(new Blocking(release));
            var source = graph.Add(new Bursts(static () => { }));
            graph.Link(source, "outbox", graph.Add(new ChunkSink()), "inbox");
            graph.Start();
            await SleepAsync(TimeSpan.FromMilliseconds(100), stop);
            try
            {
                await graph.StopAsync(new StopOptions(s_grace, s_grace));
            }
            catch (GraphAbandonedException)
            {
                // As it should.
            }
            await graph.DisposeAsync();
            release.Set();
            for (int wait = 0; blocking.State != ComponentState.Ended && wait < 1000; wait++)
                await Task.Delay(5, CancellationToken.None);
            if (blocking.State != ComponentState.Ended)
                throw new InvalidOperationException("what blocked was let go and never ended");
            CountRound();
        }
    }

    private sealed class Blocking(ManualResetEventSlim release) : Component
    {
        protected override async Run RunAsync(CancellationToken stop)
        {
            await DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            release.Wait(CancellationToken.None);
        }
    }
}
