using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Simulation;

internal enum PacketKind : byte
{
    Udp,
    Stream,
    Icmp,
}

/// <summary>What goes over links. Its payload is shared by all copies and never changed.</summary>
internal sealed record Packet(SimulatedHost Source, PacketKind Kind, IPEndPoint From, IPEndPoint To)
{
    public byte[] Payload { get; init; } = [];

    /// <summary>Hops it may still make.</summary>
    public int Hops { get; init; } = 64;

    public StreamHeader Header { get; init; }

    /// <summary>Icmp: what is wrong with <see cref="About"/>.</summary>
    public SocketError Error { get; init; }

    /// <summary>Icmp: the packet that could not be delivered.</summary>
    public Packet? About { get; init; }

    /// <summary>Icmp, MessageSize: the longest that goes through.</summary>
    public int MtuBytes { get; init; }

    public bool IsGroup => Addresses.IsGroup(To.Address);

    public int HeaderBytes => Addresses.HeaderBytes(To.Address, Kind);

    public int WireBytes => HeaderBytes + Payload.Length;

    /// <summary>The answer of the network to its sender.</summary>
    public Packet Reply(SimulatedHost source, SocketError error, int mtuBytes = 0) =>
        new(source, PacketKind.Icmp, To, From) { Error = error, About = this, MtuBytes = mtuBytes };
}

/// <summary>The part of a packet that a stream's ends speak with. Places are counted from 0 and do not wrap.</summary>
internal readonly record struct StreamHeader(StreamFlags Flags, long At, long Acknowledged, int WindowBytes);

[Flags]
internal enum StreamFlags : byte
{
    None = 0,
    Open = 1,        // SYN
    Acknowledge = 2, // ACK
    Finish = 4,      // FIN
    Reset = 8,       // RST
}

internal static class Addresses
{
    public static bool IsGroup(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6Multicast;
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes[0] is >= 224 and < 240;
    }

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    public static int HeaderBytes(IPAddress address, PacketKind kind) =>
        (address.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20) + (kind == PacketKind.Stream ? 32 : 8);

    /// <summary>The same without a scope: packets carry none.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0
            ? new IPAddress(address.GetAddressBytes())
            : address;
}
