using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Kamaelia.Net;

/// <summary>This machine's network, over .NET's sockets.</summary>
/// <remarks>A graph takes another one than <see cref="Network.Default"/> from its options' resources.</remarks>
public sealed class SystemNetwork : Network
{
    /// <summary>Where the native library is there, components that read a socket are woken by their own scheduler's
    /// poller; false: by .NET's, which takes a thread of the pool in between.</summary>
    public bool UsesSchedulerPoller { get; init; } = true;

    /// <inheritdoc/>
    public override UdpSocket OpenUdp(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (family == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        return new SystemUdpSocket(socket, UsesSchedulerPoller);
    }

    /// <inheritdoc/>
    public override async ValueTask<StreamSocket> ConnectAsync(IPEndPoint to, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(to, stop).ConfigureAwait(false);
            return new SystemStreamSocket(socket, UsesSchedulerPoller);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override StreamListener Listen(IPEndPoint at, int backlogMax = 128) =>
        Listen(at, new StreamListenOptions { BacklogMax = backlogMax });

    /// <inheritdoc/>
    public override StreamListener Listen(IPEndPoint at, StreamListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(options);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.SharePort)
                SharePort(socket);
            if (options.SendBufferBytes > 0)
                socket.SendBufferSize = options.SendBufferBytes; // Those it accepts inherit it.
            socket.Bind(at);
            socket.Listen(options.BacklogMax);
            return new SystemStreamListener(socket, UsesSchedulerPoller);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SharePort(Socket socket)
    {
        const int SolSocket = 1, SoReusePort = 15; // Linux: .NET has no name for it.
        if (!OperatingSystem.IsLinux())
            throw new SocketException((int)SocketError.OperationNotSupported);
        socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family,
        CancellationToken stop = default)
    {
        var found = await Dns.GetHostAddressesAsync(host, family, stop).ConfigureAwait(false);
        return found.Length > 0 ? found : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InterfaceInfo> ListInterfaces() =>
    [
        .. from each in NetworkInterface.GetAllNetworkInterfaces()
           let addresses = each.GetIPProperties().UnicastAddresses.Select(own => own.Address)
           select new InterfaceInfo(IndexOf(each), each.Name, [.. addresses]),
    ];

    private static int IndexOf(NetworkInterface each)
    {
        var properties = each.GetIPProperties();
        return each.Supports(NetworkInterfaceComponent.IPv4)
            ? properties.GetIPv4Properties().Index
            : properties.GetIPv6Properties().Index;
    }
}
