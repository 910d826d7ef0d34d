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

    /// <summary>One block that works on two messages at a time and keeps their order.</summary>
    public static async Task<Sample> Farm(int capacity, int rounds, long messages)
    {
        var probe = new FlowProbe(messages, skip: capacity);
        var options = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, MaxDegreeOfParallelism = 2 };
        var work = new TransformBlock<long, long>(message => ScalingSuite.Work(message, rounds), options);
        var sink = new ActionBlock<long>(_ => probe.Add(1),
            new ExecutionDataflowBlockOptions { BoundedCapacity = capacity });
        work.LinkTo(sink, s_link);
        await Task.Run(() => Source(work, probe.Total));
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

    /// <remarks>A BroadcastBlock drops what a bounded target has no room for, so the targets are unbounded and the
    /// sender waits every so many messages until all have them.</remarks>
    public static async Task<Sample> FanOut(int receivers, long deliveries)
    {
        const int window = 64;
        long messages = FanOutSuite.MessagesFor(deliveries, receivers);
        var arrivals = new Arrivals(receivers);
        byte[]? last = null;
        var broadcast = new BroadcastBlock<byte[]>(null);
        ActionBlock<byte[]>[] sinks = [.. Enumerable.Range(0, receivers).Select(_ => new ActionBlock<byte[]>(message =>
        {
            if (ReferenceEquals(message, Volatile.Read(ref last)))
                arrivals.GotTheLast();
        }))];
        foreach (ActionBlock<byte[]> sink in sinks)
            broadcast.LinkTo(sink, s_link);
        Meter meter = Meter.Start();
        for (long sent = 0; sent < messages;)
        {
            arrivals = new Arrivals(receivers);
            long end = Math.Min(messages, sent + window);
            for (; sent < end; sent++)
            {
                var message = new byte[FanOutSuite.MessageBytes];
                if (sent + 1 == end)
                    Volatile.Write(ref last, message);
                broadcast.Post(message);
            }
            await arrivals.All;
        }
        Sample sample = meter.Stop(messages * receivers);
        broadcast.Complete();
        await Task.WhenAll(sinks.Select(sink => sink.Completion));
        return sample;
    }
}
