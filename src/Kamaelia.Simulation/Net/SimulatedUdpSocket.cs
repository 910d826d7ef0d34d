using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

/// <summary>A datagram socket of a simulated host.</summary>
internal sealed class SimulatedUdpSocket : UdpSocket
{
    private const int PayloadMax = 65_507;
    private const int OverheadBytes = 64; // Of each datagram in a buffer, so that empty ones fill it too.

    private readonly HostNetwork _network;
    private readonly AddressFamily _family;
    private readonly Queue<Packet> _received = new();
    private readonly List<Membership> _memberships = [];
    private readonly SimulatedWait<Packet> _wait = new();
    private IPEndPoint _local;
    private IPEndPoint? _remote;
    private SocketError _reported;
    private int _bufferedBytes;
    private int _bufferBytesMax = 212_992; // Linux's default.
    private int _hops = 64;
    private int _groupHops = 1;
    private bool _loops = true;
    private bool _onlyOwnGroups;
    private SimulatedInterface? _groupsBy;
    private SimulatedInterface? _unicastBy;
    private SimulatedInterface? _onlyBy;
    private bool _closed;

    private sealed record Membership(IPAddress Group, SimulatedInterface By)
    {
        public List<IPAddress> Sources { get; } = [];
        public List<IPAddress> Blocked { get; } = [];

        public bool Takes(IPAddress source) =>
            (Sources.Count == 0 || Sources.Contains(source)) && !Blocked.Contains(source);
    }

    public SimulatedUdpSocket(HostNetwork network, AddressFamily family)
    {
        _network = network;
        _family = family;
        _local = new IPEndPoint(AnyAddress, 0);
    }

    private IPAddress AnyAddress => _family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    public override IPEndPoint LocalEndPoint => _local;

    public bool IsShared { get; private set; }

    /// <summary>Of two that want a datagram the better match gets it: connected, bound to the address, to any.
    /// </summary>
    public int Rank => _remote is not null ? 2 : Addresses.IsAny(_local.Address) ? 0 : 1;

    // ---- setting up ----

    public override void ShareAddress() => IsShared = true;

    public override void Bind(IPEndPoint local)
    {
        ThrowIfClosed();
        var address = Addresses.Plain(local.Address);
        if (_local.Port != 0 || address.AddressFamily != _family)
            throw new SocketException((int)SocketError.InvalidArgument);
        if (!Addresses.IsAny(address) && !Addresses.IsGroup(address) && !_network.IsOwn(address))
            throw new SocketException((int)SocketError.AddressNotAvailable);
        int port = local.Port == 0 ? _network.FreePort(_network.IsUdpPortFree) : local.Port;
        var wanted = new IPEndPoint(address, port);
        _network.CheckBind(this, wanted);
        _local = wanted;
    }

    public override void Connect(IPEndPoint remote)
    {
        ThrowIfClosed();
        var to = new IPEndPoint(Addresses.Plain(remote.Address), remote.Port);
        var (error, by) = RouteTo(to);
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        EnsureBound();
        if (Addresses.IsAny(_local.Address))
            _local = new IPEndPoint(SourceFor(to, by!), _local.Port);
        _remote = to;
    }

    public override int AskSendBuffer(int bytes) => bytes == 0 ? 212_992 : bytes; // What waits is in the link's queue.

    public override int AskReceiveBuffer(int bytes) => bytes == 0 ? _bufferBytesMax : _bufferBytesMax = bytes;

    public override void SetTimeToLive(int hops) => _hops = hops;

    public override void SetMulticastTimeToLive(int hops) => _groupHops = hops;

    public override void SetMulticastLoopback(bool isOn) => _loops = isOn;

    public override void SendMulticastThrough(int interfaceIndex) => _groupsBy = _network.InterfaceAt(interfaceIndex);

    public override void SendUnicastThrough(int interfaceIndex) => _unicastBy = _network.InterfaceAt(interfaceIndex);

    public override void ReceiveOnlyFrom(string interfaceName) =>
        _onlyBy = _network.Interfaces.FirstOrDefault(each => each.Name == interfaceName)
            ?? throw new SocketException((int)SocketError.AddressNotAvailable);

    public override void TakeOnlyOwnGroups() => _onlyOwnGroups = true;

    public override void Join(IPAddress group, int interfaceIndex)
    {
        if (Find(group, interfaceIndex) is not null)
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        MakeMembership(group, interfaceIndex);
    }

