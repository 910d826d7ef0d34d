using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>Datagrams to and from a multicast group on the loopback interface, by loops without components.</summary>
internal static class PlainUdp
{
    public const int IdleMs = 300;
    private const string ProgramName = "udp_plain";

    /// <summary>benchmarks/native/udp_plain.c, where it was built (cmake -DKAM_BENCH=ON).</summary>
    public static string? Program { get; } = NativeProgram.Find(ProgramName);

    public static Socket OpenSender(IPEndPoint group)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
            IPAddress.Loopback.GetAddressBytes());
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 0);
        socket.Connect(group);
        return socket;
    }

    public static Sample Send(IPEndPoint group, int bytes, long packets)
    {
        using Socket socket = OpenSender(group);
        var payload = new byte[bytes];
        Meter meter = Meter.Start();
        for (long i = 0; i < packets; i++)
            socket.Send(payload, SocketFlags.None);
        return meter.Stop(packets);
    }

    public static Sample Receive(IPEndPoint group, Action ready)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.ReceiveBufferSize = 4 << 20;
        socket.Bind(group);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
            new MulticastOption(group.Address, IPAddress.Loopback));
        Span<byte> buffer = new byte[2048];
        var tally = new Tally();
        ready();
        socket.ReceiveTimeout = 10_000; // For the first; then for the end.
        try
        {
            while (true)
            {
                socket.Receive(buffer, SocketFlags.None);
                tally.Add();
                if (tally.Count == 1)
                    socket.ReceiveTimeout = IdleMs;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return tally.Sample();
        }
    }

    /// <summary>Runs the C program and reads its one line.</summary>
    public static async Task<Sample> RunProgram(params string[] arguments)
    {
        await using Child program = Child.Start(Program!, arguments);
        using JsonDocument line = JsonDocument.Parse(await program.FinishAsync());
        double packets = line.RootElement.GetProperty("packets").GetDouble();
        double seconds = line.RootElement.GetProperty("seconds").GetDouble();
        double cpuNs = line.RootElement.GetProperty("cpu_ns_per_packet").GetDouble() * packets;
        return new Sample(packets, seconds * 1e9, cpuNs, 0);
    }

    /// <summary>Sends from another process, so that its CPU time is not the receiver's.</summary>
    public static Child StartLoad(IPEndPoint group, int bytes, long packets) => Child.Start(
        Environment.ProcessPath!,
        [
            .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
                ? new[] { typeof(PlainUdp).Assembly.Location }
                : [],
            "--udp-load", group.ToString(), bytes.ToString(CultureInfo.InvariantCulture),
            packets.ToString(CultureInfo.InvariantCulture),
        ]);

    /// <summary>What the process started by <see cref="StartLoad"/> does.</summary>
    public static int Load(string[] args)
    {
        using Socket socket = OpenSender(IPEndPoint.Parse(args[0]));
        var payload = new byte[int.Parse(args[1], CultureInfo.InvariantCulture)];
        for (long left = long.Parse(args[2], CultureInfo.InvariantCulture); left > 0; left--)
            socket.Send(payload, SocketFlags.None);
        return 0;
    }
}
