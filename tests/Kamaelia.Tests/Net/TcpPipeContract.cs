using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>tcp.connect and tcp.listen of either language, with real sockets.</summary>
public abstract class TcpPipeContract(TwinMaker twins)
{
    private const string Free = "127.0.0.1:0";

    private Component Connect(string address, params (string, string)[] options) =>
        twins.Make("tcp.connect", [("address", address), .. options]);

    private Component Connect(Socket listener, params (string, string)[] options) =>
        Connect($"127.0.0.1:{Wire.PortOf(listener)}", options);

    private Component Listen(params (string, string)[] options) =>
        twins.Make("tcp.listen", [("address", Free), .. options]);

    [TearDown]
    public void NothingLeft() => Graphs.AssertNothingLeft();

    [Test]
    public async Task Connect_ChunksOfEverySize_ArriveAndTheAnswerComesBack()
    {
        byte[] there = Cuts.RandomBytes(1, 3_000_000), back = Cuts.RandomBytes(2, 2_000_001);
        using var listener = Wire.Listen();
        var client = Connect(listener);
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(new ChunkSource(Cuts.Random(there, 3, 40_000)), client, sink);
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);

        byte[] got = await peer.ReadToEndAsync(); // The end of the input has reached us: it is half closed.
        await peer.SendAsync(back);
        peer.Finish();
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(got.AsSpan().SequenceEqual(there), Is.True);
        Assert.That(sink.Bytes.AsSpan().SequenceEqual(back), Is.True);
        Assert.That((Graphs.Counter(client, "sent"), Graphs.Counter(client, "received")),
            Is.EqualTo((there.Length, back.Length)));
    }

    [Test]
    public async Task Connect_WithoutInput_EndsWithTheServer()
    {
        using var listener = Wire.Listen();
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(Connect(listener), sink);
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
        var fault = await Graphs.FaultOfAsync(Connect($"127.0.0.1:{port}"), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<IOException>());
        Assert.That(fault.Message, Does.Contain($"127.0.0.1:{port}").And.Contain("retry="));
    }

    [TestCase("", 9000, "host")]
    [TestCase("127.0.0.1", 0, "port 0")]
    [TestCase("no-such-host.invalid", 9000, "no-such-host.invalid")]
    public async Task Connect_ToNoPlace_SaysWhy(string host, int port, string expected)
    {
        var fault = await Graphs.FaultOfAsync(Connect($"{host}:{port}"), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<IOException>());
        Assert.That(fault.Message, Does.Contain(expected));
    }

    [Test]
    public async Task Connect_WithRetry_WaitsForTheServer()
    {
        int port = Wire.FreePort();
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(Connect($"127.0.0.1:{port}", ("retry", "20s")), sink);
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
        await using var graph = twins.NewGraph();
        var client = Connect(listener);
        graph.Pipe(client, new ChunkSink());
        graph.Start();
        var peer = await Wire.AcceptAsync(listener);
        await Graphs.UntilAsync(() => Graphs.Counter(client, "connected") == 1, "it to be connected");
        peer.Reset();

        var fault = await Graphs.ThrownByAsync<GraphFaultedException>(graph.Completion);

        Assert.That(fault.InnerException, Is.InstanceOf<IOException>());
        Assert.That(fault.InnerException!.Message, Does.Contain("127.0.0.1").And.Contain("broke"));
    }

    [Test]
    public async Task Connect_PeerThatNeverReads_HoldsUpTheSourceAndAStopEndsIt()
    {
        using var listener = Wire.Listen();
        var client = Connect(listener);
        await using var graph = twins.NewGraph();
        graph.Pipe(new ChunkSource(Enumerable.Repeat((Message)new byte[60_000], 1000)), client, new ChunkSink());
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        await Graphs.UntilAsync(() => Graphs.Counter(client, "sent") > 0, "the first bytes");

        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);

        Assert.That(Graphs.Counter(client, "sent"), Is.LessThan(60_000_000));
    }

    [Test]
    public async Task Listen_OnePeer_IsAPipeBothWays()
    {
        var server = Listen();
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
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
        var server = Listen(("connections", "3"));
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
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
        Assert.That(Graphs.Counter(server, "accepted"), Is.EqualTo(3));
    }

    [Test]
    public async Task Listen_Merged_TakesFromAllAtOnceAndSurvivesAReset()
    {
        var server = Listen(("mode", "merge"));
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(server, sink);
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        using var first = await Wire.ConnectAsync(port);
        using var second = await Wire.ConnectAsync(port);
        var third = await Wire.ConnectAsync(port);
        await Graphs.UntilAsync(() => Graphs.Counter(server, "open") == 3, "all three");
        third.Reset();
        await Graphs.UntilAsync(() => Graphs.Counter(server, "open") == 2, "the third to be gone");
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
        var server = Listen(("connections", "0"));
        await using var graph = twins.NewGraph();
        graph.Pipe(new ChunkSource([new byte[1]]), server, new ChunkSink());
        graph.Start();
        await Wire.PortOfAsync(server);

        await graph.StopAsync(new StopOptions(Graphs.Bound)).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(server.End!.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(Graphs.Counter(server, "lost"), Is.EqualTo(1), "told, and not lost without a word");
    }

    [Test]
    public async Task Listen_WhatWaitsWhenAPeerLeaves_IsTheNextOnes()
    {
        var server = Listen(("connections", "2"));
        await using var graph = twins.NewGraph();
        graph.Add(server);
        graph.Pipe(server, new ChunkSink());
        var input = graph.Input((Inbox<Chunk>)server.FindInbox("inbox"));
        graph.Start();
        int port = await Wire.PortOfAsync(server);
        using (var first = await Wire.ConnectAsync(port))
        {
            await input.PostAsync(Chunk.CopyOf("one"u8)).AsTask().WaitAsync(Graphs.Bound);
            Assert.That(await first.ReadAsync(3), Is.EqualTo("one"u8.ToArray()));
            first.Reset();
        }
        await Graphs.UntilAsync(() => Graphs.Counter(server, "open") == 0, "the first to be gone");
        await input.PostAsync(Chunk.CopyOf("two"u8)).AsTask().WaitAsync(Graphs.Bound);
        using var second = await Wire.ConnectAsync(port);
        Assert.That(await second.ReadAsync(3), Is.EqualTo("two"u8.ToArray()));
        input.Complete();
        second.Finish();

        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That((Graphs.Counter(server, "broken"), Graphs.Counter(server, "lost")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Listen_WithAPeerAtADrain_GivesItTheRest()
    {
        byte[] bytes = Cuts.RandomBytes(5, 4_000_000);
        var server = Listen();
        await using var graph = twins.NewGraph();
        graph.Pipe(new ChunkSource(Cuts.Random(bytes, 6, 70_000)), server, new ChunkSink());
        graph.Start();
        using var peer = await Wire.ConnectAsync(await Wire.PortOfAsync(server));
        var reading = peer.ReadToEndAsync();
        await Graphs.UntilAsync(() => Graphs.Counter(server, "sent") > 0, "the first bytes");
        var stopping = graph.StopAsync(new StopOptions(Graphs.Bound)).AsTask();
        byte[] got = await reading;
        peer.Dispose();
        await stopping.WaitAsync(Graphs.Bound);

        Assert.That(got.AsSpan().SequenceEqual(bytes.AsSpan(0, got.Length)), Is.True);
        Assert.That(Graphs.Counter(server, "sent"), Is.EqualTo(got.Length));
        Assert.That(Graphs.Counter(server, "lost"), Is.Zero);
    }

    [Test]
    public async Task Listen_MergedAndFed_SaysWhatToUseInstead()
    {
        var fault = await Graphs.FaultOfAsync(new ChunkSource([new byte[1]]), Listen(("mode", "merge")),
            new ChunkSink());

        Assert.That(fault.Message, Does.Contain("tcp.serve"));
    }

    [Test]
    public async Task Connect_TheServersEnd_EndsTheOutputWhileTheInputIsOpen()
    {
        using var listener = Wire.Listen();
        var client = Connect(listener);
        var sink = new ChunkSink();
        await using var graph = twins.NewGraph();
        graph.Pipe(client, sink);
        var input = graph.Input((Inbox<Chunk>)client.FindInbox("inbox"));
        graph.Start();
        using var peer = await Wire.AcceptAsync(listener);
        await peer.SendAsync([7]);
        peer.Finish();
        await Graphs.UntilAsync(() => sink.End is not null, "the output to end");
        await input.PostAsync(Chunk.CopyOf([8])).AsTask().WaitAsync(Graphs.Bound);
        input.Complete();

        Assert.That(await peer.ReadToEndAsync(), Is.EqualTo(new byte[] { 8 }));
        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public async Task Listen_PortTaken_SaysSo()
    {
        using var taken = Wire.Listen();
        var fault = await Graphs.FaultOfAsync(
            twins.Make("tcp.listen", ("address", $"127.0.0.1:{Wire.PortOf(taken)}")), new ChunkSink());

        Assert.That(fault, Is.InstanceOf<IOException>());
        Assert.That(fault.Message, Does.Contain($"127.0.0.1:{Wire.PortOf(taken)}").And.Contain("another port"));
    }
}

[TestFixture]
internal sealed class ManagedTcpPipeTests() : TcpPipeContract(TwinMaker.Managed);

[TestFixture]
internal sealed class ManagedTcpPipeByDotNetTests() : TcpPipeContract(TwinMaker.ManagedByDotNet);

[TestFixture]
internal sealed class NativeTcpPipeTests() : TcpPipeContract(TwinMaker.Native);
