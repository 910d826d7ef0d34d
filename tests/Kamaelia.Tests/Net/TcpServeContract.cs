using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>tcp.serve of either language, with real sockets.</summary>
public abstract class TcpServeContract(TwinMaker twins)
{
    private const string Free = "127.0.0.1:0";

    [TearDown]
    public void NothingLeft() => Graphs.AssertNothingLeft();

    /// <summary>A server in a graph of its own, fed by hand.</summary>
    private sealed class Station : IAsyncDisposable
    {
        public Station(Component server)
        {
            Server = server;
            Graph = new Graph("station");
            Graph.Add(server);
            Input = Graph.Input((Inbox<Chunk>)server.FindInbox("inbox"));
            Graph.Start();
        }

        public Graph Graph { get; }

        public Component Server { get; }

        public GraphInput<Chunk> Input { get; }

        public int Port { get; private set; }

        public async Task<Station> OpenAsync()
        {
            Port = await Wire.PortOfAsync(Server);
            return this;
        }

        public long this[string counter] => Graphs.Counter(Server, counter);

        /// <summary>A listener that the server knows of.</summary>
        public async Task<Wire> ListenAsync(int receiveBufferBytes = 0)
        {
            long before = this["accepted"] + this["refused"];
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (receiveBufferBytes > 0)
                socket.ReceiveBufferSize = receiveBufferBytes;
            await socket.ConnectAsync("127.0.0.1", Port).WaitAsync(Graphs.Bound);
            await Graphs.UntilAsync(() => this["accepted"] + this["refused"] > before, "the listener to be known");
            return new Wire(socket);
        }

        public Task SendAsync(Message message) => Input.PostAsync(message.ToChunk()).AsTask().WaitAsync(Graphs.Bound);

        public async Task EndAsync()
        {
            Input.Complete();
            await Graph.Completion.WaitAsync(Graphs.Bound);
        }

        public ValueTask DisposeAsync() => Graph.DisposeAsync();
    }

    private Task<Station> OpenAsync(params (string, string)[] options) =>
        new Station(twins.Make("tcp.serve", [("address", Free), .. options])).OpenAsync();

    [TestCase("0s", 300, 20_000)]
    [TestCase("20ms", 300, 20_000)]
    [TestCase("0s", 3000, 400)]
    [TestCase("5ms", 20, 300_000)]
    public async Task Serve_SeveralListeners_EachGetsEveryByte(string interval, int count, int bytesMax)
    {
        await using var station = await OpenAsync(("interval", interval), ("queue", "64Mi"));
        var listeners = new List<Wire>();
        for (int i = 0; i < 5; i++)
            listeners.Add(await station.ListenAsync());
        var ends = listeners.Select(listener => listener.ReadToEndAsync()).ToArray();
        var random = new Random(count);
        var all = new MemoryStream();
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Cuts.RandomBytes(i, random.Next(bytesMax));
            all.Write(bytes);
            await station.SendAsync(bytes);
        }
        await station.EndAsync();

