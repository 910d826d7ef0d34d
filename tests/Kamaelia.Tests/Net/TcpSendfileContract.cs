using System.Diagnostics;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Tests.Peers;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>tcp.sendfile of either language, with real files and sockets.</summary>
public abstract class TcpSendfileContract(TwinMaker twins)
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("kamaelia-").FullName;

    [TearDown]
    public void NothingLeft()
    {
        Directory.Delete(_folder, recursive: true);
        Graphs.AssertNothingLeft();
    }

    private Component Sender(string path, int port, params (string, string)[] options) =>
        twins.Make("tcp.sendfile", [("path", path), ("address", $"127.0.0.1:{port}"), .. options]);

    private string FileOf(byte[] bytes)
    {
        string path = Path.Combine(_folder, "in.bin");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A file of zeros that takes no room.</summary>
    private string SparseFile(long bytes)
    {
        string path = FileOf([]);
        using var file = File.OpenWrite(path);
        file.SetLength(bytes);
        return path;
    }

    /// <summary>A sender that runs, and the far end that it has reached.</summary>
    private sealed record Sending(Graph Graph, Component Sender, Wire Peer) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Peer.Dispose();
            await Graph.DisposeAsync();
        }
    }

    private async Task<Sending> StartAsync(string path)
    {
        using var listener = Wire.Listen();
        var sender = Sender(path, Wire.PortOf(listener));
        var graph = new Graph();
        graph.Add(sender);
        graph.Start();
        return new Sending(graph, sender, await Wire.AcceptAsync(listener));
    }

    private static async Task<byte[]> ReceiveAsync(Component sender, Socket listener)
    {
        await using var graph = new Graph();
        graph.Add(sender);
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        byte[] got = await peer.ReadToEndAsync();
        peer.Dispose();
        await graph.Completion.WaitAsync(Graphs.Bound);
        return got;
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1 << 20)]
    [TestCase(7_654_321)]
    public async Task Send_AFile_ArrivesWholeAndIsCounted(int bytes)
    {
        byte[] there = Cuts.RandomBytes(1, bytes);
        using var listener = Wire.Listen();
        var sender = Sender(FileOf(there), Wire.PortOf(listener));

        byte[] got = await ReceiveAsync(sender, listener);

        Assert.That(got.AsSpan().SequenceEqual(there), Is.True);
        Assert.That((Graphs.Counter(sender, "sent"), Graphs.Counter(sender, "connected")), Is.EqualTo((bytes, 1)));
    }

    [TestCase("100", "", 100, 3_000_000)]
    [TestCase("2999999", "1", 2_999_999, 3_000_000)]
    [TestCase("0", "70001", 0, 70_001)]
    [TestCase("1048577", "1048577", 1_048_577, 2_097_154)]
    [TestCase("3000000", "", 3_000_000, 3_000_000)]
    [TestCase("5", "0", 5, 5)]
    public async Task Send_APart_IsThatPart(string offset, string length, int from, int to)
    {
        byte[] there = Cuts.RandomBytes(2, 3_000_000);
        using var listener = Wire.Listen();
        var part = ("offset", offset);
        (string, string)[] options = length.Length > 0 ? [part, ("length", length)] : [part];

        byte[] got = await ReceiveAsync(Sender(FileOf(there), Wire.PortOf(listener), options), listener);

        Assert.That(got.AsSpan().SequenceEqual(there.AsSpan(from, to - from)), Is.True);
    }

    [Test]
    public async Task Send_ToAPeerThatTalksMeanwhile_IsNotCutOffByAReset()
    {
        byte[] there = Cuts.RandomBytes(3, 4_000_000);
        await using var sending = await StartAsync(FileOf(there));
        var (graph, _, peer) = sending;
        await peer.SendAsync(new byte[50_000]); // Nobody reads it until the file has gone.

        Assert.That((await peer.ReadToEndAsync()).AsSpan().SequenceEqual(there), Is.True);
        peer.Dispose();
        await graph.Completion.WaitAsync(Graphs.Bound);
    }

    [TestCase("missing", "", "There is no file")]
    [TestCase(".", "", "is a folder")]
    [TestCase("in.bin", "offset=11", "offset: ", "has 10 bytes")]
    [TestCase("in.bin", "offset=4 length=7", "length: ", "has 10 bytes")]
    public async Task Send_OfWhatCannotBe_SaysWhyAndCallsNobody(string name, string options, params string[] expected)
    {
        FileOf(new byte[10]);
        using var listener = Wire.Listen();
        var given = options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('='))
            .Select(o => (o[0], o[1]));

        var fault = await Graphs.FaultOfAsync(
            Sender(Path.Combine(_folder, name), Wire.PortOf(listener), [.. given]));

        Assert.That(fault, Is.InstanceOf<IOException>());
        foreach (string words in expected)
            Assert.That(fault.Message, Does.Contain(words));
        Assert.That(fault.Message, Does.Contain(name == "." ? _folder : name));
        Assert.That(listener.Poll(0, SelectMode.SelectRead), Is.False, "nobody connected");
    }

    [Test]
    [Platform(Include = "Linux")]
    public async Task Send_OfANamedPipe_SaysWhatToUseInstead()
    {
        string path = Path.Combine(_folder, "pipe");
        using (var mkfifo = Process.Start("mkfifo", path))
            await mkfifo.WaitForExitAsync().WaitAsync(Graphs.Bound);
        using var other = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        var fault = await Graphs.FaultOfAsync(Sender(path, Wire.FreePort()));

        Assert.That(fault.Message, Does.Contain(path).And.Contain("pipe").And.Contain("file.read"));
    }

    [Test]
    public async Task Send_WhereNobodyListens_NamesTheAddressAndTheRemedy()
    {
        int port = Wire.FreePort();
        var fault = await Graphs.FaultOfAsync(Sender(FileOf([1]), port));

        Assert.That(fault, Is.InstanceOf<IOException>());
        Assert.That(fault.Message, Does.Contain($"127.0.0.1:{port}").And.Contain("retry="));
    }

    [Test]
    public async Task Send_PeerThatResets_IsAFaultThatSaysSo()
    {
        string path = SparseFile(200_000_000);
        await using var sending = await StartAsync(path);
        var (graph, sender, peer) = sending;
        await peer.ReadAsync(100_000);
        peer.Reset();

        var fault = await Graphs.ThrownByAsync<GraphFaultedException>(graph.Completion);

        Assert.That(fault.InnerException, Is.InstanceOf<IOException>());
        Assert.That(fault.InnerException!.Message, Does.Contain("127.0.0.1").And.Contain("broke").And.Contain(path));
        Assert.That(Graphs.Counter(sender, "sent"), Is.InRange(100_000, 199_999_999));
    }

    [Test]
    public async Task Send_FileThatIsCutMeanwhile_IsAFaultAndThePeerSeesNoEnd()
    {
        string path = SparseFile(200_000_000);
        await using var sending = await StartAsync(path);
        var (graph, sender, peer) = sending;
        await Graphs.UntilAsync(() => Graphs.Counter(sender, "sent") > 0, "the first bytes");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(1);
        var reading = peer.ReadToEndAsync();

        var fault = await Graphs.ThrownByAsync<GraphFaultedException>(graph.Completion);

        Assert.That(fault.InnerException, Is.InstanceOf<IOException>());
        Assert.That(fault.InnerException!.Message, Does.Contain(path).And.Contain("shorter"));
        Assert.That((await Graphs.ThrownByAsync<SocketException>(reading)).SocketErrorCode,
            Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task Drain_InTheMiddle_SendsTheWholeFile()
    {
        byte[] there = Cuts.RandomBytes(4, 30_000_000); // More than the system's buffers hold.
        await using var sending = await StartAsync(FileOf(there));
        var (graph, sender, peer) = sending;
        await Graphs.UntilAsync(() => Graphs.Counter(sender, "sent") > 0, "the first bytes");

        var stopping = graph.StopAsync(new StopOptions(Graphs.Bound)).AsTask();
        byte[] got = await peer.ReadToEndAsync();
        peer.Dispose();
        await stopping.WaitAsync(Graphs.Bound);

        Assert.That(got.AsSpan().SequenceEqual(there), Is.True);
        Assert.That(sender.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Cancel_InTheMiddle_ResetsThePeer()
    {
        await using var sending = await StartAsync(SparseFile(200_000_000));
        var (graph, sender, peer) = sending;
        await Graphs.UntilAsync(() => Graphs.Counter(sender, "sent") > 0, "the first bytes");

        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);

        var lost = await Graphs.ThrownByAsync<SocketException>(peer.ReadToEndAsync());
        Assert.That(lost.SocketErrorCode, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(sender.End!.Kind, Is.EqualTo(EndKind.Cancelled));
    }

    [Test]
    public async Task Send_AtARate_DoesNotHandOverMoreThanIsDue()
    {
        using var listener = Wire.Listen();
        var sender = Sender(FileOf(new byte[100_000]), Wire.PortOf(listener), ("rate", "80k")); // 100 bytes each 10 ms.
        await using var graph = new Graph();
        graph.Add(sender);
        var clock = Stopwatch.StartNew();
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        await peer.ReadAsync(1000);
        long sent = Graphs.Counter(sender, "sent");

        // A piece may go early and one belongs to the burst: what more there is would be too fast.
        Assert.That(sent, Is.LessThanOrEqualTo((clock.Elapsed.TotalSeconds * 10_000) + 300));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);
    }

    [Test]
    [Platform(Include = "Linux")]
    public async Task Send_ManyTimes_LeavesNoDescriptor()
    {
        string path = FileOf(new byte[3_000_000]);
        await SendOnceAsync(0); // What the runtime opens once is open then.
        int before = OpenOnes();
        for (int i = 1; i <= 9; i++)
            await SendOnceAsync(i);

        await Graphs.UntilAsync(() => OpenOnes() <= before, "every socket and file to be closed");

        int OpenOnes() => Directory.GetFileSystemEntries("/proc/self/fd")
            .Count(fd => new FileInfo(fd).LinkTarget is { } target
                && (target == path || target.StartsWith("socket:", StringComparison.Ordinal)));

        async Task SendOnceAsync(int i)
        {
            using var listener = Wire.Listen();
            await using var graph = new Graph();
            graph.Add(Sender(path, Wire.PortOf(listener)));
            graph.Start();
            using var peer = await Wire.AcceptAsync(listener);
            if (i % 3 == 0)
                await peer.ReadToEndAsync();
            else if (i % 3 == 1)
                peer.Reset();
            peer.Dispose();
            await Graphs.UntilAsync(() => graph.Completion.IsCompleted || i % 3 == 2, "its end");
            await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask()
                .ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Graphs.Bound);
        }
    }

    [Test]
    public async Task Send_OfManyPieces_AllocatesNothingAPiece()
    {
        const int PieceBytes = 16384; // The least that either twin hands over while the far end is slow.
        await using var sending = await StartAsync(SparseFile(1L << 40));
        var (graph, sender, peer) = sending;
        var reader = new Thread(() => TcpCostTests.Swallow(peer.Socket));
        reader.Start();

        double least = double.MaxValue;
        long deadline = Environment.TickCount64 + 15_000;
        while (least > 1 && Environment.TickCount64 < deadline) // The runtime's final code comes when it likes.
        {
            long before = GC.GetTotalAllocatedBytes(precise: true), from = Graphs.Counter(sender, "sent");
            await Task.Delay(500); // Looking more often would be most of what is allocated.
            double pieces = (Graphs.Counter(sender, "sent") - from) / PieceBytes;
            if (pieces > 100)
                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / pieces);
        }

        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);
        Assert.That(reader.Join(Graphs.Bound), Is.True);
        Assert.That(least, Is.LessThanOrEqualTo(1), "bytes a piece");
    }

    [Test]
    public async Task Send_ToFfmpeg_GivesItEveryPacket()
    {
        int port = Wire.FreePort();
        string copy = Path.Combine(_folder, "out.ts");
        using var ffmpeg = Peer.StartOrSkip("ffmpeg", "-hide_banner", "-nostdin", "-y", "-f", "data", "-i",
            $"tcp://127.0.0.1:{port}?listen=1&listen_timeout=20000", "-map", "0", "-c", "copy", "-f", "data", copy);
        await using var graph = new Graph();
        graph.Add(Sender(TsBuilder.SamplePath, port, ("retry", "20s")));
        graph.Start();

        await ffmpeg.EndAsync();
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(File.ReadAllBytes(copy).AsSpan().SequenceEqual(TsBuilder.Sample()), Is.True);
    }
}

[TestFixture]
internal sealed class ManagedTcpSendfileTests() : TcpSendfileContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeTcpSendfileTests() : TcpSendfileContract(TwinMaker.Native);
