using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Catalogue;
using Kamaelia.Files;
using Kamaelia.Interop;
using Kamaelia.Net;
using Kamaelia.Utilities;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>TCP over the loopback interface through components, beside loops over sockets, pipes and C.</summary>
/// <remarks>Of a stream both ends are in this process, and CPU is that of both. Those who ask for echoes are a process
/// of their own where there is one: then only the server counts.</remarks>
internal sealed class TcpSuite : ISuite
{
    private const int WriteBytes = 65536;
    private const int RequestBytes = 64;
    private const int Clients = 16;
    private const string PlainName = "plain C";
    private const string ThroughName = "file.read to tcp.connect";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public string Name => "tcp";

    public string Sentence => "TCP on loopback: 64 KiB writes, 64-byte requests that are echoed, a file to a socket";

    public IEnumerable<Group> Groups(Scale scale)
    {
        bool hasPlain = PlainListeners.Program is not null;
        List<Variant> flows = [], echoes = [];
        if (NativeLibraryInfo.IsAvailable)
            flows.Add(new("native tcp.connect to tcp.listen", n => Flow(n, NativeOf)));
        flows.Add(new("managed tcp.connect to tcp.listen", n => Flow(n, entry => entry.Managed!)));
        flows.Add(Variant.Rival("Socket.SendAsync", SocketRivals.Flow));
        flows.Add(Variant.Rival("System.IO.Pipelines", SocketRivals.PipeFlow));
        if (NativeLibraryInfo.IsAvailable && hasPlain)
            echoes.Add(new("native tcp.listen, one a client", NativeEcho));
        echoes.Add(new("TcpServer", Echo));
        echoes.Add(Variant.Rival("Socket loop a connection", SocketRivals.Echo));
        var missing = new List<Missing>();
        if (hasPlain)
        {
            flows.Add(Variant.Limit(PlainName, n => PlainListeners.Stream(WriteBytes, n)));
            echoes.Add(Variant.Limit(PlainName, n => PlainListeners.Echo(Clients, Whole(n), RequestBytes)));
        }
        else
        {
            missing.Add(new(PlainName, "benchmarks/native was not built"));
        }
        string? limit = hasPlain ? PlainName : null;
        yield return new Group(Name, "64 KiB writes", "write", flows)
        {
            Baseline = "Socket.SendAsync", PayloadBytes = WriteBytes, FirstOperations = 2_000, Limit = limit,
            Missing = missing,
        };
        yield return new Group(Name, $"64-byte echo, {Clients} clients", "request", echoes)
        {
            Baseline = "Socket loop a connection", FirstOperations = 2_000, Limit = limit, Missing = missing,
        };
        yield return Files(scale, limit, missing);
    }

    /// <summary>A file to a thread that reads it; CPU is that of both ends.</summary>
    private Group Files(Scale scale, string? limit, IReadOnlyList<Missing> missing)
    {
        int times = scale.Pick(100, 40, 1);
        double writes = (double)MediaFile.SampleBytes * times / WriteBytes;
        var file = new Lazy<string>(() => MediaFile.Of(times).Path);
        List<Variant> files = [];
        if (NativeLibraryInfo.IsAvailable)
        {
            files.Add(new("native tcp.sendfile", _ => SendFile(writes, (graph, port) => graph.Add(
                NativeComponents.Create("tcp.sendfile", ("path", file.Value), ("address", $"127.0.0.1:{port}"))))));
        }
        files.Add(new("managed tcp.sendfile", _ => SendFile(writes, (graph, port) =>
            graph.Add(new TcpFileSender(file.Value, new HostPort("127.0.0.1", port))))));
        files.Add(new(ThroughName, _ => SendFile(writes, (graph, port) => graph.Pipe(new FileReader(file.Value),
            Make("tcp.connect", entry => entry.Native ?? entry.Managed!, $"127.0.0.1:{port}"),
            new NullSink<Chunk>()))));
        if (limit is not null)
            files.Add(Variant.Limit(limit, _ => PlainListeners.SendFile(file.Value, writes)));
        return new Group(Name, "a file to a socket", "64 KiB", files)
        {
            Baseline = ThroughName, PayloadBytes = WriteBytes, FixedOperations = (long)writes, Limit = limit,
            Missing = missing,
        };
    }

