using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>A datagram socket of a <see cref="Network"/>.</summary>
/// <remarks>
/// One thread at a time. The <c>Try</c> calls never wait: with nothing to take or no room they return WouldBlock. An
/// ICMP answer to an earlier datagram (ConnectionRefused and the like) is reported once, by the next call on a
/// connected socket, and nothing was sent or taken by that call. All members that set something up throw
/// <see cref="SocketException"/>.
/// </remarks>
public abstract class UdpSocket : IDisposable
{
    /// <summary>Where it is bound; <see cref="IPAddress.Any"/> and port 0 before it is.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>Other sockets may be bound to the same address. Before <see cref="Bind"/>.</summary>
    public abstract void ShareAddress();

    /// <summary>Takes a local address; port 0 takes a free one.</summary>
    public abstract void Bind(IPEndPoint local);

    /// <summary>Sends to and takes from that address only, from now on.</summary>
    public abstract void Connect(IPEndPoint remote);

    /// <summary>Asks for a buffer of that many bytes; 0 asks for nothing. Returns what is granted.</summary>
    public abstract int AskSendBuffer(int bytes);

    /// <inheritdoc cref="AskSendBuffer"/>
    public abstract int AskReceiveBuffer(int bytes);

    /// <summary>Datagrams that the system dropped before they were taken, for want of buffer mostly; 0 where it does
    /// not tell. Any thread.</summary>
    public virtual long KernelDrops => 0;

    /// <summary>Hops that datagrams to single hosts may make, 1 to 255.</summary>
    public abstract void SetTimeToLive(int hops);

    /// <summary>Hops that datagrams to groups may make, 0 (this host) to 255.</summary>
    public abstract void SetMulticastTimeToLive(int hops);

    /// <summary>Whether receivers on this host get its datagrams to groups too.</summary>
    public abstract void SetMulticastLoopback(bool isOn);

    /// <summary>Sends to groups through that interface.</summary>
    public abstract void SendMulticastThrough(int interfaceIndex);

    /// <summary>Sends to single hosts through that interface.</summary>
    public abstract void SendUnicastThrough(int interfaceIndex);

    /// <summary>Takes only what comes in by that interface.</summary>
    public abstract void ReceiveOnlyFrom(string interfaceName);

    /// <summary>Takes only groups it joined itself, not those of other sockets on this host.</summary>
    public abstract void TakeOnlyOwnGroups();

    /// <summary>Joins a group, from every source.</summary>
    /// <param name="group">A multicast address.</param>
    /// <param name="interfaceIndex">0: as the routes say.</param>
    public abstract void Join(IPAddress group, int interfaceIndex);

    /// <summary>Leaves a group that was joined.</summary>
    public abstract void Leave(IPAddress group, int interfaceIndex);

    /// <summary>Joins a group, from that source only; more calls add more sources.</summary>
    public abstract void JoinSource(IPAddress group, int interfaceIndex, IPAddress source);

    /// <summary>Takes nothing more from that source of a joined group.</summary>
    public abstract void Block(IPAddress group, int interfaceIndex, IPAddress source);

    /// <summary>Sends a datagram to where it is connected. The bytes sent; 0 with an error.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> datagram, out SocketError error);

    /// <summary>As <see cref="TrySend"/>, and waits for room.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken stop = default);

    /// <summary>Sends a datagram to that address, whatever it is connected to.</summary>
    public abstract int TrySendTo(ReadOnlySpan<byte> datagram, IPEndPoint to, out SocketError error);

    /// <summary>Takes a datagram. Its bytes; what does not fit into <paramref name="into"/> is cut off.</summary>
    public abstract int TryReceive(Span<byte> into, out SocketError error);

    /// <summary>From now on the component is woken when there is something to take, and takes it by
    /// <see cref="TryReceive"/> until nothing is left. False: it waits by <see cref="ReceiveAsync"/>.</summary>
    internal virtual bool TryWatch(Component reader) => false;

    /// <summary>As <see cref="TryReceive"/>, and waits for one.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken stop = default);

    /// <summary>Takes a datagram and tells from whom. It allocates the address.</summary>
    public abstract ValueTask<UdpReceived> ReceiveFromAsync(Memory<byte> into, CancellationToken stop = default);

    /// <summary>As <see cref="TryReceive"/>, and tells from whom; allocates nothing. WouldBlock also where only
    /// <see cref="ReceiveFromAsync"/> can.</summary>
    internal virtual int TryReceiveFrom(Span<byte> into, SocketAddress from, out SocketError error)
    {
        error = SocketError.WouldBlock;
        return 0;
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it; waits end with an exception.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A datagram that was received.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="From">Who sent it.</param>
public readonly record struct UdpReceived(int Bytes, IPEndPoint From);
