using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Notation;
using Kamaelia.Utilities;

namespace Kamaelia.Cli.Bench;

/// <summary>What one round measured.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">Of all threads of the process.</param>
/// <param name="AllocatedBytes">On the managed heap.</param>
/// <param name="Messages">What each linkage carried.</param>
/// <param name="Bytes">The most that one component counted; 0: none counts bytes.</param>
/// <param name="CountedBy">That component.</param>
internal sealed record BenchRound(
    double Seconds, double CpuSeconds, long AllocatedBytes, long[] Messages, long Bytes, string CountedBy);

/// <summary>Runs a graph a few times for so long and reads its counters, which are written anyway.</summary>
/// <remarks>A graph that ends by itself is measured to its end. The first round is thrown away: it runs code that is
/// not compiled for good.</remarks>
internal sealed class BenchRun(ParsedGraph parsed, GraphOptions options, TimeSpan limit, int rounds)
{
    // What starts, opens and fills is not what is measured, where there is enough besides.
    private static readonly TimeSpan s_begin = TimeSpan.FromMilliseconds(100);

    /// <summary>The rounds; fewer when the token is cancelled.</summary>
    /// <exception cref="NotationException">A component refuses its values.</exception>
    /// <exception cref="GraphFaultedException">A component faulted.</exception>
    /// <exception cref="GraphInvalidException">The graph cannot be started.</exception>
    public async Task<IReadOnlyList<BenchRound>> RunAsync(CancellationToken stop)
    {
        var measured = new List<BenchRound>();
        for (int i = 0; i <= rounds && !stop.IsCancellationRequested; i++)
        {
            var round = await OnceAsync(stop);
            if (i > 0)
                measured.Add(round);
        }
        return measured;
    }

    private async Task<BenchRound> OnceAsync(CancellationToken stop)
    {
        var (graph, links) = parsed.BuildWithBoxes(options);
        await using (graph)
        {
            var from = Reading.Of(graph, links);
            graph.Start();
            if (!await EndsWithinAsync(graph, s_begin, stop))
                from = Reading.Of(graph, links);
            bool ended = await EndsWithinAsync(graph, limit, stop);
            var to = Reading.Of(graph, links);
            if (ended)
                await graph.Completion; // For its fault.
            else
                await graph.StopAsync(new StopOptions(TimeSpan.Zero));
            return to.Since(from);
        }
    }

    private static async Task<bool> EndsWithinAsync(Graph graph, TimeSpan time, CancellationToken stop)
    {
        var waiting = Task.Delay(time, stop);
        return await Task.WhenAny(graph.Completion, waiting) == graph.Completion;
    }

    /// <summary>All counters at one moment.</summary>
    private sealed record Reading(
        long Time, TimeSpan Cpu, long Allocated, long[] Messages, (string Name, long Bytes)[] Bytes)
    {
        public static Reading Of(Graph graph, IReadOnlyList<(PlannedLink Plan, Outbox From, Inbox To)> links) => new(
            Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true),
            [.. links.Select(link => link.From.Sent)], [.. graph.Components.Select(BytesOf)]);

        public BenchRound Since(Reading then)
        {
            var (name, bytes) = Bytes.Zip(then.Bytes, (now, old) => (now.Name, Bytes: now.Bytes - old.Bytes))
                .DefaultIfEmpty().MaxBy(item => item.Bytes);
            return new BenchRound(Stopwatch.GetElapsedTime(then.Time, Time).TotalSeconds,
                (Cpu - then.Cpu).TotalSeconds, Allocated - then.Allocated,
                [.. Messages.Zip(then.Messages, (now, old) => now - old)], bytes, bytes > 0 ? name : "");
        }

        private static (string, long) BytesOf(Component component) => (component.Name, component is NullSink<Chunk> sink
            ? sink.Bytes
            : component.Counters.FirstOrDefault(counter => counter.Key == "bytes").Value);
    }
}
