using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

/// <summary>The network as the components of one simulated host see it.</summary>
public sealed partial class HostNetwork : Network
{
    private const int FirstPort = 32_768; // Ephemeral ones, as Linux has them.
    private const int LastPort = 60_999;

    private readonly List<SimulatedInterface> _interfaces = [];
    private readonly List<SimulatedUdpSocket> _sockets = [];
    private readonly Dictionary<IPAddress, int> _pathMtu = [];
    private int _nextPort = FirstPort;

    internal HostNetwork(SimulatedHost host)
    {
        Host = host;
        _interfaces.Add(new SimulatedInterface(host, 1, "lo", null, [IPAddress.Loopback, IPAddress.IPv6Loopback],
            LinkProfile.Perfect, LinkProfile.Perfect));
    }

    /// <summary>Whose it is.</summary>
    public SimulatedHost Host { get; }

    /// <summary>"lo", then one for each segment it is attached to.</summary>
    public IReadOnlyList<SimulatedInterface> Interfaces => _interfaces;

    /// <summary>Sockets and listeners that are open now.</summary>
    public int OpenSockets { get; private set; }

    /// <summary>As many sockets may be open; opening one more fails with TooManyOpenSockets (EMFILE).</summary>
    public int OpenSocketsMax { get; set; } = int.MaxValue;

    /// <summary>Datagrams that no socket had room for.</summary>
    public long BufferDrops { get; internal set; }

    internal SimulatedWorld World => Host.World;

    internal SimulatedInterface Add(NetworkSegment segment, IPAddress address, LinkProfile up, LinkProfile down)
    {
        int index = _interfaces.Count + 1;
        var made = new SimulatedInterface(Host, index, $"e{index - 2}", segment, [address], up, down);
        _interfaces.Add(made);
        return made;
    }

