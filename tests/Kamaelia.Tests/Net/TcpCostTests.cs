using System.Diagnostics;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;
using Kamaelia.Tests.Contracts;
using Kamaelia.Tests.Support;
using Kamaelia.Utilities;

namespace Kamaelia.Tests.Net;

/// <summary>What TCP costs: allocations in steady flow, descriptors after the end, many listeners at once.</summary>
[TestFixture]
internal sealed class TcpCostTests
{
    private static readonly HostPort s_free = new("127.0.0.1", 0);

    [TearDown]
    public void NothingLeft() => Graphs.AssertNothingLeft();

    /// <summary>The least that the process allocates a message while messages flow, tried until it is next to nothing
    /// or the time is up: the runtime's final code comes when it likes.</summary>
    private static async Task<double> LeastPerMessageAsync(Func<long> messages)
    {
        double least = double.MaxValue;
        long deadline = Environment.TickCount64 + 15_000;
        while (least > 1 && Environment.TickCount64 < deadline)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true), from = messages();
            long until = Environment.TickCount64 + 20_000;
            while (messages() < from + 20_000 && Environment.TickCount64 < until)
                await Task.Delay(20);
            long count = messages() - from;
            Assert.That(count, Is.GreaterThan(1000), "messages flow");
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / count);
        }
        return least;
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Flow_FromConnectToListen_AllocatesNothingAMessage(bool isNative)
    {
        var twins = isNative ? TwinMaker.Native : TwinMaker.Managed;
        var listener = twins.Make("tcp.listen", ("address", "127.0.0.1:0"));
        var sink = new NullSink<Chunk>();
        await using var receiving = new Graph("receiving");
        receiving.Pipe(listener, sink);
        receiving.Start();
        var client = twins.Make("tcp.connect", ("address", $"127.0.0.1:{await Wire.PortOfAsync(listener)}"));
        await using var sending = new Graph("sending");
        sending.Pipe(new Repeater(), client);
        sending.Start();

        // What is sent is counted by the client in bytes of 1,316 a message.
        double least = await LeastPerMessageAsync(() => Graphs.Counter(client, "sent") / 1316);

        await sending.StopAsync().AsTask().WaitAsync(Graphs.Bound);
        await receiving.Completion.WaitAsync(Graphs.Bound);
        Assert.That(least, Is.LessThanOrEqualTo(1), "bytes a message");
    }

    [Test]
    public async Task Flow_ToListeners_AllocatesNothingAMessage()
    {
        var server = new TcpBroadcaster(s_free);
        await using var graph = new Graph("serving");
        graph.Pipe(new Repeater(), server); // Far faster than they take it: full buffers and skips are part of it.
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        using var first = await Wire.ConnectAsync(port);
        using var second = await Wire.ConnectAsync(port);
        var readers = new[] { first, second }.Select(wire => new Thread(() => Swallow(wire.Socket))).ToArray();
        Array.ForEach(readers, reader => reader.Start());

        double least = await LeastPerMessageAsync(() => Graphs.Counter(server, "taken") / 1316);

        await graph.StopAsync().AsTask().WaitAsync(Graphs.Bound);
        Array.ForEach(readers, reader => reader.Join(Graphs.Bound));
        Assert.That(least, Is.LessThanOrEqualTo(1), "bytes a message");
    }

    internal static void Swallow(Socket socket)
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // It was stopped with something left to read.
        }
    }

    private static int OpenSockets() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    [Test]
    [Platform(Include = "Linux")]
    public async Task Stop_InTheMiddleOfEverything_LeavesNoDescriptor()
    {
        await RunAndStopAsync(drains: true); // What the runtime opens once is open then.
        int before = OpenSockets();
        for (int i = 0; i < 10; i++)
            await RunAndStopAsync(drains: i % 2 == 0);

        await Graphs.UntilAsync(() => OpenSockets() <= before, "every socket to be closed");
    }

    private static async Task RunAndStopAsync(bool drains)
    {
        var server = new TcpServer(s_free, _ => new ChunkSource(Enumerable.Repeat((Message)new byte[50_000], 50)));
        var broadcaster = new TcpBroadcaster(s_free);
        await using var graph = new Graph("all", new GraphOptions { Schedulers = 2 });
        graph.Add(server);
        graph.Pipe(new Repeater(), TwinMaker.Managed.Make("pace", ("by", "50M")), broadcaster);
        graph.Start();
        int port = await Wire.PortOfAsync(server), second = await Wire.PortOfAsync(broadcaster);
        var peers = new List<Wire>();
        for (int i = 0; i < 8; i++)
            peers.Add(await Wire.ConnectAsync(i % 2 == 0 ? port : second));
        await peers[1].ReadAsync(1000);
        var readers = drains ? peers.Select(peer => new Thread(() => Swallow(peer.Socket))).ToArray() : [];
        Array.ForEach(readers, reader => reader.Start());
        await graph.StopAsync(drains ? null : new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);
        Array.ForEach(readers, reader => reader.Join(Graphs.Bound));
        peers.ForEach(peer => peer.Dispose());
    }
}

