using System.Net;
using System.Net.Sockets;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Opens the sockets of <see cref="UdpSender"/> and <see cref="UdpReceiver"/>; refusals are
/// sentences.</summary>
internal static class UdpSockets
{
    public static UdpSocket OpenSender(Network network, UdpSender setup, IPEndPoint to, IPEndPoint? from)
    {
        bool isV6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        bool isGroup = UdpEndpoint.IsGroup(to.Address);
        var socket = network.OpenUdp(to.AddressFamily);
        try
        {
            if (setup.Reuse)
                socket.ShareAddress();
            socket.AskSendBuffer(setup.SendBufferBytes);
            if (setup.Interface is { } name)
            {
                var (index, _) = UdpEndpoint.FindInterface(network, name);
                Guard("iface", $"iface: cannot send through '{name}'", () =>
                {
                    if (isGroup)
                        socket.SendMulticastThrough(index);
                    else
                        socket.SendUnicastThrough(index);
                });
                if (isV6 && IsLinkLocal(to.Address) && to.Address.ScopeId == 0)
                    to = new IPEndPoint(new IPAddress(to.Address.GetAddressBytes(), index), to.Port);
            }
            SetReach(socket, setup, to, isGroup);
            if (from is not null)
                BindTo(socket, "bind", from, "send from");
            // Connected, so that the route is looked up once and a port that nobody listens to is reported.
            socket.Connect(to);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw CannotSend(to, e, 0);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<UdpSocket> OpenReceiverAsync(Network network, UdpReceiver setup,
        CancellationToken stop)
    {
        var at = await UdpEndpoint.ResolveAsync(network, "address", setup.Address, AddressFamily.Unspecified, stop);
        var family = at.AddressFamily;
        async Task<List<IPAddress>> HostsAsync(string option, IReadOnlyList<string> hosts)
        {
            var found = new List<IPAddress>();
            foreach (string host in hosts)
            {
                if (host.Length == 0)
                    throw new ResourceUnavailableException(option,
                        $"{option}: an address is missing between the commas");
                var one = await UdpEndpoint.ResolveAsync(network, option, new HostPort(host, 0), family, stop);
                found.Add(one.Address);
            }
            return found;
        }
        var sources = await HostsAsync("source", setup.Sources);
        var excluded = await HostsAsync("exclude", setup.Excluded);
        var socket = network.OpenUdp(family);
        try
        {
            bool isGroup = UdpEndpoint.IsGroup(at.Address);
            if (setup.Reuse ?? isGroup)
                socket.ShareAddress();
            setup.NoteBuffer(socket.AskReceiveBuffer(setup.ReceiveBufferBytes));
            if (isGroup)
                ListenToGroup(network, socket, setup, at, sources, excluded);
            else
                ListenLocally(network, socket, setup, at);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The far end says that nobody listens there or that it cannot be reached: of a datagram that went
    /// before.</summary>
    public static bool IsReply(SocketException e) => e.SocketErrorCode
        is SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostUnreachable or SocketError.HostDown;

    public static ResourceUnavailableException CannotSend(IPEndPoint to, SocketException e, int datagramBytes) =>
        new("address", $"cannot send to {to}: {e.Message}" + e.SocketErrorCode switch
        {
            SocketError.NetworkUnreachable or SocketError.HostUnreachable =>
                "; no route leads there: name an interface with iface=",
            SocketError.MessageSize =>
                $"; a datagram of {datagramBytes} bytes is longer than the way there carries: send "
                + "shorter ones",
            SocketError.AccessDenied =>
                "; a firewall rule forbids it, or it is a broadcast address: use a multicast group",
            SocketError.NetworkDown => "; the interface is down",
            SocketError.InvalidArgument => "; the local address (bind=) and the interface cannot reach it",
            _ => "",
        }, e);

    private static bool IsLinkLocal(IPAddress address)
    {
        if (address.IsIPv6LinkLocal)
            return true;
        byte[] bytes = address.GetAddressBytes();
        return bytes[0] == 0xFF && (bytes[1] & 0x0F) is 1 or 2; // Interface-local and link-local groups.
    }

    private static void SetReach(UdpSocket socket, UdpSender setup, IPEndPoint to, bool isGroup)
    {
        if (isGroup)
        {
            socket.SetMulticastTimeToLive(setup.Ttl ?? 1);
            socket.SetMulticastLoopback(setup.Loop);
        }
        else if (setup.Ttl is { } ttl)
        {
            if (ttl == 0)
                throw new ResourceUnavailableException("ttl", $"ttl: 0 is for multicast groups, {to} is none");
            socket.SetTimeToLive(ttl);
        }
    }

    private static void ListenToGroup(Network network, UdpSocket socket, UdpReceiver setup, IPEndPoint group,
        List<IPAddress> sources, List<IPAddress> excluded)
    {
        if (group.Port == 0)
            throw new ResourceUnavailableException("address", $"address: a group needs a port, {group} has 0");
        int index = setup.Interface is { } name ? UdpEndpoint.FindInterface(network, name).Index : 0;
        bool isV6 = group.AddressFamily == AddressFamily.InterNetworkV6;
        if (isV6)
        {
            index = index == 0 ? (int)group.Address.ScopeId : index; // [ff02::1%eth0]:5004
            group = new IPEndPoint(new IPAddress(group.Address.GetAddressBytes(), index), group.Port);
        }
        socket.TakeOnlyOwnGroups();
        // To the group, not to every address: other groups and unicast with the same port stay out.
        bool canBindToGroup = !OperatingSystem.IsWindows();
        BindTo(socket, "address", canBindToGroup ? group : Every(group), "listen at");
        string where = setup.Interface is null ? "" : $" on '{setup.Interface}'";
        Guard("address", $"cannot join {group}{where}", () =>
        {
            if (sources.Count == 0)
                socket.Join(group.Address, index);
            foreach (var source in sources)
                socket.JoinSource(group.Address, index, source);
            foreach (var source in excluded)
                socket.Block(group.Address, index, source);
        });
    }

    private static void ListenLocally(Network network, UdpSocket socket, UdpReceiver setup, IPEndPoint local)
    {
        if (setup.Sources.Count + setup.Excluded.Count > 0)
        {
            string option = setup.Sources.Count > 0 ? "source" : "exclude";
            throw new ResourceUnavailableException(option,
                $"{option}: only a multicast group has sources, {local} is none");
        }
        if (setup.Interface is { } name)
        {
            string found = UdpEndpoint.FindInterface(network, name).Name;
            Guard("iface", $"iface: cannot receive only from '{name}'", () => socket.ReceiveOnlyFrom(found));
        }
        BindTo(socket, "address", local, "listen at");
    }

    private static IPEndPoint Every(IPEndPoint like) =>
        new(like.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, like.Port);

    private static void BindTo(UdpSocket socket, string option, IPEndPoint local, string verb) =>
        Guard(option, $"cannot {verb} {local}", () => socket.Bind(local));

    private static void Guard(string option, string what, Action action)
    {
        try
        {
            action();
        }
        catch (SocketException e)
        {
            throw new ResourceUnavailableException(option, $"{what}: {e.Message}" + e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    "; another socket has it: choose another port, or set reuse=true on both",
                SocketError.AddressNotAvailable => "; no interface of this machine has that address",
                SocketError.AccessDenied => "; ports below 1024 are for privileged programs",
                _ when e.NativeErrorCode == 19 => "; no route tells which interface: name one with iface=", // ENODEV
                _ => "",
            }, e);
        }
    }
}
