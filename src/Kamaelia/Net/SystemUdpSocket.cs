using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>A datagram socket of this machine. Each call is one of <see cref="Socket"/>'s.</summary>
internal sealed class SystemUdpSocket : UdpSocket
{
    private readonly Socket _socket;
    private readonly ReadWatch? _watch;
    private readonly bool _isV6;

    public SystemUdpSocket(Socket socket, bool isPolled)
    {
        _watch = isPolled ? new ReadWatch(socket) : null;
        _socket = socket;
        _isV6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        socket.Blocking = false; // What can be done at once is done by plain calls; only the rest is awaited.
    }

    public override IPEndPoint LocalEndPoint => (IPEndPoint?)_socket.LocalEndPoint
        ?? new IPEndPoint(_isV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);

    private SocketOptionLevel Level => _isV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP;

    public override void ShareAddress() =>
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);

    public override void Bind(IPEndPoint local) => _socket.Bind(local);

    public override void Connect(IPEndPoint remote) => _socket.Connect(remote);

    public override int AskSendBuffer(int bytes) => UdpOptions.AskBuffer(_socket, isSend: true, bytes);

    public override int AskReceiveBuffer(int bytes) => UdpOptions.AskBuffer(_socket, isSend: false, bytes);

    public override long KernelDrops => UdpOptions.Drops(_socket);

    public override void SetTimeToLive(int hops) => _socket.SetSocketOption(Level,
        _isV6 ? SocketOptionName.HopLimit : SocketOptionName.IpTimeToLive, hops);

    public override void SetMulticastTimeToLive(int hops) =>
        _socket.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, hops);

    public override void SetMulticastLoopback(bool isOn) =>
        _socket.SetSocketOption(Level, SocketOptionName.MulticastLoopback, isOn);

    public override void SendMulticastThrough(int interfaceIndex) =>
        UdpOptions.SendMulticastThrough(_socket, _isV6, interfaceIndex);

    public override void SendUnicastThrough(int interfaceIndex) =>
        UdpOptions.SendUnicastThrough(_socket, _isV6, interfaceIndex);

    public override void ReceiveOnlyFrom(string interfaceName) =>
        UdpOptions.ReceiveOnlyFrom(_socket, interfaceName);

    public override void TakeOnlyOwnGroups() => UdpOptions.OnlyOwnGroups(_socket, _isV6);

    public override void Join(IPAddress group, int interfaceIndex) => UdpOptions.Join(_socket, group, interfaceIndex);

    public override void Leave(IPAddress group, int interfaceIndex) =>
        UdpOptions.Leave(_socket, group, interfaceIndex);

    public override void JoinSource(IPAddress group, int interfaceIndex, IPAddress source) =>
        UdpOptions.JoinSource(_socket, group, interfaceIndex, source);

    public override void Block(IPAddress group, int interfaceIndex, IPAddress source) =>
        UdpOptions.Block(_socket, group, interfaceIndex, source);

    public override int TrySend(ReadOnlySpan<byte> datagram, out SocketError error) =>
        _socket.Send(datagram, SocketFlags.None, out error);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken stop = default) =>
        _socket.SendAsync(datagram, SocketFlags.None, stop);

    public override int TrySendTo(ReadOnlySpan<byte> datagram, IPEndPoint to, out SocketError error)
    {
        try
        {
            error = SocketError.Success;
            return _socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
            return 0;
        }
    }

    public override int TryReceive(Span<byte> into, out SocketError error) =>
        _socket.Receive(into, SocketFlags.None, out error);

    public override ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken stop = default) =>
        _socket.ReceiveAsync(into, SocketFlags.None, stop);

    internal override int TryReceiveFrom(Span<byte> into, SocketAddress from, out SocketError error)
    {
        error = SocketError.WouldBlock;
        if (!_socket.Poll(0, SelectMode.SelectRead)) // The call below would throw, which costs more than this look.
            return 0;
        try
        {
            error = SocketError.Success;
            return _socket.ReceiveFrom(into, SocketFlags.None, from);
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
            return 0;
        }
    }

    public override async ValueTask<UdpReceived> ReceiveFromAsync(Memory<byte> into, CancellationToken stop = default)
    {
        var any = new IPEndPoint(_isV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        var got = await _socket.ReceiveFromAsync(into, SocketFlags.None, any, stop).ConfigureAwait(false);
        return new UdpReceived(got.ReceivedBytes, (IPEndPoint)got.RemoteEndPoint);
    }

    internal override bool TryWatch(Component reader) => _watch is not null && _watch.TryWatch(reader);

    protected override void Dispose(bool disposing)
    {
        _watch?.Unwatch();
        _socket.Dispose();
    }
}
