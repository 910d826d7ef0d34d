using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Net;

/// <summary>Socket options that .NET has no name for, with Linux's numbers; elsewhere its own names where there are
/// some. </summary>
internal static class UdpOptions
{
    private const int LevelIp = 0;
    private const int LevelIpv6 = 41;
    private const int LevelSocket = 1;
    private const int BindToDevice = 25;        // SO_BINDTODEVICE
    private const int SendBufferForce = 32;     // SO_SNDBUFFORCE
    private const int ReceiveBufferForce = 33;  // SO_RCVBUFFORCE
    private const int JoinGroup = 42;           // MCAST_JOIN_GROUP
    private const int BlockSource = 43;         // MCAST_BLOCK_SOURCE
    private const int LeaveGroup = 45;          // MCAST_LEAVE_GROUP
    private const int JoinSourceGroup = 46;     // MCAST_JOIN_SOURCE_GROUP
    private const int SockaddrStorageBytes = 128;

    /// <summary>Without it a socket also gets what any other program on this machine has joined.</summary>
    public static void OnlyOwnGroups(Socket socket, bool isV6)
    {
        if (OperatingSystem.IsLinux()) // IPV6_MULTICAST_ALL, since Linux 4.20, and IP_MULTICAST_ALL
            TrySet(socket, isV6 ? LevelIpv6 : LevelIp, isV6 ? 29 : 49, 0);
    }

    public static void Join(Socket socket, IPAddress group, int interfaceIndex)
    {
        if (OperatingSystem.IsLinux())
            SetGroup(socket, JoinGroup, group, interfaceIndex, null);
        else if (group.AddressFamily == AddressFamily.InterNetworkV6)
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
                new IPv6MulticastOption(group, interfaceIndex));
        else
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
                interfaceIndex == 0 ? new MulticastOption(group) : new MulticastOption(group, interfaceIndex));
    }

    public static void Leave(Socket socket, IPAddress group, int interfaceIndex)
    {
        if (OperatingSystem.IsLinux())
            SetGroup(socket, LeaveGroup, group, interfaceIndex, null);
        else if (group.AddressFamily == AddressFamily.InterNetworkV6)
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.DropMembership,
                new IPv6MulticastOption(group, interfaceIndex));
        else
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.DropMembership,
                interfaceIndex == 0 ? new MulticastOption(group) : new MulticastOption(group, interfaceIndex));
    }

    public static void JoinSource(Socket socket, IPAddress group, int interfaceIndex, IPAddress source) =>
        SetGroup(socket, JoinSourceGroup, group, interfaceIndex, source);

    public static void Block(Socket socket, IPAddress group, int interfaceIndex, IPAddress source) =>
        SetGroup(socket, BlockSource, group, interfaceIndex, source);

    public static void SendMulticastThrough(Socket socket, bool isV6, int interfaceIndex) => socket.SetSocketOption(
        isV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
        isV6 ? interfaceIndex : IPAddress.HostToNetworkOrder(interfaceIndex));

    /// <summary>IP_UNICAST_IF, IPV6_UNICAST_IF.</summary>
    public static void SendUnicastThrough(Socket socket, bool isV6, int interfaceIndex)
    {
        RequireLinux("iface with a unicast address");
        Set(socket, isV6 ? LevelIpv6 : LevelIp, isV6 ? 76 : 50, IPAddress.HostToNetworkOrder(interfaceIndex));
    }

    public static void ReceiveOnlyFrom(Socket socket, string interfaceName)
    {
        RequireLinux("iface with a local address");
        Span<byte> name = stackalloc byte[16]; // IFNAMSIZ
        name.Clear();
        System.Text.Encoding.UTF8.GetBytes(interfaceName, name);
        socket.SetRawSocketOption(LevelSocket, BindToDevice, name);
    }

    /// <summary>Asks for a kernel buffer; past the limit only a privileged program gets it. Returns what was
    /// granted.</summary>
    public static int AskBuffer(Socket socket, bool isSend, int wantedBytes)
    {
        int Granted()
        {
            int bytes = isSend ? socket.SendBufferSize : socket.ReceiveBufferSize;
            return OperatingSystem.IsLinux() ? bytes / 2 : bytes; // Linux counts its own overhead in.
        }
        if (wantedBytes == 0)
            return Granted();
        if (isSend)
            socket.SendBufferSize = wantedBytes;
        else
            socket.ReceiveBufferSize = wantedBytes;
        if (Granted() < wantedBytes && OperatingSystem.IsLinux())
            TrySet(socket, LevelSocket, isSend ? SendBufferForce : ReceiveBufferForce, wantedBytes);
        return Granted();
    }

    /// <summary>What the kernel has dropped at this socket; 0 where it does not tell, and when it is closed.</summary>
    public static long Drops(Socket socket)
    {
        const int MemInfo = 55, DropsAt = 8; // SO_MEMINFO: nine numbers, the last is SK_MEMINFO_DROPS.
        if (!OperatingSystem.IsLinux())
            return 0;
        Span<byte> values = stackalloc byte[(DropsAt + 1) * sizeof(uint)];
        try
        {
            int bytes = socket.GetRawSocketOption(LevelSocket, MemInfo, values);
            return bytes < values.Length ? 0 : BitConverter.ToUInt32(values[(DropsAt * sizeof(uint))..]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    // struct group_req, struct group_source_req: an index, padding to 8 bytes, one or two sockaddr_storage.
    private static void SetGroup(Socket socket, int name, IPAddress group, int interfaceIndex, IPAddress? source)
    {
        RequireLinux("source and exclude");
        Span<byte> request = stackalloc byte[8 + 2 * SockaddrStorageBytes];
        request.Clear();
        BitConverter.TryWriteBytes(request, interfaceIndex);
        Put(group, request[8..]);
        if (source is not null)
            Put(source, request[(8 + SockaddrStorageBytes)..]);
        bool isV6 = group.AddressFamily == AddressFamily.InterNetworkV6;
        int bytes = 8 + (source is null ? 1 : 2) * SockaddrStorageBytes;
        socket.SetRawSocketOption(isV6 ? LevelIpv6 : LevelIp, name, request[..bytes]);
    }

    // struct sockaddr_in: family, port, address. struct sockaddr_in6: family, port, flow, address, scope.
    private static void Put(IPAddress address, Span<byte> storage)
    {
        bool isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        BitConverter.TryWriteBytes(storage, (short)(isV6 ? 10 : 2)); // AF_INET6, AF_INET
        address.TryWriteBytes(storage[(isV6 ? 8 : 4)..], out _);
        if (isV6)
            BinaryPrimitives.WriteUInt32LittleEndian(storage[24..], (uint)address.ScopeId);
    }

    private static void Set(Socket socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(bytes, value);
        socket.SetRawSocketOption(level, name, bytes);
    }

    private static void TrySet(Socket socket, int level, int name, int value)
    {
        try
        {
            Set(socket, level, name, value);
        }
        catch (SocketException)
        {
            // An older kernel, or no privilege: the stream works without it.
        }
    }

    private static void RequireLinux(string what)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException($"{what}: on this system only the native udp components can do it");
    }
}
