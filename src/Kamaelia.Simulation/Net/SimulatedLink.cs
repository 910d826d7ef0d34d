namespace Kamaelia.Simulation;

/// <summary>One direction of a link: what goes in comes out later, or twice, or not at all.</summary>
public sealed class SimulatedLink
{
    private const long NsPerSecond = 1_000_000_000;

    private readonly SimulatedWorld _world;
    private SimulatedRandom? _random;
    private long _busyUntilNs;
    private long _lastArrivalNs;
    private bool _inBurst;

    internal SimulatedLink(SimulatedWorld world, string name, LinkProfile profile)
    {
        _world = world;
        Name = name;
        Profile = profile;
    }

    /// <summary>Where it leads: its random numbers are those of its name.</summary>
    public string Name { get; }

    /// <summary>What it does. May be changed at any time; packets under way keep theirs.</summary>
    public LinkProfile Profile { get; set; }

    /// <summary>Whether packets go over it at all.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>Packets that were put on it.</summary>
    public long Offered { get; private set; }

    /// <summary>Packets lost by chance, or while it was down.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets that did not fit into its queue.</summary>
    public long QueueDrops { get; private set; }

    /// <summary>Packets that were too long for it.</summary>
    public long TooLong { get; private set; }

    /// <summary>Packets that arrived twice.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Packets that were held back.</summary>
    public long Reordered { get; private set; }

    private SimulatedRandom Random => _random ??= _world.RandomFor("link/" + Name);

    /// <summary>How long until a packet of that many bytes has a place in its queue.</summary>
    internal long NsUntilRoom(int bytes)
    {
        if (Profile.BitsPerSecond == 0)
            return 0;
        double excess = QueuedBytes + bytes - Math.Max(Profile.QueueBytes, bytes);
        return excess <= 0 ? 0 : (long)Math.Ceiling(excess * 8 * NsPerSecond / Profile.BitsPerSecond);
    }

    private double QueuedBytes =>
        Math.Max(0, _busyUntilNs - _world.NowNs) * (double)Profile.BitsPerSecond / 8 / NsPerSecond;

    internal bool Refuses(Packet packet) =>
        packet.WireBytes > Profile.MtuBytes && Profile.Oversize == OversizeRule.Refuse;

    /// <summary>Puts a packet on it.</summary>
    internal void Carry(Packet packet, Action<Packet> arrive)
    {
        Offered++;
        if (!IsUp)
        {
            Lose(packet);
            return;
        }
        int pieces = PiecesOf(packet);
        int bytes = packet.WireBytes + (pieces - 1) * (packet.HeaderBytes - 8);
        if (NsUntilRoom(bytes) > 0)
        {
            QueueDrops++;
            _world.Note("full", (ulong)QueueDrops);
            return;
        }
        long leaves = _world.NowNs;
        if (Profile.BitsPerSecond > 0)
            leaves = _busyUntilNs = Math.Max(leaves, _busyUntilNs)
                + (long)((Int128)bytes * 8 * NsPerSecond / Profile.BitsPerSecond);
        if (IsLost(pieces))
        {
            Lose(packet);
            return;
        }
        Deliver(packet, arrive, ArrivalOf(leaves));
        if (Profile.Duplicate > 0 && Random.Chance(Profile.Duplicate))
        {
            Duplicated++;
            Deliver(packet, arrive, ArrivalOf(leaves));
        }
    }

    private int PiecesOf(Packet packet)
    {
        int room = Math.Max(8, Profile.MtuBytes - packet.HeaderBytes + 8);
        return packet.WireBytes <= Profile.MtuBytes ? 1 : (packet.Payload.Length + 8 + room - 1) / room;
    }

    internal void CountTooLong() => TooLong++;

    private void Lose(Packet packet)
    {
        Lost++;
        _world.Note("lost", (ulong)packet.WireBytes);
    }

    private bool IsLost(int pieces)
    {
        bool lost = false;
        for (int i = 0; i < pieces; i++) // Every piece draws, so that a longer packet is more often lost.
        {
            if (Profile.Bursts is { } bursts)
            {
                _inBurst = _inBurst ? !Random.Chance(bursts.End) : Random.Chance(bursts.Begin);
                lost |= _inBurst && Random.Chance(bursts.LossWithin);
            }
            lost |= Profile.Loss > 0 && Random.Chance(Profile.Loss);
        }
        return lost;
    }

    private long ArrivalOf(long leavesNs)
    {
        long arrives = leavesNs + Profile.Delay.Ticks * 100;
        if (Profile.Jitter > TimeSpan.Zero)
            arrives += (long)(Random.NextDouble() * Profile.Jitter.Ticks * 100);
        if (Profile.Reorder > 0 && Random.Chance(Profile.Reorder))
        {
            Reordered++;
            return arrives + Profile.ReorderDelay.Ticks * 100;
        }
        return _lastArrivalNs = Math.Max(arrives, _lastArrivalNs);
    }

    private void Deliver(Packet packet, Action<Packet> arrive, long atNs)
    {
        if (atNs > _world.NowNs)
            _world.AtTrueNs(atNs - _world.NowNs, () => arrive(packet));
        else
            arrive(packet);
    }
}