    public override void Leave(IPAddress group, int interfaceIndex)
    {
        var membership = Find(group, interfaceIndex)
            ?? throw new SocketException((int)SocketError.AddressNotAvailable);
        _memberships.Remove(membership);
        membership.By.Leave(membership.Group);
    }

    public override void JoinSource(IPAddress group, int interfaceIndex, IPAddress source) =>
        (Find(group, interfaceIndex) ?? MakeMembership(group, interfaceIndex)).Sources.Add(source);

    public override void Block(IPAddress group, int interfaceIndex, IPAddress source) =>
        (Find(group, interfaceIndex) ?? throw new SocketException((int)SocketError.AddressNotAvailable))
        .Blocked.Add(source);

    private Membership? Find(IPAddress group, int interfaceIndex)
    {
        var by = interfaceIndex == 0 ? _network.DefaultInterface : _network.InterfaceAt(interfaceIndex);
        var plain = Addresses.Plain(group);
        return _memberships.Find(each => each.Group.Equals(plain) && each.By == by);
    }

    private Membership MakeMembership(IPAddress group, int interfaceIndex)
    {
        ThrowIfClosed();
        if (!Addresses.IsGroup(group))
            throw new SocketException((int)SocketError.InvalidArgument);
        var by = interfaceIndex == 0 ? _network.DefaultInterface : _network.InterfaceAt(interfaceIndex);
        var made = new Membership(Addresses.Plain(group), by);
        _memberships.Add(made);
        by.Join(made.Group);
        return made;
    }

    private void EnsureBound()
    {
        if (_local.Port == 0)
            Bind(new IPEndPoint(_local.Address, 0));
    }

    // ---- sending ----

    private (SocketError Error, SimulatedInterface? By) RouteTo(IPEndPoint to)
    {
        if (to.AddressFamily != _family)
            return (SocketError.AddressFamilyNotSupported, null);
        bool isGroup = Addresses.IsGroup(to.Address);
        IPAddress? from = Addresses.IsAny(_local.Address) || Addresses.IsGroup(_local.Address) ? null : _local.Address;
        SimulatedInterface? by;
        if (isGroup)
            by = _groupsBy ?? _network.Interfaces.FirstOrDefault(each => from is not null
                && !IPAddress.IsLoopback(from) && each.Addresses.Contains(from)) ?? _network.DefaultInterface;
        else
            by = _unicastBy ?? _network.RouteTo(to.Address,
                from is not null && IPAddress.IsLoopback(from) ? null : from);
        return by is null ? (SocketError.NetworkUnreachable, null) : (SocketError.Success, by);
    }

    private IPAddress SourceFor(IPEndPoint to, SimulatedInterface by)
    {
        if (!Addresses.IsAny(_local.Address) && !Addresses.IsGroup(_local.Address))
            return _local.Address;
        if (by.IsLoopback && !Addresses.IsGroup(to.Address))
            return to.Address; // To itself, from the same address, as the kernel's routes say.
        return by.AddressOf(_family) ?? AnyAddress;
    }

    public override int TrySend(ReadOnlySpan<byte> datagram, out SocketError error)
    {
        if (_remote is null)
        {
            error = SocketError.DestinationAddressRequired;
            return 0;
        }
        if (TakeReport(out error))
            return 0;
        error = Send(datagram, _remote);
        return error == SocketError.Success ? datagram.Length : 0;
    }

    public override int TrySendTo(ReadOnlySpan<byte> datagram, IPEndPoint to, out SocketError error)
    {
        error = Send(datagram, new IPEndPoint(Addresses.Plain(to.Address), to.Port));
        return error == SocketError.Success ? datagram.Length : 0;
    }

