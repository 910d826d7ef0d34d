using System.Net;

namespace Kamaelia.Simulation;

/// <summary>How a NAT's choices depend on the far end (RFC 4787, 4.1 and 5).</summary>
public enum NatBehaviour
{
    /// <summary>Not at all.</summary>
    EndpointIndependent,

    /// <summary>On its address.</summary>
    AddressDependent,

    /// <summary>On its address and port.</summary>
    AddressAndPortDependent,
}

/// <summary>How a NAT behaves, in RFC 4787's terms; RFC 3489's four types are there by name.</summary>
/// <param name="Mapping">Whether an inside address and port have one outside port, or one for each far end.</param>
/// <param name="Filtering">From whom packets are let in.</param>
public sealed record NatOptions(NatBehaviour Mapping, NatBehaviour Filtering)
{
    /// <summary>One mapping, anyone may use it.</summary>
    public static NatOptions FullCone { get; } =
        new(NatBehaviour.EndpointIndependent, NatBehaviour.EndpointIndependent);

    /// <summary>One mapping, for hosts that were sent something.</summary>
    public static NatOptions Restricted { get; } =
        new(NatBehaviour.EndpointIndependent, NatBehaviour.AddressDependent);

    /// <summary>One mapping, for hosts and ports that were sent something.</summary>
    public static NatOptions PortRestricted { get; } =
        new(NatBehaviour.EndpointIndependent, NatBehaviour.AddressAndPortDependent);

    /// <summary>A mapping for each far end, and for it only.</summary>
    public static NatOptions Symmetric { get; } =
        new(NatBehaviour.AddressAndPortDependent, NatBehaviour.AddressAndPortDependent);

    /// <summary>A mapping that nothing went out by for so long is forgotten (REQ-5: two minutes at least).</summary>
    public TimeSpan MappingTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether packets that come in keep a mapping alive too (REQ-6 lets it choose).</summary>
    public bool InboundRefresh { get; init; }

    /// <summary>Whether inside hosts reach each other by their outside addresses (REQ-9).</summary>
    public bool Hairpins { get; init; } = true;

    /// <summary>Whether the outside port is the inside one where it is free.</summary>
    public bool KeepsPorts { get; init; }
}

/// <summary>Puts the hosts of a segment behind one address. See <see cref="SimulatedNetwork.AddNat"/>.</summary>
public sealed class SimulatedNat : IAddressed
{
    private const int FirstPort = 20_000;
    private readonly SimulatedWorld _world;
    private readonly Dictionary<(PacketKind, IPEndPoint Inside, IPEndPoint? Far), Mapping> _out = [];
    private readonly Dictionary<(PacketKind, int Port), Mapping> _in = [];
    private int _nextPort = FirstPort;

    private sealed class Mapping(IPEndPoint inside, int port, (PacketKind, IPEndPoint, IPEndPoint?) key)
    {
        public IPEndPoint Inside { get; } = inside;
        public int Port { get; } = port;
        public (PacketKind, IPEndPoint, IPEndPoint?) Key { get; } = key;
        public long UsedNs { get; set; }
        public HashSet<IPEndPoint> SentTo { get; } = [];
    }

    internal SimulatedNat(SimulatedWorld world, NetworkSegment inside, NetworkSegment outside, IPAddress address,
        NatOptions options, LinkProfile profile)
    {
        _world = world;
        Inside = inside;
        Outside = outside;
        Address = address;
        Options = options;
        Outward = new SimulatedLink(world, $"{inside.Name}>{address}", profile);
        Inward = new SimulatedLink(world, $"{address}>{inside.Name}", profile);
        InsideDoor = new Door(this);
    }

    /// <summary>How it behaves.</summary>
    public NatOptions Options { get; }

    /// <summary>Its address outside.</summary>
    public IPAddress Address { get; }

    /// <summary>What goes out goes over it.</summary>
    public SimulatedLink Outward { get; }

    /// <summary>What comes in comes over it.</summary>
    public SimulatedLink Inward { get; }

    /// <summary>Packets from outside that were not let in.</summary>
    public long Filtered { get; private set; }

