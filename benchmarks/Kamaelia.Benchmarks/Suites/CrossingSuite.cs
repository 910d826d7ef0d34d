using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Interop;
using Kamaelia.Interop.Native;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>What it costs to go from managed to native code and back: one call, and a hop by the size of the
/// batch.</summary>
internal sealed class CrossingSuite : ISuite
{
    private const int Stages = 10;
    private const int Calls = 1_000;

    public string Name => "crossing";

    public string Sentence => "from managed to native code and back: one call, a hop by the size of the batch";

    public IEnumerable<Group> Groups(Scale scale)
    {
        if (!NativeLibraryInfo.IsAvailable)
            yield break;
        yield return new Group(Name, "one call", "call",
        [
            new("P/Invoke", n => Task.FromResult(Timed(ThousandNative, n))),
            Variant.Limit("managed, not inlined", n => Task.FromResult(Timed(ThousandManaged, n))),
        ])
        {
            Limit = "managed, not inlined", IsBrief = true, FirstOperations = 100_000,
        };
        foreach (int batch in scale.Pick<int[]>([1, 2, 4, 8, 16, 64, 256], [1, 4, 16, 64, 256], [16]))
        {
            yield return new Group(Name, $"a hop, batch {batch}", "message-hop",
            [
                new("step", n => PipelineSuite.RunInBatches<Chunk>(Stages, batch, n, _ => new StepPass<Chunk>())),
                new("native", n => PipelineSuite.RunInBatches<Chunk>(Stages, batch, n, _ => Pass())),
                new("step and native in turn", n => PipelineSuite.RunInBatches<Chunk>(Stages, batch, n,
                    i => i % 2 == 0 ? new StepPass<Chunk>() : Pass())),
            ])
            {
                Baseline = "step", IsBrief = true,
                Curve = new CurvePoint("a hop by the size of the batch", "messages a batch", batch),
            };
        }
    }

    private static NativeComponent Pass() => NativeComponents.Create("pass");

    // By the thousand: a loop that is entered once would be measured in the compiler's first, hasty form.
    private static Sample Timed(Func<uint> thousand, long count)
    {
        Meter meter = Meter.Start();
        uint sum = 0;
        for (long i = 0; i < count; i += Calls)
            sum |= thousand();
        return sum == 0 ? throw new InvalidOperationException("nothing was called") : meter.Stop(Round(count));
    }

    private static long Round(long count) => (count + Calls - 1) / Calls * Calls;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint ThousandNative()
    {
        uint sum = 0;
        for (int i = 0; i < Calls; i++)
            sum += NativeMethods.kam_abi_version();
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint ThousandManaged()
    {
        uint sum = 0;
        for (int i = 0; i < Calls; i++)
            sum += One();
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint One() => 1;
}
