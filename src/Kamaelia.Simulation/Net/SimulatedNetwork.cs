using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Simulation;

/// <summary>The network of a world: segments that hosts are attached to, routers and NATs between them.</summary>
/// <remarks>
/// Every packet goes from its host up to a segment, over routers and NATs to another, and down to its host; each of
/// these is a <see cref="SimulatedLink"/> per direction. The world's thread only.
/// </remarks>
public sealed class SimulatedNetwork
{
    private readonly List<NetworkSegment> _segments = [];
    private readonly List<SimulatedRouter> _routers = [];
    private readonly List<SimulatedNat> _nats = [];
    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<SimulatedHost, int> _sides = [];
    private readonly HashSet<(SimulatedHost From, SimulatedHost To)> _cuts = [];
    private bool _isMapped;

    internal SimulatedNetwork(SimulatedWorld world) => World = world;

    /// <summary>The world it is in.</summary>
    public SimulatedWorld World { get; }

    /// <summary>In the order they were added.</summary>
    public IReadOnlyList<NetworkSegment> Segments => _segments;

    /// <summary>In the order they were added.</summary>
    public IReadOnlyList<SimulatedRouter> Routers => _routers;

    internal IReadOnlyList<SimulatedNat> Nats => _nats;

    /// <summary>A local network: an ideal switch; what its links do is said where hosts are attached.</summary>
    /// <param name="name">For reports and for the random numbers of its links.</param>
    /// <param name="access">What hosts' links to it do where nothing else is said, in each direction.</param>
    public NetworkSegment AddSegment(string name, LinkProfile? access = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var segment = new NetworkSegment(this, name, access ?? LinkProfile.Perfect);
        _segments.Add(segment);
        _isMapped = false;
        return segment;
    }

    /// <summary>Joins two segments. Each crossing costs a packet one hop.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side.</param>
    /// <param name="profile">Of its link, in each direction.</param>
    /// <param name="forwardsGroups">Whether multicast goes over it: without, each segment is an island.</param>
    public SimulatedRouter AddRouter(NetworkSegment a, NetworkSegment b, LinkProfile? profile = null,
        bool forwardsGroups = true)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var router = new SimulatedRouter(World, a, b, profile ?? LinkProfile.Perfect, forwardsGroups);
        _routers.Add(router);
        a.Routers.Add(router);
        b.Routers.Add(router);
        _isMapped = false;
        return router;
    }

    /// <summary>Puts hosts of one segment behind one address of another.</summary>
    public SimulatedNat AddNat(NetworkSegment inside, NetworkSegment outside, string address,
        NatOptions? options = null, LinkProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(inside);
        ArgumentNullException.ThrowIfNull(outside);
        var nat = new SimulatedNat(World, inside, outside, IPAddress.Parse(address), options ?? NatOptions.FullCone,
            profile ?? LinkProfile.Perfect);
        _nats.Add(nat);
        _isMapped = false;
        return nat;
    }

    /// <summary>A name that every host can look up. Hosts' own names are there already.</summary>
    public void AddName(string name, params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        _names[name] = [.. addresses.Select(IPAddress.Parse)];
    }

    internal IReadOnlyList<IPAddress> Find(string name)
    {
        if (_names.TryGetValue(name, out var found))
            return found;
        var host = World.Hosts.FirstOrDefault(h => string.Equals(h.Name, name, StringComparison.OrdinalIgnoreCase));
        return host is null ? [] : [.. host.Network.Interfaces.Skip(1).SelectMany(each => each.Addresses)];
    }

    // ---- partitions ----

    /// <summary>Divides the hosts: nothing passes from one side to another until <see cref="Heal"/>. Those that are
    /// not named are together on a side of their own.</summary>
    public void Partition(params IReadOnlyList<SimulatedHost>[] sides)
    {
        ArgumentNullException.ThrowIfNull(sides);
        _sides.Clear();
        for (int side = 0; side < sides.Length; side++)
        {
            foreach (var host in sides[side])
                _sides[host] = side + 1;
        }
        World.Note("partition", (ulong)sides.Length);
    }

    /// <summary>Ends every partition and every cut.</summary>
    public void Heal()
    {
        _sides.Clear();
        _cuts.Clear();
        World.Note("heal", 0);
    }

    /// <summary>Nothing passes in that direction any more; in the other it does.</summary>
    public void Cut(SimulatedHost from, SimulatedHost to) => _cuts.Add((from, to));

    /// <summary>Undoes a <see cref="Cut"/>.</summary>
    public void Mend(SimulatedHost from, SimulatedHost to) => _cuts.Remove((from, to));

    internal bool Passes(SimulatedHost from, SimulatedHost to) =>
        (_sides.Count == 0 || _sides.GetValueOrDefault(from) == _sides.GetValueOrDefault(to))
        && (_cuts.Count == 0 || !_cuts.Contains((from, to)));

    // ---- routes ----

    internal void Changed() => _isMapped = false;

    /// <summary>Routers join segments to regions; within a region every address is there once.</summary>
    internal void Map()
    {
        if (_isMapped)
            return;
        _isMapped = true;
        foreach (var segment in _segments)
            segment.Forget();
        foreach (var segment in _segments)
        {
            if (segment.Region is not null)
                continue;
            var region = new NetworkRegion();
            foreach (var each in Reach(segment).Keys)
                each.Region = region;
        }
        foreach (var segment in _segments)
        {
            foreach (var each in segment.Interfaces)
            {
                foreach (var address in each.Addresses)
                    segment.Region!.Add(address, each);
            }
        }
        foreach (var nat in _nats)
        {
            nat.Outside.Region!.Add(nat.Address, nat);
            nat.Inside.Region!.Nat ??= nat;
        }
    }

    /// <summary>From each segment of the region the router to take towards this one; none from itself.</summary>
    internal static OrderedDictionary<NetworkSegment, SimulatedRouter?> Reach(NetworkSegment to,
        bool groupsOnly = false)
    {
        var first = new OrderedDictionary<NetworkSegment, SimulatedRouter?> { [to] = null };
        for (int i = 0; i < first.Count; i++)
        {
            var segment = first.GetAt(i).Key;
            foreach (var router in segment.Routers)
            {
                if (router.ForwardsGroups || !groupsOnly)
                    first.TryAdd(router.Other(segment), router);
            }
        }
        return first;
    }
}

/// <summary>Who is known to a region under an address.</summary>
internal interface IAddressed
{
    NetworkSegment Segment { get; }

    /// <summary>A packet has come to its segment.</summary>
    void Take(Packet packet);
}

internal sealed class NetworkRegion
{
    private readonly Dictionary<IPAddress, IAddressed> _byAddress = [];

    /// <summary>The way out, for addresses that are not here.</summary>
    public SimulatedNat? Nat { get; set; }

    public void Add(IPAddress address, IAddressed owner)
    {
        if (!_byAddress.TryAdd(address, owner))
            throw new InvalidOperationException($"two hosts that reach each other have the address {address}");
    }

    public IAddressed? Find(IPAddress address) => _byAddress.GetValueOrDefault(address);
}
