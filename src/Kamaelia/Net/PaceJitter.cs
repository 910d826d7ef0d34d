namespace Kamaelia.Net;

/// <summary>How late what was held back to keep a rate could leave, against when the rate allowed it.</summary>
internal sealed class PaceJitter
{
    private long _lateNs;
    private long _lateNsMax;
    private long _jitterNs;

    /// <summary>The worst, ns. Any thread.</summary>
    public long LateNsMax => Volatile.Read(ref _lateNsMax);

    /// <summary>The mean difference from one to the next, ns, smoothed by 1/16 as interarrival jitter is (RFC 3550
    /// 6.4.1). Any thread.</summary>
    public long Ns => Volatile.Read(ref _jitterNs);

    public void Note(long lateNs)
    {
        lateNs = Math.Max(lateNs, 0);
        Volatile.Write(ref _lateNsMax, Math.Max(_lateNsMax, lateNs));
        Volatile.Write(ref _jitterNs, _jitterNs + ((Math.Abs(lateNs - _lateNs) - _jitterNs) / 16));
        _lateNs = lateNs;
    }
}
