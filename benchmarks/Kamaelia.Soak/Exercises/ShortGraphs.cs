using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Soak.Exercises;

/// <summary>Graphs that are built, run for a moment and are gone: by their own end, drained, or cancelled.</summary>
internal sealed class ShortGraphs(Twin way)
    : Exercise($"short graphs, {way.ToString().ToLowerInvariant()}", "graphs built, run and gone")
{
    public override async Task RunAsync(CancellationToken stop)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "sample.ts");
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            bool ends = i % 3 == 0;
            string loop = ends ? "" : " loop=true";
            await using Graph graph = GraphText.Parse(
                $"file.read \"{file}\"{loop} | length.frame | length.deframe | null", preferred: way)
                .Build(new GraphOptions { Schedulers = 1 + (i % 2) });
            graph.Start();
            if (!ends)
                await SleepAsync(TimeSpan.FromMilliseconds(10), stop);
            if (!ends)
                await graph.StopAsync(new StopOptions(i % 3 == 1 ? TimeSpan.FromSeconds(5) : TimeSpan.Zero));
            await graph.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (graph.Completion.Exception?.InnerException is GraphAbandonedException abandoned)
                throw abandoned;
            CountRound();
            await SleepAsync(TimeSpan.FromMilliseconds(50), stop);
        }
    }
}
