using BenchmarkDotNet.Attributes;
using Kamaelia.Interop.Native;

namespace Kamaelia.Benchmarks.Micro;

/// <summary>A call from managed code to native code that does next to nothing.</summary>
public class BorderBenchmarks
{
    [Benchmark(Baseline = true)]
    public uint Call_TypeCount() => NativeMethods.kam_type_count();

    [Benchmark]
    public uint Call_AbiVersion() => NativeMethods.kam_abi_version();
}
