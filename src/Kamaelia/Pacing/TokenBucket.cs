namespace Kamaelia.Pacing;

/// <summary>Says when bytes may leave so that a rate is kept: a bucket that fills at the rate, up to a burst.</summary>
/// <param name="bytesPerSecond">The rate.</param>
/// <param name="burstBytes">What may leave at once after a pause.</param>
/// <param name="time">The scheduler's clock.</param>
internal sealed class TokenBucket(double bytesPerSecond, double burstBytes, TimeProvider time)
{
    private double _credit = burstBytes;
    private long _creditTime = time.GetTimestamp();

    /// <summary>How long until that many bytes may leave; zero or less: now. More than the burst leaves on credit.</summary>
    public TimeSpan TimeUntil(int bytes)
    {
        long now = time.GetTimestamp();
        double earned = time.GetElapsedTime(_creditTime, now).TotalSeconds * bytesPerSecond;
        _credit = Math.Min(burstBytes, _credit + earned);
        _creditTime = now;
        return TimeSpan.FromSeconds((Math.Min(bytes, burstBytes) - _credit) / bytesPerSecond);
    }

    /// <summary>That many bytes left.</summary>
    public void Take(int bytes) => _credit -= bytes;
}
