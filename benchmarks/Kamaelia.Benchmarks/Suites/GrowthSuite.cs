using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Framing;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>The same work on more and more: what should be flat, and what should be linear.</summary>
internal sealed class GrowthSuite : ISuite
{
    private const int Batch = 64;

    public string Name => "growth";

    public string Sentence => "what a message costs as stages, listeners, components and bytes grow, and to plan a "
        + "graph";

    public IEnumerable<Group> Groups(Scale scale)
    {
        foreach (int stages in scale.Pick<int[]>([1, 3, 10, 30, 100, 300, 1000], [1, 10, 100, 1000], [3]))
            yield return Point("hops by stages", "stages", stages, "message-hop", Stages(stages),
                stages <= 100 ? "Channels" : null);
        foreach (int listeners in scale.Pick<int[]>([1, 10, 100, 1000, 10_000], [1, 100, 10_000], [3]))
            yield return Point("deliveries by listeners", "listeners", listeners, "delivery", Listeners(listeners),
                "Channels") with { FirstOperations = Math.Max(1000, listeners * 4L) };
        foreach (int count in scale.Pick<int[]>([1000, 10_000, 100_000, 1_000_000], [1000, 10_000, 100_000], [100]))
            yield return Point("turns by components", "components", count, "turn", Turns(count), null)
                with { FixedOperations = Math.Max(count * 3L, scale.Pick(1_000_000, 200_000, 300)) };
        foreach (int bytes in scale.Pick<int[]>([16, 64, 256, 1316, 4096, 16384, 65536], [16, 256, 1316, 65536], [64]))
            yield return Point("messages by size", "bytes a message", bytes, "message", Sizes(bytes), null)
                with { PayloadBytes = bytes, Limit = "memcpy" };
        foreach (int count in scale.Pick<int[]>([100, 1000, 10_000, 100_000], [100, 1000, 10_000, 100_000], [100]))
            yield return Point("plan", "components", count, "component", PlanMeter.Variants(count), null)
                with { FixedOperations = count, Name = $"plan: {count:#,0} components" };
    }

    private Group Point(string curve, string axis, int x, string operation, IEnumerable<Variant> variants,
        string? baseline) => new(Name, $"{curve}: {x:#,0}", operation, [.. variants])
        {
            Baseline = baseline, IsBrief = true, Curve = new CurvePoint(curve, axis, x),
        };

    private static IEnumerable<Variant> Stages(int stages)
    {
        yield return new("async", n => PipelineSuite.RunNumbers(stages, Batch, n, _ => new AsyncPass<long>()));
        yield return new("step", n => PipelineSuite.RunInBatches<long>(stages, Batch, n, _ => new StepPass<long>()));
        if (NativeLibraryInfo.IsAvailable)
            yield return new("native", n => PipelineSuite.RunInBatches<Chunk>(stages, Batch, n,
                _ => NativeComponents.Create("pass")));
        if (stages <= 100) // A longer one would take half a minute a round to fill.
            yield return Variant.Rival("Channels", n => ChannelRivals.Chain(stages, 2 * Batch, n));
    }

    private static IEnumerable<Variant> Listeners(int listeners)
    {
        yield return new("Splitter", n => FanOutSuite.Split(listeners, LinkOptions.DefaultCapacity, n));
        yield return new("Splitter, linkages of 8", n => FanOutSuite.Split(listeners, 8, n));
        yield return Variant.Rival("Channels", n => ChannelRivals.FanOut(listeners, n));
    }

    private static IEnumerable<Variant> Turns(int count)
    {
        yield return new("async, in order", n => Turns(count, n, isShuffled: false, () => new AsyncPass<long>()));
        yield return new("async, shuffled", n => Turns(count, n, isShuffled: true, () => new AsyncPass<long>()));
        yield return new("step, in order", n => Turns(count, n, isShuffled: false, () => new StepPass<long>()));
        yield return new("step, shuffled", n => Turns(count, n, isShuffled: true, () => new StepPass<long>()));
    }

    /// <summary>One token round a ring of all of them: in the order in which they were made, or in one that no cache
    /// can foresee.</summary>
    private static Task<Sample> Turns(int count, long turns, bool isShuffled, Func<Component> member)
    {
        Component[] members = [.. Enumerable.Range(0, count).Select(_ => member())];
        if (isShuffled)
            new Random(1).Shuffle(members);
        var probe = new FlowProbe(Math.Max(1, turns / count), count, skip: 1);
        return Topology.RunRing(probe, count, new RingMeter<long>(probe, 1), i => members[i]);
    }

    private static IEnumerable<Variant> Sizes(int bytes)
    {
        byte[][] input = TwinInput.Of("", bytes, 64)!;
        yield return new("by reference", n => Flow(input, n, new AsyncPass<Chunk>()));
        if (NativeLibraryInfo.IsAvailable)
            yield return new("length.frame, native", n => Flow(input, n, NativeComponents.Create("length.frame")));
        yield return new("length.frame, managed", n => Flow(input, n, new LengthFramer()));
        yield return Variant.Limit("memcpy", n => Task.FromResult(FramingSuite.Copy(input, n)));
    }

    private static Task<Sample> Flow(byte[][] input, long messages, Component component)
    {
        var probe = new FlowProbe(messages, skip: 256);
        return Topology.RunChain(probe, LinkOptions.DefaultCapacity, new SharingSource(input, probe.Total), 1,
            _ => component, new ChunkSink(probe));
    }
}