    private static async Task<Sample> SendFile(double writes, Action<Graph, ushort> build)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        await using var graph = new Graph("bench");
        build(graph, (ushort)((IPEndPoint)listener.LocalEndPoint!).Port);
        Meter meter = Meter.Start();
        graph.Start();
        using Socket socket = await listener.AcceptAsync();
        await Task.Factory.StartNew(() => PlainTcp.ReadAll(socket, WriteBytes), TaskCreationOptions.LongRunning);
        Sample sample = meter.Stop(writes);
        socket.Dispose();
        await graph.Completion.WaitAsync(s_patience);
        return sample;
    }

    private static long Whole(long requests) => Math.Max(1, requests / Clients) * Clients;

    private static async Task<Sample> Flow(long writes, Func<ComponentEntry, ComponentTwin> choose)
    {
        var probe = new FlowProbe(writes * WriteBytes, operationsPerMessage: 1.0 / WriteBytes, skip: 16 * WriteBytes);
        Component listener = Make("tcp.listen", choose, "127.0.0.1:0");
        await using var receiving = new Graph("receiving");
        receiving.Pipe(listener, new ByteProbe(probe));
        receiving.Start();
        int port = await PortOfAsync(listener);
        await using var sending = new Graph("sending");
        sending.Pipe(new SharingSource([new byte[WriteBytes]], probe.Total / WriteBytes),
            Make("tcp.connect", choose, $"127.0.0.1:{port}"));
        await sending.RunAsync();
        await receiving.Completion;
        return await probe.Done;
    }

    private static Component Make(string name, Func<ComponentEntry, ComponentTwin> choose, string address)
    {
        ComponentTwin twin = choose(ComponentCatalogue.Default.Find(name)!);
        return twin.Create(OptionValues.Of(twin.Info, ("address", address)));
    }

    private static ComponentTwin NativeOf(ComponentEntry entry) => entry.Native ?? throw new InvalidOperationException(
        $"the native library beside this program has no {entry.Name}: it is older than the program, build it anew");

    private static async Task<int> PortOfAsync(Component listener)
    {
        long port = 0;
        await Patience.UntilAsync(() => (port = listener.Counters.First(each => each.Key == "port").Value) != 0,
            "it listens");
        return (int)port;
    }

    /// <summary>A port a client, each a pipe back to itself through one other component: all of it native, on one
    /// scheduler.</summary>
    private static async Task<Sample> NativeEcho(long requests)
    {
        await using var graph = new Graph("bench");
        var listeners = new List<Component>();
        for (int i = 0; i < Clients; i++)
        {
            Component listener = graph.Add(Make("tcp.listen", NativeOf, "127.0.0.1:0"));
            Component pass = graph.Add(NativeComponents.Create("pass"));
            graph.Link(listener, "outbox", pass, "inbox");
            graph.Link(pass, "outbox", listener, "inbox");
            listeners.Add(listener);
        }
        graph.Start();
        var ports = new List<int>();
        foreach (Component listener in listeners)
            ports.Add(await PortOfAsync(listener));
        Sample sample = await AskFromOutsideAsync(ports, requests);
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
        return sample;
    }

    /// <summary>The clients are a process of their own; without one they are threads of this process.</summary>
    public static async Task<Sample> AskFromOutsideAsync(IReadOnlyList<int> ports, long requests)
    {
        if (PlainListeners.Program is null)
            return Ask(ports[0], requests);
        using var bound = new CancellationTokenSource(s_patience);
        Meter meter = Meter.Start();
        await using Child asking = PlainListeners.StartAsking(Clients, Whole(requests), RequestBytes, ports);
        await asking.FinishAsync(bound.Token);
        return meter.Stop(Whole(requests));
    }

    private static async Task<Sample> Echo(long requests)
    {
        var server = new TcpServer(new HostPort("127.0.0.1", 0), _ => new AsyncPass<Chunk>());
        await using var graph = new Graph("bench");
        graph.Add(server);
        graph.Start();
        await Patience.UntilAsync(() => server.LocalPort != 0, "the server listens");
        Sample sample = await AskFromOutsideAsync([server.LocalPort], requests);
        await graph.StopAsync();
        return sample;
    }

    /// <summary>Clients on threads of their own, each of which asks when it has its answer.</summary>
    private static Sample Ask(int port, long requests)
    {
        Socket[] sockets = [.. Enumerable.Range(0, Clients).Select(_ =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, port);
            return socket;
        })];
        long each = Math.Max(1, requests / Clients);
        AskAll(sockets, Math.Min(each, 100)); // Until every path has been taken.
        Meter meter = Meter.Start();
        AskAll(sockets, each);
        Sample sample = meter.Stop(each * Clients);
        Array.ForEach(sockets, socket => socket.Dispose());
        return sample;
    }

    private static void AskAll(Socket[] sockets, long requests)
    {
        Thread[] threads = [.. sockets.Select(socket => new Thread(() =>
        {
            Span<byte> request = stackalloc byte[RequestBytes], answer = stackalloc byte[RequestBytes];
            for (long left = requests; left > 0; left--)
            {
                socket.Send(request);
                for (int at = 0; at < RequestBytes;)
                    at += socket.Receive(answer[at..]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }
}

/// <summary>Counts the bytes of a stream, however it is cut.</summary>
internal sealed partial class ByteProbe(FlowProbe probe) : Component
{
    [Port("The stream.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out Chunk chunk))
            {
                probe.Add(chunk.Length);
                chunk.Dispose();
            }
        }
    }
}