    /// <inheritdoc/>
    public override UdpSocket OpenUdp(AddressFamily family)
    {
        TakeDescriptor();
        var socket = new SimulatedUdpSocket(this, family);
        _sockets.Add(socket);
        return socket;
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        IReadOnlyList<IPAddress> all = IPAddress.TryParse(host, out var figures)
            ? [figures]
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                ? _interfaces[0].Addresses
                : World.Network.Find(host);
        IReadOnlyList<IPAddress> found =
            [.. all.Where(a => family == AddressFamily.Unspecified || a.AddressFamily == family)];
        return found.Count > 0
            ? new(found)
            : ValueTask.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InterfaceInfo> ListInterfaces() =>
        [.. _interfaces.Select(each => new InterfaceInfo(each.Index, each.Name, each.Addresses))];

    internal void TakeDescriptor()
    {
        if (OpenSockets >= OpenSocketsMax)
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        OpenSockets++;
    }

    internal void GiveDescriptor() => OpenSockets--;

    internal void Remove(SimulatedUdpSocket socket)
    {
        if (_sockets.Remove(socket))
            GiveDescriptor();
    }

    /// <summary>Whether an address is one of this host's.</summary>
    internal bool IsOwn(IPAddress address) => IPAddress.IsLoopback(address)
        || _interfaces.Exists(each => each.Addresses.Contains(address));

    internal SimulatedInterface InterfaceAt(int index) => _interfaces.Find(each => each.Index == index)
        ?? throw new SocketException((int)SocketError.AddressNotAvailable);

    /// <summary>The one to use where nobody says: the first that leads anywhere.</summary>
    internal SimulatedInterface DefaultInterface => _interfaces.Count > 1 ? _interfaces[1] : _interfaces[0];

    /// <summary>The interface to send by; null: no route.</summary>
    internal SimulatedInterface? RouteTo(IPAddress to, IPAddress? from)
    {
        if (IsOwn(to))
            return _interfaces[0];
        World.Network.Map();
        var candidates = _interfaces.Skip(1).Where(each => each.AddressOf(to.AddressFamily) is not null
            && (from is null || each.Addresses.Contains(from)));
        SimulatedInterface? best = null;
        foreach (var each in candidates)
        {
            if (each.Segment!.Region!.Find(to) is not null)
                return each;
            if (best is null || (best.Segment!.Region!.Nat is null && each.Segment.Region.Nat is not null))
                best = each;
        }
        return best;
    }

    internal int FreePort(Func<int, bool> isFree)
    {
        for (int tries = FirstPort; tries <= LastPort; tries++)
        {
            int port = _nextPort;
            _nextPort = port == LastPort ? FirstPort : port + 1;
            if (isFree(port))
                return port;
        }
        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    /// <summary>Sends a packet by an interface; those to this host itself come back at once.</summary>
    internal SocketError Send(Packet packet, SimulatedInterface by)
    {
        if (by.IsLoopback)
        {
            World.AtTrueNs(0, () => Take(packet, by));
            return SocketError.Success;
        }
        if (_pathMtu.TryGetValue(packet.To.Address, out int mtu) && packet.WireBytes > mtu)
            return SocketError.MessageSize;
        if (by.Up.Refuses(packet))
        {
            by.Up.CountTooLong();
            return SocketError.MessageSize;
        }
        if (by.Up.NsUntilRoom(packet.WireBytes) > 0)
            return SocketError.WouldBlock;
        by.Send(packet);
        return SocketError.Success;
    }

    /// <summary>A packet has arrived.</summary>
    internal void Take(Packet packet, SimulatedInterface by)
    {
        if (Host.IsDead)
            return;
        World.Note("rx", (ulong)packet.WireBytes ^ ((ulong)packet.To.Port << 32));
        switch (packet.Kind)
        {
            case PacketKind.Udp:
                TakeDatagram(packet, by);
                break;
            case PacketKind.Stream:
                TakeSegment(packet, by);
                break;
            default:
                TakeError(packet);
                break;
        }
    }

    private void TakeDatagram(Packet packet, SimulatedInterface by)
    {
        if (packet.IsGroup)
        {
            foreach (var each in _sockets.ToArray())
            {
                if (each.WantsGroup(packet, by))
                    each.Put(packet);
            }
            return;
        }
        SimulatedUdpSocket? best = null;
        foreach (var each in _sockets)
        {
            // Of those that share an address the last one gets it, as on Linux.
            if (each.Wants(packet, by) && (best is null || each.Rank >= best.Rank))
                best = each;
        }
        if (best is not null)
            best.Put(packet);
        else
            Answer(packet, by, SocketError.ConnectionRefused);
    }

    internal void Answer(Packet packet, SimulatedInterface by, SocketError error)
    {
        var reply = packet.Reply(Host, error);
        if (by.IsLoopback)
            World.AtTrueNs(0, () => Take(reply, by));
        else
            by.Send(reply);
    }

    private void TakeError(Packet packet)
    {
        var about = packet.About!;
        if (packet.Error == SocketError.MessageSize)
            _pathMtu[about.To.Address] = packet.MtuBytes;
        if (about.Kind == PacketKind.Stream)
            FindStream(packet.To, about.To)?.OnError(packet);
        else
            _sockets.Find(each => each.IsConnectedTo(packet.To.Port, about.To))?.Report(packet.Error);
    }

    internal bool IsUdpPortFree(int port) => !_sockets.Exists(each => each.LocalEndPoint.Port == port);

    internal void CheckBind(SimulatedUdpSocket socket, IPEndPoint local)
    {
        foreach (var each in _sockets)
        {
            bool same = each != socket && each.LocalEndPoint.Port == local.Port
                && each.LocalEndPoint.AddressFamily == local.AddressFamily
                && (each.LocalEndPoint.Address.Equals(local.Address) || Addresses.IsAny(each.LocalEndPoint.Address)
                    || Addresses.IsAny(local.Address));
            if (same && !(each.IsShared && socket.IsShared))
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
    }

    /// <summary>The host is gone: so is all that was open on it.</summary>
    internal void Kill()
    {
        foreach (var each in _sockets.ToArray())
            each.Dispose();
        KillStreams();
        _pathMtu.Clear();
        OpenSockets = 0;
    }
}
