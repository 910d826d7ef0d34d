using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Options of the TCP components; those of <c>tcp.serve</c> equal the native twin's table.</summary>
internal static class TcpTables
{
    private const long BufferBytesMax = 1 << 30;

    private static readonly OptionInfo s_server = OptionInfo.Positional("address", OptionKind.Address,
        "Whom to connect to: host:port, an IPv6 host in brackets; each address of a name is tried.",
        "127.0.0.1:9000");

    private static readonly OptionInfo s_timeout = OptionInfo.Optional("timeout", OptionKind.Duration,
        "How long one try to connect may take; 0s: as long as the system lets it.", "10s");

    private static readonly OptionInfo s_retry = OptionInfo.Optional("retry", OptionKind.Duration,
        "How long to go on trying when nobody answers, with pauses that grow from 0.1 to 5 s; 0s: one try.", "0s");

    public static ComponentInfo Connector { get; } =
        new("tcp.connect", "Connects to a TCP server: sends what comes in, and what it receives goes out.")
        {
            IsSource = true,
            Options =
            [
                s_server,
                s_timeout,
                s_retry,
            ],
        };

    public static ComponentInfo FileSender { get; } =
        new("tcp.sendfile", "Sends a file to a TCP server, straight from the page cache to the socket.")
        {
            IsSource = true,
            Options =
            [
                s_server,
                OptionInfo.Required("path", OptionKind.Text, "File to send.", "in.ts"),
                OptionInfo.Optional("offset", OptionKind.Int, "Byte of the file to begin at.", "0", 0, long.MaxValue),
                OptionInfo.Optional("length", OptionKind.Int,
                    "Bytes to send; unset: to the end that the file has at the start.", null, 0, long.MaxValue),
                OptionInfo.Optional("rate", OptionKind.Rate,
                    "Bits per second that are not exceeded, up to 1000G; 0: as fast as the far end takes them.", "0",
                    0, 1_000_000_000_000),
                s_timeout,
                s_retry,
            ],
        };

    public static ComponentInfo Acceptor { get; } =
        new("tcp.listen", "Listens at a TCP port and is a pipe to whoever connects, one after the other or merged.")
        {
            IsSource = true,
            Options =
            [
                OptionInfo.Positional("address", OptionKind.Address,
                    "Where to listen: :port is every IPv4 address, [::]:port every IPv6 address, host:port one "
                    + "address; port 0 takes a free one (counter `port`).", "127.0.0.1:9000"),
                OptionInfo.Choice("mode", "one: a single peer at a time, both ways, the others wait; merge: the bytes "
                    + "of all peers go out, chunk by chunk, and nothing is sent.", "one", "merge"),
                OptionInfo.Optional("connections", OptionKind.Int,
                    "Ends Completed after so many connections; 0: never; unset: 1, with mode=merge 0.", null, 0,
                    long.MaxValue),
                OptionInfo.Optional("open_max", OptionKind.Int,
                    "With mode=merge: peers at a time, 1 to 100000; more wait in the system's queue.", "1000", 1,
                    100_000),
            ],
        };

    public static ComponentInfo Broadcaster { get; } =
        new("tcp.serve", "Sends one stream to everyone who connects; a slow listener never holds up another.")
        {
            Options =
            [
                OptionInfo.Positional("address", OptionKind.Address,
                    "Where to listen: :port is every IPv4 address, [::]:port every IPv6 address, host:port one "
                    + "address; port 0 takes a free one (counter `port`).", "127.0.0.1:8000"),
                OptionInfo.Choice("slow", "What becomes of a listener that is more than `queue` behind: key: it goes "
                    + "on at the next key point (chunk flag; in a stream without any, at the oldest chunk kept); "
                    + "oldest: at the oldest chunk kept; disconnect: it is cut off.", "key", "oldest", "disconnect"),
                OptionInfo.Optional("queue", OptionKind.Int,
                    "Bytes that a listener may be behind, 4Ki to 1Gi, beside what the system's buffers hold.", "1Mi",
                    4096, BufferBytesMax),
                OptionInfo.Optional("interval", OptionKind.Duration,
                    "What comes within it goes out in one write to each listener, up to 1s: longer costs latency and "
                    + "saves CPU; 0s: at once.", "0s"),
                OptionInfo.Choice("join", "Where a new listener begins: live: with the next chunk; key: at the latest "
                    + "key point kept, or else at the next one.", "live", "key"),
                OptionInfo.Optional("listeners_max", OptionKind.Int,
                    "Listeners at a time; one too many is closed at once (counter `refused`); 0: as many as there are "
                    + "descriptors.", "0", 0, int.MaxValue),
                OptionInfo.Optional("linger", OptionKind.Duration,
                    "How long listeners may take for the rest when the stream has ended, up to 1h.", "5s"),
                OptionInfo.Optional("sndbuf", OptionKind.Int,
                    "Bytes of kernel send buffer a listener to ask for, 0 to 1Gi; 0: the system's own.", "0", 0,
                    BufferBytesMax),
                OptionInfo.Optional("reuse_port", OptionKind.Bool,
                    "Whether several of these, each with this set, share the port: the system deals listeners out "
                    + "among them, one on each scheduler (Linux).", "false"),
            ],
        };
}