    private SocketError Send(ReadOnlySpan<byte> datagram, IPEndPoint to)
    {
        ThrowIfClosed();
        if (datagram.Length > PayloadMax)
            return SocketError.MessageSize;
        var (error, by) = RouteTo(to);
        if (error != SocketError.Success)
            return error;
        EnsureBound();
        bool isGroup = Addresses.IsGroup(to.Address);
        var from = new IPEndPoint(SourceFor(to, by!), _local.Port);
        var packet = new Packet(_network.Host, PacketKind.Udp, from, to)
        {
            Payload = datagram.ToArray(),
            Hops = isGroup ? _groupHops : _hops,
        };
        if (!isGroup)
            return _network.Send(packet, by!);
        if (!by!.IsLoopback && _groupHops > 0 && _network.Send(packet, by) is var sent and not SocketError.Success)
            return sent;
        if (_loops || by.IsLoopback)
            _network.World.AtTrueNs(0, () => _network.Take(packet, by));
        return SocketError.Success;
    }

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken stop = default)
    {
        while (true)
        {
            int sent = TrySend(datagram.Span, out var error);
            if (error == SocketError.Success)
                return sent;
            if (error != SocketError.WouldBlock)
                throw new SocketException((int)error);
            long ns = RouteTo(_remote!).By!.Up.NsUntilRoom(datagram.Length + 48);
            await _network.World.DelayNs(ns + 1, stop).ConfigureAwait(false);
        }
    }

    // ---- receiving ----

    public bool WantsGroup(Packet packet, SimulatedInterface by)
    {
        if (_closed || _local.Port != packet.To.Port || (_onlyBy is not null && _onlyBy != by)
            || !(Addresses.IsAny(_local.Address) || _local.Address.Equals(packet.To.Address)) || !IsFromRemote(packet))
            return false;
        var mine = _memberships.Find(each => each.By == by && each.Group.Equals(packet.To.Address));
        return mine?.Takes(packet.From.Address) ?? !_onlyOwnGroups;
    }

    public bool Wants(Packet packet, SimulatedInterface by) =>
        !_closed && _local.Port == packet.To.Port && (_onlyBy is null || _onlyBy == by) && IsFromRemote(packet)
        && (_local.Address.Equals(packet.To.Address) || _local.Address.Equals(AnyAddress))
        && packet.To.AddressFamily == _family;

    private bool IsFromRemote(Packet packet) =>
        _remote is null || _remote.Equals(packet.From) || Addresses.IsGroup(_remote.Address);

    public bool IsConnectedTo(int localPort, IPEndPoint remote) =>
        _local.Port == localPort && _remote is not null && _remote.Equals(remote);

    public void Put(Packet packet)
    {
        if (_wait.IsPending)
        {
            _wait.Set(packet);
            return;
        }
        int bytes = packet.Payload.Length + OverheadBytes;
        if (_bufferedBytes + bytes > _bufferBytesMax)
        {
            _network.BufferDrops++;
            _network.World.Note("buffer", (ulong)packet.WireBytes);
            return;
        }
        _bufferedBytes += bytes;
        _received.Enqueue(packet);
    }

    /// <summary>The network answered that an earlier datagram could not be delivered.</summary>
    public void Report(SocketError error)
    {
        if (!_wait.Fail(new SocketException((int)error)))
            _reported = error;
    }

    private bool TakeReport(out SocketError error)
    {
        error = _reported;
        _reported = SocketError.Success;
        return error != SocketError.Success;
    }

    private bool TryTake(out Packet? packet)
    {
        if (!_received.TryDequeue(out packet))
            return false;
        _bufferedBytes -= packet.Payload.Length + OverheadBytes;
        return true;
    }

    public override int TryReceive(Span<byte> into, out SocketError error)
    {
        ThrowIfClosed();
        if (TakeReport(out error))
            return 0;
        if (TryTake(out var packet))
            return Copy(packet!, into);
        error = SocketError.WouldBlock;
        return 0;
    }

    private static int Copy(Packet packet, Span<byte> into)
    {
        int bytes = Math.Min(packet.Payload.Length, into.Length);
        packet.Payload.AsSpan(0, bytes).CopyTo(into);
        return bytes;
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken stop = default) =>
        Copy(await NextAsync(stop).ConfigureAwait(false), into.Span);

    public override async ValueTask<UdpReceived> ReceiveFromAsync(Memory<byte> into, CancellationToken stop = default)
    {
        var packet = await NextAsync(stop).ConfigureAwait(false);
        return new UdpReceived(Copy(packet, into.Span), packet.From);
    }

    private ValueTask<Packet> NextAsync(CancellationToken stop)
    {
        ThrowIfClosed();
        if (TakeReport(out var error))
            return ValueTask.FromException<Packet>(new SocketException((int)error));
        return TryTake(out var packet) ? new(packet!) : _wait.Begin(stop);
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, typeof(UdpSocket));

    protected override void Dispose(bool disposing)
    {
        if (_closed)
            return;
        _closed = true;
        foreach (var each in _memberships)
            each.By.Leave(each.Group);
        _memberships.Clear();
        _received.Clear();
        _network.Remove(this);
        _wait.Fail(new SocketException((int)SocketError.OperationAborted));
    }
}
