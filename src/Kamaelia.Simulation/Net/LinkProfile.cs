namespace Kamaelia.Simulation;

/// <summary>What a link does to the packets that go over it, in one direction.</summary>
/// <remarks>Bytes are those on the wire: payload and headers (28 with IPv4 and UDP, 48 with IPv6).</remarks>
public sealed record LinkProfile
{
    /// <summary>Nothing is lost, nothing takes time.</summary>
    public static LinkProfile Perfect { get; } = new();

    /// <summary>How long a packet is on its way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Up to so much more, evenly spread, as queues elsewhere make it: order is kept.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Probability that a packet is lost, independent of all others.</summary>
    public double Loss { get; init; }

    /// <summary>Losses that come in bursts, as on radio; null: none.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>Probability that a packet is held back by <see cref="ReorderDelay"/> while others pass it.</summary>
    public double Reorder { get; init; }

    /// <summary>How long a reordered packet is held back.</summary>
    public TimeSpan ReorderDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Probability that a packet arrives twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Bits per second; 0: no limit.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>With a limit: bytes that may wait; what does not fit is dropped (by a router) or waits in its program
    /// (at the sending host).</summary>
    public int QueueBytes { get; init; } = 256 * 1024;

    /// <summary>Longest packet that goes over it in one piece, at least 68 bytes.</summary>
    public int MtuBytes { get; init; } = 1500;

    /// <summary>What happens to longer ones.</summary>
    public OversizeRule Oversize { get; init; } = OversizeRule.Fragment;
}

/// <summary>What a link does with a packet that is longer than it takes.</summary>
public enum OversizeRule
{
    /// <summary>Cuts it up; it is lost if one of the pieces is. (IPv4, as routers and hosts do it by default.)
    /// </summary>
    Fragment,

    /// <summary>Drops it and says so: the next send of that length to there is refused with MessageSize. (IPv6, and
    /// IPv4 with "don't fragment".)</summary>
    Refuse,
}

/// <summary>Gilbert and Elliott's model of losses in bursts: a good state and a bad one.</summary>
/// <param name="Begin">Probability, a packet, that a burst begins.</param>
/// <param name="End">Probability, a packet, that it ends: bursts are 1 / End packets long on average.</param>
/// <param name="LossWithin">Probability that a packet within a burst is lost.</param>
public sealed record BurstLoss(double Begin, double End, double LossWithin = 1);
