using Kamaelia.Axon;
using Kamaelia.Ts;

namespace Kamaelia.Pacing;

/// <summary>Lets bytes through at a steady rate.</summary>
/// <remarks>
/// A bucket of <see cref="BurstBytes"/> fills at the rate; a chunk leaves when there is enough in it. Chunks longer
/// than a datagram are cut, without a copy; shorter ones stay as they are, so datagrams keep their borders.
/// </remarks>
public sealed class RatePacer : Pacer
{
    /// <summary>Makes one.</summary>
    /// <param name="bitsPerSecond">The rate, at least 8.</param>
    public RatePacer(long bitsPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 8);
        BitsPerSecond = bitsPerSecond;
    }

    /// <summary>The rate.</summary>
    public long BitsPerSecond { get; }

    /// <summary>Bytes that may leave at once after a pause; 0: what the rate gives in 5 ms. A datagram always
    /// may.</summary>
    public int BurstBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        int datagramBytes = Packets * TsPacket.PacketBytes;
        double bytesPerSecond = BitsPerSecond / 8.0;
        double burst = Math.Max(datagramBytes, BurstBytes > 0 ? BurstBytes : bytesPerSecond * 0.005);
        var bucket = new TokenBucket(bytesPerSecond, burst, Time);
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk) // Its pieces hold references of their own.
                {
                    int at = 0;
                    do // Once at least: an empty datagram goes through too.
                    {
                        int bytes = Math.Min(datagramBytes, chunk.Length - at);
                        while (bucket.TimeUntil(bytes) is var wait && wait > Slack)
                            await DelayAsync(wait, stop);
                        bucket.Take(bytes);
                        await Outbox.SendAsync(chunk.Slice(at, bytes), stop);
                        at += bytes;
                    }
                    while (at < chunk.Length);
                }
            }
        }
    }
}
