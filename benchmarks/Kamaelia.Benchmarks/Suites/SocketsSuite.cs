using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Catalogue;
using Kamaelia.Interop;
using Kamaelia.Net;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>One TCP stream, and datagrams to one address, on the loopback interface beside plain sockets and iperf3.
/// </summary>
internal sealed class SocketsSuite : ISuite
{
    private const int WriteBytes = 65536;
    private const int PacketBytes = 1316;
    private const string PlainName = "plain Socket loop";

    public string Name => "sockets";

    public string Sentence => "a TCP stream and datagrams to one address on loopback, beside plain sockets and iperf3";

    public IEnumerable<Group> Groups(Scale scale)
    {
        Missing[] missing = Tool.Iperf.Path is null ? [Tool.Iperf.MissingFor("iperf3")] : [];
        yield return new Group(Name, "TCP stream, 64 KiB writes, both ends", "write", [.. TcpVariants(scale)])
        {
            Baseline = PlainName, PayloadBytes = WriteBytes, FirstOperations = 2_000, IsBrief = true, Missing = missing,
        };
        yield return new Group(Name, "UDP to one address, the sender", "packet", [.. UdpVariants(scale)])
        {
            Baseline = PlainName, PayloadBytes = PacketBytes, FirstOperations = 20_000, IsBrief = true,
            Missing = missing,
        };
    }

    private static IEnumerable<Variant> TcpVariants(Scale scale)
    {
        yield return new("tcp.connect to tcp.listen", n => Tcp(n, schedulers: 1));
        yield return new("the same, a scheduler each", n => Tcp(n, schedulers: 2));
        yield return Variant.Rival(PlainName, n => PlainTcp.Stream(WriteBytes, n));
        if (Tool.Iperf.Path is not null)
            yield return Variant.Rival("iperf3", n => Iperf.Tcp(PlainTcp.FreePort(), WriteBytes,
                Math.Max(n, scale.Pick(20_000, 8_000, 100))));
    }

    private static async Task<Sample> Tcp(long writes, int schedulers)
    {
        string address = $"127.0.0.1:{PlainTcp.FreePort()}";
        var probe = new FlowProbe(writes, skip: 256);
        await using var graph = new Graph("bench", new GraphOptions { Schedulers = schedulers });
        Component listener = graph.Add(Made("tcp.listen", ("address", address)), graph.Schedulers[^1]);
        Component sink = graph.Add(new Utilities.NullSink<Chunk>(), graph.Schedulers[^1]);
        graph.Link(listener, "outbox", sink, "inbox");
        var source = graph.Add(new SharingSource([new byte[WriteBytes]], probe.Total) { Probe = probe });
        Component connector = graph.Add(Made("tcp.connect", ("address", address), ("retry", "10s")));
        graph.Link(source, "outbox", connector, "inbox");
        await graph.RunAsync();
        return await probe.Done;
    }

    private static Component Made(string name, params (string, string)[] options)
    {
        ComponentTwin twin = ComponentCatalogue.Default.Find(name)!.Auto;
        return twin.Create(OptionValues.Of(twin.Info, options));
    }

    private static IEnumerable<Variant> UdpVariants(Scale scale)
    {
        if (NativeLibraryInfo.IsAvailable)
        {
            yield return new("native udp.send", n => Udp(to => NativeComponents.Create(
                "udp.send", ("address", to.ToString())), n));
        }
        yield return new("managed udp.send",
            n => Udp(to => new UdpSender(new HostPort(to.Address.ToString(), to.Port)), n));
        yield return Variant.Rival(PlainName, n => WithReader(to => Task.FromResult(PlainSend(to, n))));
        if (Tool.Iperf.Path is not null)
            yield return Variant.Rival("iperf3", n => Iperf.Udp(PlainTcp.FreePort(), PacketBytes,
                Math.Max(n, scale.Pick(300_000, 100_000, 1_000))));
    }

    private static Task<Sample> Udp(Func<IPEndPoint, Component> sender, long packets) => WithReader(async to =>
    {
        var probe = new FlowProbe(packets, skip: 256);
        await using var graph = new Graph("bench");
        graph.Pipe(new SharingSource([new byte[PacketBytes]], probe.Total) { Probe = probe }, sender(to));
        await graph.RunAsync();
        return await probe.Done;
    });

    private static Sample PlainSend(IPEndPoint to, long packets)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to);
        var payload = new byte[PacketBytes];
        Meter meter = Meter.Start();
        for (long i = 0; i < packets; i++)
            socket.Send(payload);
        return meter.Stop(packets);
    }

    /// <summary>Another process reads meanwhile, as iperf3's server does; without it, the kernel drops what comes.
    /// </summary>
    private static async Task<Sample> WithReader(Func<IPEndPoint, Task<Sample>> send)
    {
        var to = new IPEndPoint(IPAddress.Loopback, PlainTcp.FreePort());
        if (PlainUdp.Program is null)
        {
            using var drain = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            drain.Bind(to);
            return await send(to);
        }
        await using Child reader = Child.Start(PlainUdp.Program, "recv", to.Address.ToString(),
            to.Port.ToString(CultureInfo.InvariantCulture), "recvmmsg", "5000");
        await Task.Delay(50); // It does not say when it has bound.
        return await send(to);
    }
}