    /// <summary>Mappings that have not timed out.</summary>
    public int Mappings => _in.Values.Count(IsAlive);

    internal NetworkSegment Inside { get; }

    internal NetworkSegment Outside { get; }

    internal IAddressed InsideDoor { get; }

    NetworkSegment IAddressed.Segment => Outside;

    /// <summary>Forgets every mapping, as one that was switched off and on does.</summary>
    public void Reset()
    {
        _out.Clear();
        _in.Clear();
        _world.Note("nat", 0);
    }

    private sealed class Door(SimulatedNat nat) : IAddressed
    {
        public NetworkSegment Segment => nat.Inside;

        public void Take(Packet packet) => nat.GoOut(packet);
    }

    private void GoOut(Packet packet)
    {
        if (packet.Hops <= 1 || packet.Kind == PacketKind.Icmp)
            return;
        var mapping = MappingFor(packet);
        mapping.UsedNs = _world.NowNs;
        mapping.SentTo.Add(packet.To);
        var translated = packet with { From = new IPEndPoint(Address, mapping.Port), Hops = packet.Hops - 1 };
        Outward.Carry(translated, p => Outside.Switch(p, null, null));
    }

    private Mapping MappingFor(Packet packet)
    {
        IPEndPoint? far = Options.Mapping switch
        {
            NatBehaviour.EndpointIndependent => null,
            NatBehaviour.AddressDependent => new IPEndPoint(packet.To.Address, 0),
            _ => packet.To,
        };
        var key = (packet.Kind, packet.From, far);
        if (_out.TryGetValue(key, out var known))
        {
            if (IsAlive(known))
                return known;
            Forget(known);
        }
        var mapping = new Mapping(packet.From, FreePort(packet.Kind, packet.From.Port), key);
        _out[key] = mapping;
        _in[(packet.Kind, mapping.Port)] = mapping;
        _world.Note("nat", (ulong)mapping.Port);
        return mapping;
    }

    private int FreePort(PacketKind kind, int wanted)
    {
        if (Options.KeepsPorts && IsFree(kind, wanted))
            return wanted;
        for (int tries = 0; tries < 40_000; tries++)
        {
            int port = _nextPort;
            _nextPort = port == 59_999 ? FirstPort : port + 1;
            if (IsFree(kind, port))
                return port;
        }
        throw new InvalidOperationException($"the NAT {Address} has no free port left");
    }

    private bool IsFree(PacketKind kind, int port)
    {
        if (!_in.TryGetValue((kind, port), out var taken))
            return true;
        if (IsAlive(taken))
            return false;
        Forget(taken);
        return true;
    }

    private void Forget(Mapping mapping)
    {
        _out.Remove(mapping.Key);
        _in.Remove((mapping.Key.Item1, mapping.Port));
    }

    private bool IsAlive(Mapping mapping) => _world.NowNs - mapping.UsedNs < Options.MappingTimeout.Ticks * 100;

    void IAddressed.Take(Packet packet)
    {
        var about = packet.About ?? packet;
        bool isIcmp = packet.Kind == PacketKind.Icmp;
        var far = isIcmp ? about.To : packet.From;
        if (!_in.TryGetValue((about.Kind, packet.To.Port), out var mapping) || !IsAlive(mapping)
            || !LetsIn(mapping, far) || (!Options.Hairpins && far.Address.Equals(Address)))
        {
            Filtered++;
            return;
        }
        if (Options.InboundRefresh)
            mapping.UsedNs = _world.NowNs;
        if (packet.Hops > 1)
            Inward.Carry(packet with { To = mapping.Inside, Hops = packet.Hops - 1 },
                p => Inside.Switch(p, null, null));
    }

    private bool LetsIn(Mapping mapping, IPEndPoint far) => Options.Filtering switch
    {
        NatBehaviour.EndpointIndependent => true,
        NatBehaviour.AddressDependent => mapping.SentTo.Any(to => to.Address.Equals(far.Address)),
        _ => mapping.SentTo.Contains(far),
    };
}
