using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>The network as components see it: datagrams, streams, names and interfaces.</summary>
/// <remarks>
/// Components take theirs with <see cref="Of"/>. <see cref="Default"/> is the system's; a simulation puts a virtual one
/// into <see cref="GraphOptions.Resources"/>. Every implementation throws <see cref="SocketException"/> with the codes
/// of real sockets, and passes the same contract tests.
/// </remarks>
public abstract class Network
{
    /// <summary>This machine's, over <see cref="Socket"/>.</summary>
    public static Network Default { get; } = new SystemNetwork();

    /// <summary>That of the component's graph.</summary>
    public static Network Of(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return component.Graph?.Options.Resources.Find<Network>() ?? Default;
    }

    /// <summary>A datagram socket, neither bound nor connected.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6 (which does not take IPv4 as well).</param>
    /// <exception cref="SocketException">TooManyOpenSockets, AddressFamilyNotSupported.</exception>
    public abstract UdpSocket OpenUdp(AddressFamily family);

    /// <summary>Opens a stream to a listener.</summary>
    /// <exception cref="SocketException">ConnectionRefused, TimedOut, HostUnreachable, TooManyOpenSockets.</exception>
    public abstract ValueTask<StreamSocket> ConnectAsync(IPEndPoint to, CancellationToken stop = default);

    /// <summary>Listens for streams.</summary>
    /// <param name="at">A local address; port 0 takes a free one.</param>
    /// <param name="backlogMax">Streams that may wait to be accepted; more are refused or must try again.</param>
    /// <exception cref="SocketException">AddressAlreadyInUse, AddressNotAvailable, TooManyOpenSockets.</exception>
    public abstract StreamListener Listen(IPEndPoint at, int backlogMax = 128);

    /// <summary>Listens for streams.</summary>
    /// <param name="at">A local address; port 0 takes a free one.</param>
    /// <param name="options">How.</param>
    /// <exception cref="SocketException">As above; OperationNotSupported: this network has no shared
    /// ports.</exception>
    public virtual StreamListener Listen(IPEndPoint at, StreamListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.SharePort)
            throw new SocketException((int)SocketError.OperationNotSupported);
        return Listen(at, options.BacklogMax);
    }

    /// <summary>The addresses of a host, at least one.</summary>
    /// <param name="host">A name, or an address in figures.</param>
    /// <param name="family">Only of that family; Unspecified: of any.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="SocketException">HostNotFound and the like.</exception>
    public abstract ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family,
        CancellationToken stop = default);

    /// <summary>The interfaces there are now.</summary>
    public abstract IReadOnlyList<InterfaceInfo> ListInterfaces();
}

/// <summary>How to listen for streams.</summary>
public sealed record StreamListenOptions
{
    /// <summary>Streams that may wait to be accepted; more are refused or must try again.</summary>
    public int BacklogMax { get; init; } = 128;

    /// <summary>Several listeners, each with this set, may have one port (SO_REUSEPORT): the system deals streams out
    /// among them.</summary>
    public bool SharePort { get; init; }

    /// <summary>Send buffer of each stream to ask for; 0: the system's own.</summary>
    public int SendBufferBytes { get; init; }
}

/// <summary>One network interface.</summary>
/// <param name="Index">What sockets call it, from 1.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Addresses">Its own addresses.</param>
public sealed record InterfaceInfo(int Index, string Name, IReadOnlyList<IPAddress> Addresses);
