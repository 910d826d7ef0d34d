using System.Collections.Concurrent;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>A protocol for each connection.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class TcpServerTests(bool usesSchedulerPoller)
{
    private static readonly HostPort s_free = new("127.0.0.1", 0);

    [TearDown]
    public void NothingLeft() => Graphs.AssertNothingLeft();

    private static Component Echo() => Components.Body<Chunk, Chunk>(async (inbox, outbox, stop) =>
    {
        while (await inbox.WaitAsync(stop))
        {
            while (inbox.TryReceive(out var chunk))
                await outbox.SendAsync(chunk, stop);
        }
    });

    private static Component Faulty() => Components.Body<Chunk, Chunk>(async (inbox, _, stop) =>
    {
        (await inbox.ReceiveAsync(stop)).Dispose();
        throw new InvalidDataException("cannot read this");
    });

    private async Task<(Graph Graph, TcpServer Server, int Port)> StartAsync(TcpServer server,
        int schedulers = 1)
    {
        var maker = usesSchedulerPoller ? TwinMaker.Managed : TwinMaker.ManagedByDotNet;
        var graph = maker.NewGraph("server", schedulers);
        graph.Add(server);
        graph.Start();
        return (graph, server, await Wire.PortOfAsync(server));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Serve_ManyClients_EachGetsItsOwnBytesBack(int schedulers)
    {
        var homes = new ConcurrentDictionary<Scheduler, int>();
        var (graph, server, port) = await StartAsync(new TcpServer(s_free, _ =>
        {
            homes.AddOrUpdate(Scheduler.Current!, 1, (_, n) => n + 1);
            return Echo();
        }), schedulers);
        await using var owned = graph;

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            byte[] bytes = Cuts.RandomBytes(i, 1000 * i + 1);
            using var client = await Wire.ConnectAsync(port);
            var sending = client.SendAsync(bytes).ContinueWith(_ => client.Finish(), TaskScheduler.Default);
            Assert.That((await client.ReadToEndAsync()).AsSpan().SequenceEqual(bytes), Is.True);
            await sending;
        }));

        Assert.That(server.Accepted, Is.EqualTo(40));
        Assert.That(homes, Has.Count.EqualTo(schedulers));
        Assert.That(homes.Values, Has.All.EqualTo(40 / schedulers), "in turn");
        await Graphs.UntilAsync(() => server.Open == 0, "all to be removed");
        await graph.StopAsync().AsTask().WaitAsync(Graphs.Bound);
    }

    [Test]
    public async Task Serve_AProtocolThatFaults_CostsOnlyItsOwnConnection()
    {
        var events = new ConcurrentQueue<GraphEvent>();
        var (graph, server, port) = await StartAsync(
            new TcpServer(s_free, connection => connection.Number == 2 ? Faulty() : Echo()));
        await using var owned = graph;
        using var watch = graph.Subscribe(events.Enqueue);
        using var good = await Wire.ConnectAsync(port);
        await good.SendAsync([1]);
        await good.ReadAsync(1);
        using var bad = await Wire.ConnectAsync(port);
        await bad.SendAsync([2]);

        Assert.That(await bad.IsGoneAsync(), Is.True);
        await good.SendAsync([3]);
        Assert.That(await good.ReadAsync(1), Is.EqualTo(new byte[] { 3 }));
        await Graphs.UntilAsync(() => server.Open == 1, "the bad one to be removed");
        Assert.That(server.Faults, Is.EqualTo(1));
        var told = events.OfType<ComponentFaulted>().Single();
        Assert.That(told.Exception.Message, Is.EqualTo("cannot read this"));
        Assert.That(told.Action, Is.EqualTo(FaultAction.Ignored));
        good.Dispose();
        await graph.StopAsync().AsTask().WaitAsync(Graphs.Bound);
        await graph.Completion;
    }

    [Test]
    public async Task Serve_AFactoryThatThrows_CostsOnlyItsOwnConnection()
    {
        var (graph, server, port) = await StartAsync(new TcpServer(s_free,
            connection => connection.Number == 1 ? throw new InvalidOperationException("no") : Echo()));
        await using var owned = graph;
        Assert.That(await Wire.IsRefusedAsync(port), Is.True);
        using var served = await Wire.ConnectAsync(port);
        await served.SendAsync([7]);

        Assert.That(await served.ReadAsync(1), Is.EqualTo(new byte[] { 7 }));
        Assert.That(server.Faults, Is.EqualTo(1));
    }

    [Test]
    public async Task Serve_APeerThatResets_IsCountedAndRemoved()
    {
        var (graph, server, port) = await StartAsync(new TcpServer(s_free, _ => Echo()));
        await using var owned = graph;
        var peer = await Wire.ConnectAsync(port);
        await peer.SendAsync([1]);
        await peer.ReadAsync(1);
        peer.Reset();

        await Graphs.UntilAsync(() => server.Open == 0, "the connection to be removed");
        Assert.That((server.Broken, server.Faults), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Serve_OneTooMany_IsRefusedAtOnce()
    {
        var (graph, server, port) = await StartAsync(new TcpServer(s_free, _ => Echo()) { ConnectionsMax = 2 });
        await using var owned = graph;
        using var first = await Wire.ConnectAsync(port);
        using var second = await Wire.ConnectAsync(port);
        await Graphs.UntilAsync(() => server.Open == 2, "two to be served");

        Assert.That(await Wire.IsRefusedAsync(port), Is.True);
        Assert.That(server.Refused, Is.EqualTo(1));
        first.Dispose();
        await Graphs.UntilAsync(() => server.Open == 1, "a place");
        using var fourth = await Wire.ConnectAsync(port);
        await fourth.SendAsync([4]);
        Assert.That(await fourth.ReadAsync(1), Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public async Task Serve_OneTooManyWithWait_IsServedWhenThereIsAPlace()
    {
        var (graph, server, port) = await StartAsync(
            new TcpServer(s_free, _ => Echo()) { ConnectionsMax = 1, Overflow = TcpOverflow.Wait });
        await using var owned = graph;
        var first = await Wire.ConnectAsync(port);
        await Graphs.UntilAsync(() => server.Open == 1, "the first to be served");
        using var second = await Wire.ConnectAsync(port);
        await second.SendAsync([2]);
        await Task.Delay(50);
        Assert.That((server.Accepted, server.Refused), Is.EqualTo((1, 0)));
        first.Dispose();

        Assert.That(await second.ReadAsync(1), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Serve_AProtocolThatOnlySends_FlushesAndCloses()
    {
        byte[] bytes = Cuts.RandomBytes(1, 700_000);
        var (graph, _, port) = await StartAsync(
            new TcpServer(s_free, _ => new ChunkSource(Cuts.Random(bytes, 1, 20_000))));
        await using var owned = graph;
        using var client = await Wire.ConnectAsync(port);
        await client.SendAsync(new byte[100]); // Nobody reads this; it must not cost the answer.

        Assert.That((await client.ReadToEndAsync()).AsSpan().SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task Serve_AProtocolThatOnlyReceives_ClosesAtItsEnd()
    {
        var sink = new ChunkSink();
        var (graph, server, port) = await StartAsync(new TcpServer(s_free, _ => sink));
        await using var owned = graph;
        using var client = await Wire.ConnectAsync(port);
        await client.SendAsync("all of it"u8.ToArray());
        client.Finish();

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        await Graphs.UntilAsync(() => server.Open == 0, "it to be removed");
        Assert.That(sink.Bytes, Is.EqualTo("all of it"u8.ToArray()));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Stop_Drain_FinishesWhatIsUnderWayAndTakesNobodyElse(int schedulers)
    {
        var (graph, server, port) = await StartAsync(new TcpServer(s_free, _ => Echo()), schedulers);
        await using var owned = graph;
        var clients = new List<Wire>();
        for (int i = 0; i < 10; i++)
            clients.Add(await Wire.ConnectAsync(port));
        foreach (var client in clients)
        {
            await client.SendAsync([9]);
            Assert.That(await client.ReadAsync(1), Is.EqualTo(new byte[] { 9 }));
        }
        var ends = clients.Select(client => client.ReadToEndAsync()).ToArray();

        var stopping = graph.StopAsync().AsTask();
        Assert.That(await Task.WhenAll(ends).WaitAsync(Graphs.Bound), Has.All.Empty, "they see an end, not a reset");
        clients.ForEach(client => client.Dispose());
        await stopping.WaitAsync(Graphs.Bound);
        await graph.Completion;

        Assert.That(server.Open, Is.Zero);
        Assert.That(async () => await Wire.ConnectAsync(port), Throws.InstanceOf<System.Net.Sockets.SocketException>());
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Stop_Cancel_EndsIdleAndStuckConnections(int schedulers)
    {
        var (graph, server, port) = await StartAsync(new TcpServer(s_free,
            c => c.Number % 2 == 0 ? Echo() : new ChunkSource(Enumerable.Repeat((Message)new byte[60_000], 10_000))),
            schedulers);
        await using var owned = graph;
        var clients = new List<Wire>();
        for (int i = 0; i < 10; i++)
            clients.Add(await Wire.ConnectAsync(port));
        await Graphs.UntilAsync(() => server.Open == 10, "all of them");

        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);

        Assert.That(server.Open, Is.Zero);
        clients.ForEach(client => client.Dispose());
    }
}
