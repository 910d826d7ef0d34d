using System.Net;
using System.Net.Sockets;
using Kamaelia.Net;

namespace Kamaelia.Simulation;

// Streams: who they belong to, and how they open.
public sealed partial class HostNetwork
{
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), SimulatedStream> _byEnds = [];
    private readonly List<SimulatedStream> _streams = [];
    private readonly List<SimulatedListener> _listeners = [];

    /// <inheritdoc/>
    public override async ValueTask<StreamSocket> ConnectAsync(IPEndPoint to, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        TakeDescriptor();
        SimulatedStream? stream = null;
        try
        {
            var remote = new IPEndPoint(Addresses.Plain(to.Address), to.Port);
            var by = RouteTo(remote.Address, null)
                ?? throw new SocketException((int)SocketError.NetworkUnreachable);
            var address = by.IsLoopback ? remote.Address : by.AddressOf(remote.AddressFamily)!;
            var local = new IPEndPoint(address, FreePort(IsStreamPortFree));
            stream = new SimulatedStream(this, by, local, remote, StreamState.Opening);
            Add(stream);
            await stream.OpenAsync(stop).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            if (stream is null)
                GiveDescriptor();
            else
                stream.Reset();
            throw;
        }
    }

    /// <inheritdoc/>
    public override StreamListener Listen(IPEndPoint at, int backlogMax = 128)
    {
        ArgumentNullException.ThrowIfNull(at);
        var address = Addresses.Plain(at.Address);
        if (!Addresses.IsAny(address) && !IsOwn(address))
            throw new SocketException((int)SocketError.AddressNotAvailable);
        if (_listeners.Exists(each => each.LocalEndPoint.Port == at.Port && at.Port != 0
            && (each.LocalEndPoint.Address.Equals(address) || Addresses.IsAny(address)
                || Addresses.IsAny(each.LocalEndPoint.Address))))
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        TakeDescriptor();
        int port = at.Port == 0 ? FreePort(IsStreamPortFree) : at.Port;
        var listener = new SimulatedListener(this, new IPEndPoint(address, port), backlogMax);
        _listeners.Add(listener);
        return listener;
    }

    private bool IsStreamPortFree(int port) => !_listeners.Exists(each => each.LocalEndPoint.Port == port)
        && !_streams.Exists(each => each.LocalEndPoint.Port == port);

    private SimulatedStream? FindStream(IPEndPoint local, IPEndPoint remote) =>
        _byEnds.GetValueOrDefault((local, remote));

    internal void Add(SimulatedStream stream)
    {
        _byEnds[(stream.LocalEndPoint, stream.RemoteEndPoint)] = stream;
        _streams.Add(stream);
    }

    internal void Remove(SimulatedStream stream)
    {
        if (_streams.Remove(stream))
            _byEnds.Remove((stream.LocalEndPoint, stream.RemoteEndPoint));
    }

    internal void Remove(SimulatedListener listener)
    {
        if (_listeners.Remove(listener))
            GiveDescriptor();
    }

    private void TakeSegment(Packet packet, SimulatedInterface by)
    {
        if (FindStream(packet.To, packet.From) is { } stream)
        {
            stream.Take(packet);
            return;
        }
        if (packet.Header.Flags.HasFlag(StreamFlags.Reset))
            return;
        var listener = _listeners.Find(each => each.LocalEndPoint.Port == packet.To.Port
            && (each.LocalEndPoint.Address.Equals(packet.To.Address) || Addresses.IsAny(each.LocalEndPoint.Address))
            && each.LocalEndPoint.AddressFamily == packet.To.AddressFamily);
        if (listener is not null && packet.Header.Flags == StreamFlags.Open)
            listener.Open(packet, by);
        else
            Refuse(packet, by);
    }

    private void Refuse(Packet packet, SimulatedInterface by)
    {
        var header = new StreamHeader(StreamFlags.Reset, packet.Header.Acknowledged, packet.Header.At, 0);
        Send(new Packet(Host, PacketKind.Stream, packet.To, packet.From) { Header = header }, by);
    }

    private void KillStreams()
    {
        foreach (var each in _streams.ToArray())
            each.Die();
        foreach (var each in _listeners.ToArray())
            each.Die();
        _streams.Clear();
        _byEnds.Clear();
        _listeners.Clear();
    }
}
