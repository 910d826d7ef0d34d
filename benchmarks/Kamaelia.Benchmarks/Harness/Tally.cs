using System.Diagnostics;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Measures a flow that ends by falling silent: from one of its first messages to one of its last.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class Tally
{
    private const int Stride = 256; // Looking at the clocks at every message would be what is measured.

    private Reading _first;
    private Reading _last;

    private readonly record struct Reading(long Count, long Wall, long CpuTicks, long Bytes)
    {
        public static Reading Now(long count) => new(count, Stopwatch.GetTimestamp(),
            Environment.CpuUsage.TotalTime.Ticks, GC.GetTotalAllocatedBytes());
    }

    public long Count { get; private set; }

    public void Add()
    {
        if (Count++ % Stride == 0)
            Look();
    }

    private void Look()
    {
        _last = Reading.Now(Count);
        if (Count == 1 || _first.Count == 1) // Not the very first: it met a cold path.
            _first = _last;
    }

    public Sample Sample() => new(
        Math.Max(1, _last.Count - _first.Count),
        Stopwatch.GetElapsedTime(_first.Wall, _last.Wall).TotalNanoseconds,
        (_last.CpuTicks - _first.CpuTicks) * (double)TimeSpan.NanosecondsPerTick,
        _last.Bytes - _first.Bytes);
}
