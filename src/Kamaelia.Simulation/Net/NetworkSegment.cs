using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Simulation;

/// <summary>A local network. See <see cref="SimulatedNetwork.AddSegment"/>.</summary>
public sealed class NetworkSegment
{
    private readonly List<SimulatedInterface> _interfaces = [];
    private readonly Dictionary<IPAddress, List<SimulatedInterface>> _members = [];
    private OrderedDictionary<NetworkSegment, SimulatedRouter?>? _towards;
    private OrderedDictionary<NetworkSegment, SimulatedRouter?>? _groupsTowards;

    internal NetworkSegment(SimulatedNetwork network, string name, LinkProfile access)
    {
        Network = network;
        Name = name;
        Access = access;
    }

    /// <summary>The network it is in.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>What the links of hosts do where nothing else is said.</summary>
    public LinkProfile Access { get; }

    /// <summary>Those of the attached hosts.</summary>
    public IReadOnlyList<SimulatedInterface> Interfaces => _interfaces;

    internal List<SimulatedRouter> Routers { get; } = [];

    internal NetworkRegion? Region { get; set; }

    /// <summary>Attaches a host, by an interface of its own.</summary>
    /// <param name="host">Which.</param>
    /// <param name="address">Its address there.</param>
    /// <param name="up">From the host; null: as <see cref="Access"/>.</param>
    /// <param name="down">To the host; null: as <see cref="Access"/>.</param>
    public SimulatedInterface Attach(SimulatedHost host, string address, LinkProfile? up = null,
        LinkProfile? down = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        var made = host.Network.Add(this, IPAddress.Parse(address), up ?? Access, down ?? Access);
        _interfaces.Add(made);
        Network.Changed();
        return made;
    }

    internal void Forget()
    {
        Region = null;
        _towards = null;
        _groupsTowards = null;
    }

    internal void Join(IPAddress group, SimulatedInterface member)
    {
        if (!_members.TryGetValue(group, out var members))
            _members[group] = members = [];
        members.Add(member);
    }

    internal void Leave(IPAddress group, SimulatedInterface member)
    {
        if (_members.TryGetValue(group, out var members) && members.Remove(member) && members.Count == 0)
            _members.Remove(group);
    }

    /// <summary>A packet that is on this segment goes where it must.</summary>
    internal void Switch(Packet packet, SimulatedInterface? sender, SimulatedRouter? via)
    {
        Network.Map();
        if (packet.IsGroup)
        {
            Flood(packet, sender, via);
            return;
        }
        var target = Region!.Find(packet.To.Address) ?? Region.Nat?.InsideDoor;
        if (target is null)
        {
            Answer(packet, SocketError.HostUnreachable);
            return;
        }
        if (target.Segment == this)
        {
            target.Take(packet);
            return;
        }
        if (packet.Hops <= 1)
            return; // Its hops are used up; a host that is not tracing routes takes no notice of the answer.
        var router = RouterTowards(target.Segment)!; // Of the same region, so there is a way.
        var link = router.LinkFrom(this);
        if (link.Refuses(packet))
        {
            link.CountTooLong();
            Answer(packet, SocketError.MessageSize, link.Profile.MtuBytes);
            return;
        }
        var beyond = router.Other(this);
        link.Carry(packet with { Hops = packet.Hops - 1 }, p => beyond.Switch(p, null, router));
    }

    private void Flood(Packet packet, SimulatedInterface? sender, SimulatedRouter? via)
    {
        if (_members.TryGetValue(packet.To.Address, out var members))
        {
            foreach (var member in members.ToArray())
            {
                if (member != sender)
                    member.Take(packet);
            }
        }
        if (packet.Hops <= 1)
            return;
        foreach (var router in Routers)
        {
            var beyond = router.Other(this);
            // Only by the way that leads back to the source: so each segment gets it once, also where ways form a ring.
            if (router == via || !router.ForwardsGroups || !router.IsTowards(packet, beyond))
                continue;
            router.LinkFrom(this).Carry(packet with { Hops = packet.Hops - 1 }, p => beyond.Switch(p, null, router));
        }
    }

    internal SimulatedRouter? RouterTowards(NetworkSegment target, bool ofGroups = false)
    {
        var towards = ofGroups
            ? _groupsTowards ??= SimulatedNetwork.Reach(this, groupsOnly: true)
            : _towards ??= SimulatedNetwork.Reach(this);
        // Reach tells how others get here, hop by hop; the ways are the same in both directions.
        SimulatedRouter? last = null;
        for (var at = target; at != this; at = last.Other(at))
        {
            if (!towards.TryGetValue(at, out last) || last is null)
                return null;
        }
        return last;
    }

    internal void Answer(Packet packet, SocketError error, int mtuBytes = 0)
    {
        if (packet.Kind != PacketKind.Icmp && !packet.IsGroup) // Never an answer to an answer.
            Switch(packet.Reply(packet.Source, error, mtuBytes), null, null);
    }
}

/// <summary>Joins two segments. See <see cref="SimulatedNetwork.AddRouter"/>.</summary>
public sealed class SimulatedRouter
{
    private readonly NetworkSegment _a;
    private readonly NetworkSegment _b;

    internal SimulatedRouter(SimulatedWorld world, NetworkSegment a, NetworkSegment b, LinkProfile profile,
        bool forwardsGroups)
    {
        (_a, _b) = (a, b);
        ForwardsGroups = forwardsGroups;
        There = new SimulatedLink(world, $"{a.Name}>{b.Name}", profile);
        Back = new SimulatedLink(world, $"{b.Name}>{a.Name}", profile);
    }

    /// <summary>Whether multicast goes over it.</summary>
    public bool ForwardsGroups { get; }

    /// <summary>From its first segment to its second.</summary>
    public SimulatedLink There { get; }

    /// <summary>From its second segment to its first.</summary>
    public SimulatedLink Back { get; }

    internal NetworkSegment Other(NetworkSegment side) => side == _a ? _b : _a;

    internal SimulatedLink LinkFrom(NetworkSegment side) => side == _a ? There : Back;

    internal bool IsTowards(Packet packet, NetworkSegment beyond)
    {
        var source = beyond.Region!.Find(packet.From.Address)?.Segment;
        return source is null || beyond.RouterTowards(source, ofGroups: true) == this;
    }
}
