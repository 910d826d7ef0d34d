using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Options of <c>udp.send</c> and <c>udp.recv</c>: names, kinds and defaults equal the native twins'
/// tables.</summary>
internal static class UdpTables
{
    private const long BufferBytesMax = 1 << 30;

    public static ComponentInfo Sender { get; } =
        new("udp.send", "Sends each chunk as a UDP datagram to an address or a multicast group.")
        {
            Options =
            [
                OptionInfo.Positional("address", OptionKind.Address,
                    "Where to send to: host:port, an IPv6 host in brackets; a name is looked up once, before the "
                    + "start.",
                    "239.1.1.1:5004"),
                OptionInfo.Optional("iface", OptionKind.Text,
                    "Interface to send through: its name (eth0) or one of its addresses (10.0.0.5); unset: as the "
                    + "routing table says."),
                OptionInfo.Optional("ttl", OptionKind.Int,
                    "Hops that a datagram may make, 0 to 255; 0 stays on this host; unset: 1 for a multicast group, so "
                    + "that it stays on this network, and the system's own (mostly 64) for any other address.",
                    min: 0, max: 255),
                OptionInfo.Optional("loop", OptionKind.Bool,
                    "Whether receivers on this host get multicast datagrams too.", "true"),
                OptionInfo.Optional("bind", OptionKind.Address,
                    "Local address and port to send from, port 0 for any free one; unset: the system's choice. "
                    + "Source-specific receivers ask for this address."),
                OptionInfo.Optional("reuse", OptionKind.Bool,
                    "Whether other sockets may be bound to the same local port.", "false"),
                OptionInfo.Optional("sndbuf", OptionKind.Int,
                    "Bytes of kernel send buffer to ask for, 0 to 1Gi; 0: the system's own.", "0", 0, BufferBytesMax),
                OptionInfo.Optional("gso", OptionKind.Text,
                    "Neighbouring datagrams of equal length handed to the kernel as one: auto, off, or a number 2 to "
                    + "64. This managed component always sends one by one.", "auto"),
                OptionInfo.Optional("pace", OptionKind.Rate,
                    "Payload bits per second that are not exceeded, up to 1000G; 0: as fast as datagrams come.", "0",
                    0, 1_000_000_000_000),
                OptionInfo.Optional("burst", OptionKind.Int,
                    "With pace: payload bytes that may leave at once, 0 to 16Mi; 0: what the rate gives in 2 ms, at "
                    + "most 64Ki. One datagram may always leave.", "0", 0, 1 << 24),
            ],
        };

    public static ComponentInfo Receiver { get; } =
        new("udp.recv", "Receives UDP datagrams sent to a multicast group or to a local address.")
        {
            IsSource = true,
            Options =
            [
                OptionInfo.Positional("address", OptionKind.Address,
                    "What to receive: group:port joins the multicast group, any other host:port is a local address to "
                    + "listen at, :port is every IPv4 address, [::]:port every IPv6 address; port 0 takes a free one.",
                    "239.1.1.1:5004"),
                OptionInfo.Optional("iface", OptionKind.Text,
                    "Interface to receive on: its name (eth0) or one of its addresses (10.0.0.5); unset: a group is "
                    + "joined where the routing table says, a local address takes from all."),
                OptionInfo.Optional("source", OptionKind.Text,
                    "Source-specific multicast: only datagrams from these addresses, separated by commas."),
                OptionInfo.Optional("exclude", OptionKind.Text,
                    "Multicast from everyone except these addresses, separated by commas; not with source."),
                OptionInfo.Optional("rcvbuf", OptionKind.Int,
                    "Bytes of kernel receive buffer to ask for, 0 to 1Gi; 0: the system's own. The system may grant "
                    + "less.",
                    "4Mi", 0, BufferBytesMax),
                OptionInfo.Choice("gro", "Whether the kernel may hand over runs of datagrams as one: auto or off. This "
                    + "managed component always receives one by one.", "auto", "off"),
                OptionInfo.Optional("timestamp", OptionKind.Bool,
                    "Whether pts_ns of each chunk is the time at which it was received, in ns since 1970 UTC.",
                    "false"),
                OptionInfo.Optional("senders_max", OptionKind.Int,
                    "Numbers the senders: the tag of each chunk is the number of the one it came from, 1 to so many in "
                    + "order of first appearance, 0 of those beyond; at most 1Mi; 0: no numbers, every tag is 0.",
                    "0", 0, 1 << 20),
                OptionInfo.Optional("packets_max", OptionKind.Int,
                    "Ends Completed after so many datagrams; 0: never.", "0", 0, long.MaxValue),
                OptionInfo.Optional("idle_timeout", OptionKind.Duration,
                    "Ends Completed when nothing has come for so long after the first datagram; 0s: never.", "0s"),
                OptionInfo.Optional("gather", OptionKind.Duration,
                    "While datagrams come, how long more of them are left to come before the next look, up to 1s: "
                    + "fewer wake-ups for so much more delay; 0s: a wake-up as soon as there is one.", "0s"),
                OptionInfo.Optional("datagram_bytes_max", OptionKind.Int,
                    "Longest payload that is taken, 1 to 65535 bytes; longer ones are dropped.", "2048", 1, 65535),
                OptionInfo.Optional("reuse", OptionKind.Bool,
                    "Whether other sockets may be bound to the same address and port; unset: true for a multicast "
                    + "group, false for any other address."),
            ],
        };
}