        foreach (byte[] got in await Task.WhenAll(ends))
            Assert.That(got.AsSpan().SequenceEqual(all.ToArray()), Is.True);
        Assert.That(station["sent"], Is.EqualTo(5 * all.Length));
        Assert.That(station["dropped"], Is.Zero);
        listeners.ForEach(listener => listener.Dispose());
    }

    [Test]
    public async Task Serve_ALateListener_BeginsWithTheNextChunk()
    {
        await using var station = await OpenAsync();
        using var early = await station.ListenAsync();
        await station.SendAsync("first "u8.ToArray());
        Assert.That(await early.ReadAsync(6), Is.EqualTo("first "u8.ToArray()));
        using var late = await station.ListenAsync();
        await station.SendAsync("second"u8.ToArray());
        await station.EndAsync();

        Assert.That(await early.ReadToEndAsync(), Is.EqualTo("second"u8.ToArray()));
        Assert.That(await late.ReadToEndAsync(), Is.EqualTo("second"u8.ToArray()));
    }

    [Test]
    public async Task Serve_JoinAtKey_BeginsAtTheLatestOneKept()
    {
        await using var station = await OpenAsync(("join", "key"));
        using var first = await station.ListenAsync();
        await station.SendAsync("lost "u8.ToArray());
        await station.SendAsync(new Message("K1 "u8.ToArray(), Flags: ChunkFlags.Key));
        await station.SendAsync("a "u8.ToArray());
        Assert.That(await first.ReadAsync(5), Is.EqualTo("K1 a "u8.ToArray()));
        using var second = await station.ListenAsync();
        Assert.That(await second.ReadAsync(5), Is.EqualTo("K1 a "u8.ToArray()));
        await station.SendAsync(new Message("K2"u8.ToArray(), Flags: ChunkFlags.Key));
        await station.EndAsync();

        Assert.That(await first.ReadToEndAsync(), Is.EqualTo("K2"u8.ToArray()));
        Assert.That(await second.ReadToEndAsync(), Is.EqualTo("K2"u8.ToArray()));
        Assert.That(station["dropped"], Is.Zero);
    }

    // Every chunk says its number, so that a gap is seen to begin and end at a chunk.
    private static Message Numbered(int number, bool isKey)
    {
        byte[] bytes = new byte[5000];
        for (int at = 0; at < bytes.Length; at += 4)
            BitConverter.TryWriteBytes(bytes.AsSpan(at), number);
        return new Message(bytes, Flags: isKey ? ChunkFlags.Key : ChunkFlags.None);
    }

    private static List<int> NumbersOf(byte[] stream)
    {
        var numbers = new List<int>();
        for (int at = 0; at < stream.Length; at += 5000)
        {
            int number = BitConverter.ToInt32(stream, at);
            Assert.That(stream.AsSpan(at, 5000).SequenceEqual(Numbered(number, false).Bytes), Is.True,
                "chunks stay whole");
            numbers.Add(number);
        }
        return numbers;
    }

    [TestCase("oldest")]
    [TestCase("key")]
    [TestCase("disconnect")]
    public async Task Serve_OneSlowListener_HurtsNobodyElse(string slow)
    {
        const int Count = 4000, KeyEvery = 50;
        await using var station = await OpenAsync(("slow", slow), ("queue", "300000"), ("sndbuf", "16Ki"));
        using var stuck = await station.ListenAsync(receiveBufferBytes: 8192);
        using var good = await station.ListenAsync();
        var reading = good.ReadToEndAsync();
        for (int i = 0; i < Count; i++)
        {
            await station.SendAsync(Numbered(i, isKey: i % KeyEvery == 0));
            if (good.Received < (i - 20) * 5000L) // It keeps up, however slow this machine is.
                await Graphs.UntilAsync(() => good.Received >= (i - 20) * 5000L, "the good one to keep up");
        }
        if (slow == "disconnect")
        {
            await Graphs.UntilAsync(() => station["disconnects"] == 1, "the slow one to be cut off");
            await station.EndAsync();
            Assert.That(NumbersOf(await reading), Is.EqualTo(Enumerable.Range(0, Count)));
            return;
        }
        var late = stuck.ReadToEndAsync(); // Now it reads, and gets on.
        await Graphs.UntilAsync(() => station["drops"] > 0, "a drop");
        await station.EndAsync();

        Assert.That(NumbersOf(await reading), Is.EqualTo(Enumerable.Range(0, Count)), "the other one lost nothing");
        var got = NumbersOf(await late);
        Assert.That(got, Is.Ordered.And.Unique);
        Assert.That(got, Has.Count.LessThan(Count));
        Assert.That(got[0], Is.Zero);
        for (int i = 1; i < got.Count; i++)
        {
            if (slow == "key" && got[i] != got[i - 1] + 1)
                Assert.That(got[i] % KeyEvery, Is.Zero, "it goes on at a key point");
        }
        Assert.That(station["dropped"], Is.EqualTo((Count - got.Count) * 5000L));
        Assert.That(station["disconnects"], Is.Zero);
    }

    [Test]
    public async Task Serve_OneTooMany_IsClosedAtOnce()
    {
        await using var station = await OpenAsync(("listeners_max", "2"));
        using var first = await station.ListenAsync();
        var second = await station.ListenAsync();
        Assert.That(await Wire.IsRefusedAsync(station.Port), Is.True);
        Assert.That((station["listeners"], station["refused"]), Is.EqualTo((2, 1)));
        second.Reset();
        await Graphs.UntilAsync(() => station["listeners"] == 1, "a place");
        using var fourth = await station.ListenAsync();
        await station.SendAsync(new byte[] { 1 });

        Assert.That(await fourth.ReadAsync(1), Is.EqualTo(new byte[] { 1 }));
        await station.EndAsync();
    }

    [Test]
    public async Task Serve_ListenersThatTalkFinishAndLeave_DoNoHarm()
    {
        await using var station = await OpenAsync();
        using var talker = await station.ListenAsync();
        using var finisher = await station.ListenAsync();
        var leaver = await station.ListenAsync();
        await talker.SendAsync(Cuts.RandomBytes(1, 500_000)); // Far more than buffers hold: somebody takes it.
        finisher.Finish();
        leaver.Reset();
        await Graphs.UntilAsync(() => station["left"] == 1, "the one to have left");
        await station.SendAsync(new byte[] { 1, 2 });
        await station.EndAsync();

        Assert.That(await talker.ReadToEndAsync(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(await finisher.ReadToEndAsync(), Is.EqualTo(new byte[] { 1, 2 }), "half closed is still open");
    }

    [Test]
    public async Task Serve_StreamEndsWithAListenerThatDoesNotRead_EndsAfterTheLinger()
    {
        await using var station = await OpenAsync(("linger", "100ms"), ("sndbuf", "16Ki"), ("queue", "64Mi"));
        using var stuck = await station.ListenAsync(receiveBufferBytes: 8192);
        for (int i = 0; i < 200; i++)
            await station.SendAsync(new byte[50_000]);

        await station.EndAsync();
        Assert.That(station["sent"], Is.LessThan(200 * 50_000));
    }

    [Test]
    public async Task Stop_CancelWithFullListeners_EndsAtOnce()
    {
        await using var station = await OpenAsync(("sndbuf", "16Ki"), ("queue", "64Mi"));
        var stuck = new List<Wire>();
        for (int i = 0; i < 20; i++)
            stuck.Add(await station.ListenAsync(receiveBufferBytes: 8192));
        for (int i = 0; i < 100; i++)
            await station.SendAsync(new byte[50_000]);

        await station.Graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);
        stuck.ForEach(listener => listener.Dispose());
    }

    [Test]
    public async Task Open_PortTaken_NamesThePlaceAndTheRemedy()
    {
        using var taken = Wire.Listen();
        string place = $"127.0.0.1:{Wire.PortOf(taken)}";
        var fault = await Graphs.FaultOfAsync(new ChunkSource([new byte[1]]),
            twins.Make("tcp.serve", ("address", place)));

        Assert.That(fault.Message, Does.Contain(place).And.Contain("another port"));
    }

    [Test]
    public async Task Open_TwoWithReusePort_ShareIt()
    {
        Machine.RequireLinux();
        await using var first = await OpenAsync(("reuse_port", "true"));
        await using var second = await new Station(twins.Make("tcp.serve", ("address", $"127.0.0.1:{first.Port}"),
            ("reuse_port", "true"))).OpenAsync();
        var listeners = new List<Wire>();
        for (int i = 0; i < 40; i++)
            listeners.Add(await Wire.ConnectAsync(first.Port));

        await Graphs.UntilAsync(() => first["accepted"] + second["accepted"] == 40, "all of them");
        Assert.That(first["accepted"], Is.InRange(1, 39), "the system deals them out");
        await first.EndAsync();
        await second.EndAsync();
        listeners.ForEach(listener => listener.Dispose());
    }

    [Test]
    public async Task Serve_ToCurl_GivesItTheStream()
    {
        if (!File.Exists("/usr/bin/curl"))
            Assert.Ignore("skipped, because there is no curl");
        await using var station = await OpenAsync();
        string target = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.bin");
        string[] arguments = ["-s", "--http0.9", "-o", target, $"http://127.0.0.1:{station.Port}/"];
        using var process = System.Diagnostics.Process.Start("/usr/bin/curl", arguments);
        await Graphs.UntilAsync(() => station["listeners"] == 1, "curl to come");
        byte[] bytes = Cuts.RandomBytes(1, 1_000_000);
        foreach (var part in Cuts.Random(bytes, 1, 20_000))
            await station.SendAsync(part);
        await station.EndAsync();
        await process.WaitForExitAsync().WaitAsync(Graphs.Bound);

        Assert.That(process.ExitCode, Is.Zero);
        Assert.That((await File.ReadAllBytesAsync(target)).AsSpan().SequenceEqual(bytes), Is.True);
        File.Delete(target);
    }

    [TestCase("slow", "later")]
    [TestCase("queue", "1")]
    [TestCase("interval", "2s")]
    [TestCase("join", "never")]
    [TestCase("linger", "2000000s")]
    [TestCase("address", "127.0.0.1")]
    public void Make_ABadOption_IsRefusedByName(string option, string value)
    {
        var e = Assert.Catch<Exception>(() => twins.Make("tcp.serve",
            option == "address" ? [("address", value)] : [("address", Free), (option, value)]));
        Assert.That(e!.Message, Does.Contain(option));
    }
}

[TestFixture]
internal sealed class ManagedTcpServeTests() : TcpServeContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeTcpServeTests() : TcpServeContract(TwinMaker.Native);
