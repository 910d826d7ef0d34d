using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>One token round a ring: every hop is a wake-up and a whole turn.</summary>
internal sealed class RingSuite : ISuite
{
    private const int LapsBefore = 3;

    public string Name => "ring";

    public string Sentence => "one token round a ring of 1,000: a wake-up and a turn a hop";

    public IEnumerable<Group> Groups(Scale scale)
    {
        // Ten fit the first cache: the difference is what the memory of a thousand costs.
        foreach (int members in scale.Pick<int[]>([10, 1_000], [10, 1_000], [10]))
        {
            yield return new Group(Name, $"token ring of {members:#,0}", "hop", [.. Variants(members)])
            {
                Baseline = "Channels",
                FirstOperations = members * 10,
            };
        }
    }

    private static IEnumerable<Variant> Variants(int members)
    {
        yield return new("async", n => Ring<long>(members, n, _ => new AsyncPass<long>()));
        yield return new("step", n => Ring<long>(members, n, _ => new StepPass<long>()));
        if (NativeLibraryInfo.IsAvailable)
        {
            yield return new("native", n => Ring<Chunk>(members, n, _ => Native()));
            yield return new("step and native in turn", n => Ring<Chunk>(members, n,
                i => i % 2 == 0 ? new StepPass<Chunk>() : Native()));
            yield return new("async and native in turn", n => Ring<Chunk>(members, n,
                i => i % 2 == 0 ? new AsyncPass<Chunk>() : Native()));
        }
        yield return Variant.Rival("Channels", n => ChannelRivals.Ring(members, ProbeOf(members, n)));
        yield return Variant.Rival("Dataflow", n => DataflowRivals.Ring(members, ProbeOf(members, n)));
    }

    private static NativeComponent Native() => NativeComponents.Create("pass");

    private static FlowProbe ProbeOf(int members, long hops) =>
        new(Math.Max(1, hops / members), members, skip: LapsBefore);

    private static Task<Sample> Ring<T>(int members, long hops, Func<int, Component> member)
    {
        FlowProbe probe = ProbeOf(members, hops);
        return Topology.RunRing(probe, members, new RingMeter<T>(probe, default!), member);
    }
}
