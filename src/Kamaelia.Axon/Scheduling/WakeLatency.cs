using System.Numerics;

namespace Kamaelia.Axon;

/// <summary>How long the wake-ups of a parked scheduler took: from the cause to the thread's next turn.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="MeanNs">Their mean, ns.</param>
/// <param name="MedianNs">Half took less, ns: the upper bound of a bin, so up to twice too much.</param>
/// <param name="P99Ns">99 of 100 took less, ns: the upper bound of a bin, so up to twice too much.</param>
/// <param name="MaxNs">The longest, ns.</param>
public sealed record WakeLatency(long Count, long MeanNs, long MedianNs, long P99Ns, long MaxNs);

/// <summary>Counts wake-ups by their latency, in bins of powers of two.</summary>
/// <remarks>One writer, the scheduler's thread. Readers elsewhere may see one wake-up in the count and not yet in its
/// bin.</remarks>
internal sealed class WakeLog
{
    private readonly long[] _bins = new long[65]; // Bin i: below 2^i ns.
    private long _sumNs;
    private long _maxNs;

    public void Note(long ns)
    {
        ns = Math.Max(ns, 0);
        Add(ref _bins[64 - BitOperations.LeadingZeroCount((ulong)ns)], 1);
        Add(ref _sumNs, ns);
        if (ns > _maxNs)
            Volatile.Write(ref _maxNs, ns);
    }

    public WakeLatency Take()
    {
        var bins = (long[])_bins.Clone();
        long count = bins.Sum();
        long max = Volatile.Read(ref _maxNs);
        return new WakeLatency(count, count == 0 ? 0 : Volatile.Read(ref _sumNs) / count,
            Math.Min(max, Quantile(bins, (count + 1) / 2)), Math.Min(max, Quantile(bins, count - (count / 100))), max);
    }

    private static long Quantile(long[] bins, long rank)
    {
        long seen = 0;
        for (int i = 0; i < 63; i++)
        {
            seen += bins[i];
            if (seen >= rank)
                return 1L << i;
        }
        return long.MaxValue;
    }

    private static void Add(ref long counter, long value) => Volatile.Write(ref counter, counter + value);
}