/// <summary>A thousand listeners of one stream.</summary>
public abstract class ManyListenersContract(TwinMaker twins)
{
    [Test]
    [Platform(Include = "Linux")]
    public async Task Serve_AThousandListeners_EachGetsEverythingAtASmallCost()
    {
        const int Listeners = 1000, BytesEach = 48_000; // Three seconds of 128 kbit/s.
        var server = twins.Make("tcp.serve", ("address", "127.0.0.1:0"), ("interval", "100ms"));
        await using var graph = new Graph("station");
        graph.Add(server);
        var input = graph.Input((Inbox<Chunk>)server.FindInbox("inbox"));
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        var sockets = new List<Socket>();
        for (int i = 0; i < Listeners; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", port).WaitAsync(Graphs.Bound);
            sockets.Add(socket);
        }
        await Graphs.UntilAsync(() => Graphs.Counter(server, "listeners") == Listeners, "all of them");
        byte[] bytes = Cuts.RandomBytes(1, BytesEach);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        foreach (byte[] part in bytes.Chunk(1600)) // 30 of them, a tenth of a second apart: nobody need read yet.
        {
            await input.PostAsync(Chunk.CopyOf(part));
            await Task.Delay(100);
        }
        input.Complete();
        await graph.Completion.WaitAsync(Graphs.Bound);
        double used = (Environment.CpuUsage.TotalTime - cpu) / watch.Elapsed;
        TestContext.Out.WriteLine($"{used:P1} of a core, this whole process");
        byte[] got = new byte[BytesEach + 1];
        foreach (var socket in sockets)
        {
            int at = 0;
            while (socket.Receive(got.AsSpan(at)) is var more and > 0)
                at += more;
            Assert.That(got.AsSpan(0, at).SequenceEqual(bytes), Is.True);
            socket.Dispose();
        }
        Assert.That(used, Is.LessThan(0.9), "of a core: a tenth of that is usual");
        Graphs.AssertNothingLeft();
    }

    [TestCase(1, true)]
    [TestCase(2, false)]
    public async Task Stop_WhileListenersComeAndGo_LeavesNobody(int seed, bool drains)
    {
        const int Listeners = 1000;
        var server = twins.Make("tcp.serve", ("address", "127.0.0.1:0"), ("linger", "2s"));
        await using var graph = new Graph("station");
        graph.Pipe(new Repeater(), TwinMaker.Managed.Make("pace", ("by", "1M")), server);
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        var staying = new List<Socket>();
        bool stopped = false;
        var coming = new Thread(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 4 * Listeners && !Volatile.Read(ref stopped); i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                staying.Add(socket);
                try
                {
                    socket.Connect("127.0.0.1", port);
                }
                catch (SocketException)
                {
                    break; // It listens no more.
                }
                if (random.Next(4) != 0)
                    continue;
                int leaving = random.Next(staying.Count);
                staying[leaving].LingerState = new LingerOption(random.Next(2) == 0, 0);
                staying[leaving].Dispose();
                staying.RemoveAt(leaving);
            }
        });
        coming.Start();
        await Graphs.UntilAsync(() => Graphs.Counter(server, "accepted") >= Listeners, "most of them");

        await graph.StopAsync(drains ? null : new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);

        Volatile.Write(ref stopped, true);
        Assert.That(coming.Join(Graphs.Bound), Is.True);
        staying.ForEach(socket => socket.Dispose());
        if (drains) // A cancelled native one has no step left in which to count.
            Assert.That(Graphs.Counter(server, "listeners"), Is.Zero);
        Assert.That(server.End!.Kind, Is.EqualTo(drains ? EndKind.Completed : EndKind.Cancelled));
        Graphs.AssertNothingLeft();
    }
}

[TestFixture]
internal sealed class ManagedManyListenersTests() : ManyListenersContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeManyListenersTests() : ManyListenersContract(TwinMaker.Native);
