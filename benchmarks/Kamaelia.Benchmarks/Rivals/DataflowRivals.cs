using System.Threading.Tasks.Dataflow;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Suites;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>The same topologies on TPL Dataflow.</summary>
/// <remarks>Without SingleProducerConstrained: with it, a wide fan-out hung.</remarks>
internal static class DataflowRivals
{
    private static readonly DataflowLinkOptions s_link = new() { PropagateCompletion = true };

    public static async Task<Sample> Chain(int stages, int capacity, long hops)
    {
        FlowProbe probe = PipelineSuite.ProbeOf(stages, capacity, hops);
        var options = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity };
        TransformBlock<long, long>[] blocks =
            [.. Enumerable.Range(0, stages).Select(_ => new TransformBlock<long, long>(static m => m, options))];
        var sink = new ActionBlock<long>(_ => probe.Add(1), options);
        for (int i = 0; i + 1 < stages; i++)
            blocks[i].LinkTo(blocks[i + 1], s_link);
        blocks[^1].LinkTo(sink, s_link);
        await Task.Run(() => Source(blocks[0], probe.Total));
        await sink.Completion;
        return await probe.Done;
    }

    private static async Task Source(TransformBlock<long, long> to, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (!to.Post(i))
                await to.SendAsync(i);
        }
        to.Complete();
    }

    public static async Task<Sample> Ring(int members, FlowProbe probe)
    {
        TransformBlock<long, long>[] blocks =
            [.. Enumerable.Range(1, members - 1).Select(_ => new TransformBlock<long, long>(static m => m))];
        for (int i = 0; i + 1 < blocks.Length; i++)
            blocks[i].LinkTo(blocks[i + 1], s_link);
        var meter = new ActionBlock<long>(message =>
        {
            probe.Add(1);
            if (probe.IsOver)
                blocks[0].Complete();
            else
                blocks[0].Post(message);
        });
        blocks[^1].LinkTo(meter, s_link);
        blocks[0].Post(1);
        await meter.Completion;
        return await probe.Done;
    }
}
