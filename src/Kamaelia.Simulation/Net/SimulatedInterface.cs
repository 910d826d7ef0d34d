using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Simulation;

/// <summary>A host's door to a segment, or (without one) to itself.</summary>
public sealed class SimulatedInterface : IAddressed
{
    private readonly Dictionary<IPAddress, int> _joined = [];
    private readonly NetworkSegment? _segment;

    internal SimulatedInterface(SimulatedHost host, int index, string name, NetworkSegment? segment,
        IEnumerable<IPAddress> addresses, LinkProfile up, LinkProfile down)
    {
        Host = host;
        Index = index;
        Name = name;
        _segment = segment;
        Addresses = [.. addresses];
        Up = new SimulatedLink(host.World, $"{host.Name}.{name}/up", up);
        Down = new SimulatedLink(host.World, $"{host.Name}.{name}/down", down);
    }

    /// <summary>Whose it is.</summary>
    public SimulatedHost Host { get; }

    /// <summary>From 1, which is the host itself ("lo").</summary>
    public int Index { get; }

    /// <summary>"lo", "e0", "e1" and so on.</summary>
    public string Name { get; }

    /// <summary>Its own.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>From the host to the segment.</summary>
    public SimulatedLink Up { get; }

    /// <summary>From the segment to the host.</summary>
    public SimulatedLink Down { get; }

    internal bool IsLoopback => _segment is null;

    NetworkSegment IAddressed.Segment => _segment!;

    internal NetworkSegment? Segment => _segment;

    internal IPAddress? AddressOf(AddressFamily family) => Addresses.FirstOrDefault(a => a.AddressFamily == family);

    void IAddressed.Take(Packet packet) => Take(packet);

    internal void Take(Packet packet)
    {
        var network = _segment!.Network;
        if (!network.Passes(packet.Source, Host))
            return;
        if (Down.Refuses(packet) && !packet.IsGroup)
        {
            Down.CountTooLong();
            _segment.Answer(packet, SocketError.MessageSize, Down.Profile.MtuBytes);
            return;
        }
        Down.Carry(packet, p =>
        {
            if (network.Passes(p.Source, Host))
                Host.Network.Take(p, this);
        });
    }

    internal void Send(Packet packet) => Up.Carry(packet, p => _segment!.Switch(p, this, null));

    internal void Join(IPAddress group)
    {
        int count = _joined.GetValueOrDefault(group);
        _joined[group] = count + 1;
        if (count == 0)
            _segment?.Join(group, this);
    }

    internal void Leave(IPAddress group)
    {
        int count = _joined.GetValueOrDefault(group);
        if (count > 1)
            _joined[group] = count - 1;
        else if (_joined.Remove(group))
            _segment?.Leave(group, this);
    }
}
