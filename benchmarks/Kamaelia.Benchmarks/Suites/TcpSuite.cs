using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;
using Kamaelia.Catalogue;
using Kamaelia.Net;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>TCP over the loopback interface through components, beside loops over sockets and pipes.</summary>
/// <remarks>Both ends of each variant are in this process: CPU is that of sender and receiver.</remarks>
internal sealed class TcpSuite : ISuite
{
    private const int WriteBytes = 65536;
    private const int RequestBytes = 64;
    private const int Clients = 16;

    public string Name => "tcp";

    public string Sentence => "TCP on loopback: 64 KiB writes, and 64-byte requests that are echoed";

    public IEnumerable<Group> Groups(Scale scale)
    {
        yield return new Group(Name, "64 KiB writes", "write",
        [
            new("tcp.connect to tcp.listen", Flow),
            Variant.Rival("Socket.SendAsync", SocketRivals.Flow),
            Variant.Rival("System.IO.Pipelines", SocketRivals.PipeFlow),
        ])
        {
            Baseline = "Socket.SendAsync", PayloadBytes = WriteBytes, FirstOperations = 2_000,
        };
        yield return new Group(Name, $"64-byte echo, {Clients} clients", "request",
        [
            new("TcpServer", Echo),
            Variant.Rival("Socket loop a connection", SocketRivals.Echo),
        ])
        {
            Baseline = "Socket loop a connection", FirstOperations = 2_000,
        };
    }

    private static async Task<Sample> Flow(long writes)
    {
        var probe = new FlowProbe(writes * WriteBytes, operationsPerMessage: 1.0 / WriteBytes, skip: 16 * WriteBytes);
        var listener = new TcpAcceptor(new HostPort("127.0.0.1", 0));
        await using var receiving = new Graph("receiving");
        receiving.Pipe(listener, new ByteProbe(probe));
        receiving.Start();
        await Patience.UntilAsync(() => listener.LocalPort != 0, "the acceptor listens");
        await using var sending = new Graph("sending");
        sending.Pipe(new SharingSource([new byte[WriteBytes]], probe.Total / WriteBytes),
            new TcpConnector(new HostPort("127.0.0.1", listener.LocalPort)));
        await sending.RunAsync();
        await receiving.Completion;
        return await probe.Done;
    }

    private static async Task<Sample> Echo(long requests)
    {
        var server = new TcpServer(new HostPort("127.0.0.1", 0), _ => new AsyncPass<Chunk>());
        await using var graph = new Graph("bench");
        graph.Add(server);
        graph.Start();
        await Patience.UntilAsync(() => server.LocalPort != 0, "the server listens");
        Sample sample = Ask(server.LocalPort, requests);
        await graph.StopAsync();
        return sample;
    }

    /// <summary>Clients on threads of their own, each of which asks when it has its answer.</summary>
    public static Sample Ask(int port, long requests)
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
