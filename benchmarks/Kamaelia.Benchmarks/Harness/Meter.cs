using System.Diagnostics;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Wall time, CPU time and allocated bytes between two moments.</summary>
internal readonly struct Meter
{
    private readonly long _wall;
    private readonly long _cpuTicks;
    private readonly long _bytes;

    private Meter(long bytes, long cpuTicks, long wall)
    {
        _bytes = bytes;
        _cpuTicks = cpuTicks;
        _wall = wall;
    }

    // The precise count stops every thread for a moment, so it lies outside of what is timed, here and in Stop.
    public static Meter Start()
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        return new Meter(bytes, Environment.CpuUsage.TotalTime.Ticks, Stopwatch.GetTimestamp());
    }

    public Sample Stop(double operations)
    {
        double wallNs = Stopwatch.GetElapsedTime(_wall).TotalNanoseconds;
        double cpuNs = (Environment.CpuUsage.TotalTime.Ticks - _cpuTicks) * (double)TimeSpan.NanosecondsPerTick;
        return new Sample(operations, wallNs, cpuNs, GC.GetTotalAllocatedBytes(precise: true) - _bytes);
    }
}
