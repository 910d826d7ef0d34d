using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>A source, a number of stages that pass messages on, a sink: what a hop costs.</summary>
/// <remarks>
/// Messages are 64-bit numbers; where a stage is native they are chunks (32 bytes, empty ones, so that it is the hop
/// that is measured and not the memory of the payload), and the managed forms are measured with chunks too.
/// </remarks>
internal sealed class PipelineSuite : ISuite
{
    public string Name => "pipeline";

    public string Sentence => "a hop in a chain of 1, 10 and 100 stages, singly and in batches of 64";

    public IEnumerable<Group> Groups(Scale scale)
    {
        foreach (int stages in scale.Pick<int[]>([1, 10, 100], [1, 10, 100], [1]))
        {
            yield return Batches(stages);
            if (!scale.IsSmoke)
                yield return Singly(stages);
        }
    }

    // Rivals with 128: their usual setting, and better for them than 64.
    private Group Batches(int stages) => new(Name, $"{stages} stages, batch 64", "message-hop",
    [
        new("async", n => RunNumbers(stages, 64, n, _ => new AsyncPass<long>())),
        new("await foreach", n => RunNumbers(stages, 64, n, _ => new ForeachPass<long>())),
        new("step", n => RunInBatches<long>(stages, 64, n, _ => new StepPass<long>())),
        .. Native(stages, 64),
        Variant.Rival("Channels, bounded 128", n => ChannelRivals.Chain(stages, 128, n)),
        Variant.Rival("Dataflow, bounded 128", n => DataflowRivals.Chain(stages, 128, n)),
        Variant.Rival("Akka.Streams, async boundaries", n => AkkaRivals.Chain(stages, fused: false, n)),
        Variant.Rival("Akka.Streams, fused", n => AkkaRivals.Chain(stages, fused: true, n)),
        // A call without a queue, so the floor of what a hop can cost; and with a queue a stage, as ours have.
        Variant.Rival("Rx, Select", n => RxRivals.Chain(stages, hasQueues: false, n)),
        Variant.Rival("Rx, ObserveOn each stage", n => RxRivals.Chain(stages, hasQueues: true, n)),
    ])
    {
        Baseline = "Channels, bounded 128",
    };

    private Group Singly(int stages) => new(Name, $"{stages} stages, batch 1", "message-hop",
    [
        new("async", n => RunNumbers(stages, 1, n, _ => new AsyncPass<long>())),
        new("await foreach", n => RunNumbers(stages, 1, n, _ => new ForeachPass<long>())),
        new("step", n => RunInBatches<long>(stages, 1, n, _ => new StepPass<long>())),
        .. Native(stages, 1),
        Variant.Rival("Channels, bounded 1", n => ChannelRivals.Chain(stages, 1, n)),
        Variant.Rival("Dataflow, bounded 1", n => DataflowRivals.Chain(stages, 1, n)),
    ])
    {
        Baseline = "Channels, bounded 1",
    };

    private static IEnumerable<Variant> Native(int stages, int capacity)
    {
        yield return new("step, chunks", n => RunInBatches<Chunk>(stages, capacity, n, _ => new StepPass<Chunk>()));
        if (!NativeLibraryInfo.IsAvailable)
            yield break;
        yield return new("native, chunks", n => RunInBatches<Chunk>(stages, capacity, n, _ => NativePass()));
        if (stages == 1)
            yield break; // Nothing to alternate.
        yield return new("step and native in turn, chunks", n => RunInBatches<Chunk>(stages, capacity, n,
            i => i % 2 == 0 ? new StepPass<Chunk>() : NativePass()));
        yield return new("async and native in turn, chunks", n => RunInBatches<Chunk>(stages, capacity, n,
            i => i % 2 == 0 ? new AsyncPass<Chunk>() : NativePass()));
    }

    private static NativeComponent NativePass() => NativeComponents.Create("pass");

    public static Task<Sample> RunNumbers(int stages, int capacity, long hops, Func<int, Component> stage)
    {
        FlowProbe probe = ProbeOf(stages, capacity, hops);
        return Topology.RunChain(probe, capacity, new MessageSource<long>(1, probe.Total), stages, stage,
            new MessageSink<long>(probe));
    }

    public static Task<Sample> RunInBatches<T>(int stages, int capacity, long hops, Func<int, Component> stage)
    {
        FlowProbe probe = ProbeOf(stages, capacity, hops);
        return Topology.RunChain(probe, capacity, new BatchSource<T>(default!, probe.Total), stages, stage,
            new BatchSink<T>(probe));
    }

    /// <summary>Begins when the chain has been filled once and a little more, so that every ring has its final size;
    /// and measures more than a chain can hold, or it would only see how fast the last stages empty.</summary>
    public static FlowProbe ProbeOf(int stages, int capacity, long hops)
    {
        // Grows with the square of the length: of a very long chain, what it holds once must do.
        long held = (stages > 100 ? 1L : 2L) * capacity * (stages + 1);
        return new FlowProbe(Math.Max(held, hops / (stages + 1)), stages + 1, skip: held);
    }
}
