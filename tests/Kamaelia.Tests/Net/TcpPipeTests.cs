using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>tcp.connect and tcp.listen with real sockets.</summary>
[TestFixture]
internal sealed class TcpPipeTests
{
    private static readonly HostPort s_free = new("127.0.0.1", 0);

    [TearDown]
    public void NothingLeft() => Graphs.AssertNothingLeft();

    [Test]
    public async Task Connect_ChunksOfEverySize_ArriveAndTheAnswerComesBack()
    {
        byte[] there = Cuts.RandomBytes(1, 3_000_000), back = Cuts.RandomBytes(2, 2_000_001);
        using var listener = Wire.Listen();
        var client = new TcpConnector(new HostPort("127.0.0.1", Wire.PortOf(listener)));
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource(Cuts.Random(there, 3, 40_000)), client, sink);
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);

        byte[] got = await peer.ReadToEndAsync(); // The end of the input has reached us: it is half closed.
        await peer.SendAsync(back);
        peer.Finish();
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(got.AsSpan().SequenceEqual(there), Is.True);
        Assert.That(sink.Bytes.AsSpan().SequenceEqual(back), Is.True);
        Assert.That((client.Sent, client.Received), Is.EqualTo((there.Length, back.Length)));
    }

    [Test]
    public async Task Connect_WithoutInput_EndsWithTheServer()
    {
        using var listener = Wire.Listen();
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(new TcpConnector(new HostPort("127.0.0.1", Wire.PortOf(listener))), sink);
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        await peer.SendAsync("hello"u8.ToArray());
        peer.Dispose();

        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(sink.Bytes, Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public async Task Connect_WhereNobodyListens_NamesTheAddressAndTheRemedy()
    {
        int port = Wire.FreePort();
        var fault = await Graphs.FaultOfAsync(new TcpConnector(new HostPort("127.0.0.1", port)), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<ResourceUnavailableException>());
        Assert.That(fault.Message, Does.Contain($"127.0.0.1:{port}").And.Contain("retry="));
    }

    [TestCase("", 9000, "host")]
    [TestCase("127.0.0.1", 0, "port 0")]
    [TestCase("no-such-host.invalid", 9000, "no-such-host.invalid")]
    public async Task Connect_ToNoPlace_SaysWhy(string host, int port, string expected)
    {
        var fault = await Graphs.FaultOfAsync(new TcpConnector(new HostPort(host, port)), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<ResourceUnavailableException>());
        Assert.That(fault.Message, Does.Contain(expected));
    }

    [Test]
    public async Task Connect_WithRetry_WaitsForTheServer()
    {
        int port = Wire.FreePort();
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(new TcpConnector(new HostPort("127.0.0.1", port)) { Retry = TimeSpan.FromSeconds(20) }, sink);
        graph.Start();
        await Task.Delay(150); // It has been refused by now, most likely; either way it must come.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
        listener.Listen(1);
        using (var peer = await Wire.AcceptAsync(listener))
            await peer.SendAsync([1, 2, 3]);

        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Connect_ResetByTheFarEnd_IsAFaultThatSaysSo()
    {
        using var listener = Wire.Listen();
        await using var graph = new Graph();
        var client = new TcpConnector(new HostPort("127.0.0.1", Wire.PortOf(listener)));
        graph.Pipe(client, new ChunkSink());
        graph.Start();
        var peer = await Wire.AcceptAsync(listener);
        await Graphs.UntilAsync(() => client.IsConnected, "it to be connected");
        peer.Reset();

        var fault = await Graphs.ThrownByAsync<GraphFaultedException>(graph.Completion);

        Assert.That(fault.InnerException, Is.InstanceOf<IOException>());
        Assert.That(fault.InnerException!.Message, Does.Contain("127.0.0.1").And.Contain("broke"));
    }

    [Test]
    public async Task Connect_PeerThatNeverReads_HoldsUpTheSourceAndAStopEndsIt()
    {
        using var listener = Wire.Listen();
        var client = new TcpConnector(new HostPort("127.0.0.1", Wire.PortOf(listener)));
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource(Enumerable.Repeat((Message)new byte[60_000], 1000)), client, new ChunkSink());
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        await Graphs.UntilAsync(() => client.Sent > 0, "the first bytes");

        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);

        Assert.That(client.Sent, Is.LessThan(60_000_000));
    }

    [Test]
    public async Task Listen_OnePeer_IsAPipeBothWays()
    {
        var server = new TcpAcceptor(s_free);
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource(["to you"u8.ToArray()]), server, sink);
        graph.Start();
        using var peer = await Wire.ConnectAsync(await Wire.PortOfAsync(server));
        await peer.SendAsync("to me"u8.ToArray());
        peer.Finish();

        Assert.That(await peer.ReadToEndAsync(), Is.EqualTo("to you"u8.ToArray()));
        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(sink.Bytes, Is.EqualTo("to me"u8.ToArray()));
    }

    [Test]
    public async Task Listen_ThreePeersOneAfterTheOther_GivesTheirBytesInOrder()
    {
        var server = new TcpAcceptor(s_free) { ConnectionsMax = 3 };
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(server, sink);
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        var peers = new List<Wire>();
        for (byte i = 0; i < 3; i++)
            peers.Add(await Wire.ConnectAsync(port));
        for (byte i = 0; i < 3; i++)
            await peers[i].SendAsync([i, i]);
        peers.ForEach(peer => peer.Dispose());

        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 0, 0, 1, 1, 2, 2 }));
        Assert.That(server.Accepted, Is.EqualTo(3));
    }

    [Test]
    public async Task Listen_Merged_TakesFromAllAtOnceAndSurvivesAReset()
    {
        var server = new TcpAcceptor(s_free) { Merges = true, ConnectionsMax = 0 };
        var sink = new ChunkSink();
        await using var graph = new Graph();
        graph.Pipe(server, sink);
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        using var first = await Wire.ConnectAsync(port);
        using var second = await Wire.ConnectAsync(port);
        var third = await Wire.ConnectAsync(port);
        await Graphs.UntilAsync(() => Wire.Counter(server, "open") == 3, "all three");
        third.Reset();
        await Graphs.UntilAsync(() => Wire.Counter(server, "open") == 2, "the third to be gone");
        await second.SendAsync([2]);
        await Graphs.UntilAsync(() => sink.Bytes.Length == 1, "the second's byte");
        await first.SendAsync([1]);
        await Graphs.UntilAsync(() => sink.Bytes.Length == 2, "the first's byte");

        await graph.StopAsync().AsTask().WaitAsync(Graphs.Bound);

        Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 2, 1 }));
    }

    [Test]
    public async Task Listen_FedAndNobodyThere_EndsWhenItDrains()
    {
        var server = new TcpAcceptor(s_free) { ConnectionsMax = 0 };
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource([new byte[1]]), server, new ChunkSink());
        graph.Start();
        await Wire.PortOfAsync(server);

        await graph.StopAsync(new StopOptions(Graphs.Bound)).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(server.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Listen_PortTaken_SaysSo()
    {
        using var taken = Wire.Listen();
        var fault = await Graphs.FaultOfAsync(
            new TcpAcceptor(new HostPort("127.0.0.1", Wire.PortOf(taken))), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<ResourceUnavailableException>());
        Assert.That(fault.Message, Does.Contain($"127.0.0.1:{Wire.PortOf(taken)}").And.Contain("another port"));
    }
}
