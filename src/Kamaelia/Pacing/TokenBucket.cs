namespace Kamaelia.Pacing;

/// <summary>Says when bytes may leave so that a rate is kept: a bucket that fills at the rate, up to a burst.</summary>
/// <param name="bytesPerSecond">The rate.</param>
/// <param name="burstBytes">What may leave at once after a pause.</param>
/// <param name="time">The scheduler's clock.</param>
internal sealed class TokenBucket(double bytesPerSecond, double burstBytes, TimeProvider time)
{
    private double _spent; // Less what was earned since: 0 when the bucket is full.
    private long _time = time.GetTimestamp();

    /// <summary>How long until that many bytes may leave; zero or less: now. More than the burst leaves on
    /// credit.</summary>
    public TimeSpan TimeUntil(int bytes)
    {
        long now = time.GetTimestamp();
        _spent = Math.Max(0, _spent - time.GetElapsedTime(_time, now).TotalSeconds * bytesPerSecond);
        _time = now;
        return TimeSpan.FromSeconds((_spent + Math.Min(bytes, burstBytes) - burstBytes) / bytesPerSecond);
    }

    /// <summary>That many bytes left.</summary>
    public void Take(int bytes) => _spent += bytes;
}
