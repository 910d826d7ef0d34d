using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>The TCP components between simulated hosts: same seed, same run.</summary>
[TestFixture]
public sealed class TcpTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly HostPort s_at = new("10.0.0.1", 8000);

    private static readonly LinkProfile s_rough = new()
    {
        Delay = TimeSpan.FromMilliseconds(10),
        Jitter = TimeSpan.FromMilliseconds(5),
        Loss = 0.02,
        Reorder = 0.02,
        ReorderDelay = TimeSpan.FromMilliseconds(10),
        BitsPerSecond = 10_000_000,
    };

    private static (SimulatedWorld World, SimulatedHost[] Hosts) Lan(ulong seed, int hosts)
    {
        var world = new SimulatedWorld(seed);
        var lan = world.Network.AddSegment("lan", s_rough);
        SimulatedHost[] all = [.. Enumerable.Range(1, hosts).Select(i => world.AddHost($"host{i}"))];
        for (int i = 0; i < hosts; i++)
            lan.Attach(all[i], $"10.0.0.{i + 1}");
        return (world, all);
    }

    private static byte[] Bytes(ulong seed, int count)
    {
        byte[] bytes = new byte[count];
        new SimulatedRandom(seed, "bytes").Fill(bytes);
        return bytes;
    }

    private static Component Source(byte[] bytes, int chunkBytes) =>
        Components.Source(bytes.Chunk(chunkBytes).Select(part => Chunk.CopyOf(part)));

    private static Component Sink(MemoryStream into) => Components.Sink<Chunk>(chunk =>
    {
        into.Write(chunk.Span);
        chunk.Dispose();
    });

    private static Component Echo() => Components.Body<Chunk, Chunk>(async (inbox, outbox, stop) =>
    {
        while (await inbox.WaitAsync(stop))
        {
            while (inbox.TryReceive(out var chunk))
                await outbox.SendAsync(chunk, stop);
        }
    });

    private static ulong EchoRun(ulong seed, int schedulers)
    {
        var (world, hosts) = Lan(seed, 4);
        using var owned = world;
        var server = new TcpServer(s_at, _ => Echo());
        var serving = hosts[0].CreateGraph("server", new GraphOptions { Schedulers = schedulers });
        serving.Add(server);
        serving.Start();
        var clients = new List<(Graph Graph, byte[] Sent, MemoryStream Got)>();
        foreach (var host in hosts[1..])
        {
            byte[] bytes = Bytes(seed + (ulong)clients.Count, 100_000);
            var got = new MemoryStream();
            var graph = host.CreateGraph("client");
            graph.Pipe(Source(bytes, 1500), new TcpConnector(s_at) { Retry = TimeSpan.FromSeconds(30) }, Sink(got));
            graph.Start();
            clients.Add((graph, bytes, got));
        }
        Assert.That(world.RunUntil(() => clients.TrueForAll(c => c.Graph.Completion.IsCompleted), s_limit), Is.True,
            world.Repro);
        foreach (var client in clients)
        {
            Assert.That(client.Graph.Completion.IsCompletedSuccessfully, Is.True, world.Repro);
            Assert.That(client.Got.ToArray().AsSpan().SequenceEqual(client.Sent), Is.True, world.Repro);
        }
        Assert.That(server.Accepted, Is.EqualTo(3));
        _ = serving.StopAsync().AsTask();
        Assert.That(world.RunUntil(() => serving.Completion.IsCompleted, s_limit), Is.True, world.Repro);
        Assert.That(serving.Completion.IsCompletedSuccessfully, Is.True, world.Repro);
        world.RunToEnd(s_limit);
        Assert.That(hosts.Sum(host => host.Network.OpenSockets), Is.Zero, "sockets that nobody closed");
        Assert.That(ChunkPool.TotalOutstanding(), Is.Zero);
        return world.TraceHash;
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Server_SameSeedTwice_SameTrace(int schedulers)
    {
        for (ulong seed = 1; seed <= 5; seed++)
            Assert.That(EchoRun(seed, schedulers), Is.EqualTo(EchoRun(seed, schedulers)), $"seed {seed}");
    }

    private static ulong SendfileRun(ulong seed)
    {
        var (world, hosts) = Lan(seed, 2);
        using var owned = world;
        byte[] bytes = Bytes(seed, 200_000);
        hosts[1].Files.Write("in", bytes);
        hosts[1].Files.Delay = TimeSpan.FromMilliseconds(3);
        long start = world.Time.GetTimestamp();
        var got = new MemoryStream();
        var receiving = hosts[0].CreateGraph("receiver");
        receiving.Pipe(new TcpAcceptor(s_at), Sink(got));
        receiving.Start();
        var sender = new TcpFileSender("in", s_at)
        {
            OffsetBytes = 1, BitsPerSecond = 800_000, Retry = TimeSpan.FromSeconds(30),
        };
        var sending = hosts[1].CreateGraph("sender");
        sending.Add(sender);
        sending.Start();
        Assert.That(world.RunUntil(() => receiving.Completion.IsCompletedSuccessfully
            && sending.Completion.IsCompletedSuccessfully, s_limit), Is.True, world.Repro);
        Assert.That(got.ToArray().AsSpan().SequenceEqual(bytes.AsSpan(1)), Is.True, world.Repro);
        Assert.That(sender.Sent, Is.EqualTo(bytes.Length - 1));
        Assert.That(world.Time.GetElapsedTime(start).TotalSeconds, Is.GreaterThan(1.9), "100,000 bytes a second");
        world.RunToEnd(s_limit);
        Assert.That(hosts.Sum(host => host.Network.OpenSockets + host.Files.OpenFiles), Is.Zero, "left open");
        return world.TraceHash;
    }

    [Test]
    public void Sendfile_InASimulation_IsReadAndSentAtItsRateTheSameWayEachTime()
    {
        for (ulong seed = 1; seed <= 3; seed++)
            Assert.That(SendfileRun(seed), Is.EqualTo(SendfileRun(seed)), $"seed {seed}");
    }

    private static ulong BroadcastRun(ulong seed)
    {
        var (world, hosts) = Lan(seed, 4);
        using var owned = world;
        byte[] bytes = Bytes(seed, 150_000);
        var server = new TcpBroadcaster(s_at) { Interval = TimeSpan.FromMilliseconds(20) };
        var serving = hosts[0].CreateGraph("server");
        serving.Add(server);
        var input = serving.Input(server.Inbox, 256);
        serving.Start();
        var clients = hosts[1..].Select(host =>
        {
            var got = new MemoryStream();
            var graph = host.CreateGraph("client");
            graph.Pipe(new TcpConnector(s_at) { Retry = TimeSpan.FromSeconds(30) }, Sink(got));
            graph.Start();
            return (Graph: graph, Got: got);
        }).ToList();
        Assert.That(world.RunUntil(() => server.Listeners == 3, s_limit), Is.True, world.Repro);
        foreach (byte[] part in bytes.Chunk(1316))
            Assert.That(input.TryPost(Chunk.CopyOf(part)), Is.True);
        input.Complete();
        Assert.That(world.RunUntil(() => serving.Completion.IsCompleted
            && clients.TrueForAll(c => c.Graph.Completion.IsCompleted), s_limit), Is.True, world.Repro);
        foreach (var client in clients)
            Assert.That(client.Got.ToArray().AsSpan().SequenceEqual(bytes), Is.True, world.Repro);
        world.RunToEnd(s_limit);
        Assert.That(hosts.Sum(host => host.Network.OpenSockets), Is.Zero, "sockets that nobody closed");
        return world.TraceHash;
    }

    [Test]
    public void Broadcaster_SameSeedTwice_SameBytesAndSameTrace()
    {
        for (ulong seed = 1; seed <= 5; seed++)
            Assert.That(BroadcastRun(seed), Is.EqualTo(BroadcastRun(seed)), $"seed {seed}");
    }

    [Test]
    public void Server_WithoutDescriptors_SaysItOnceAndGoesOnWhenThereAreSome()
    {
        var (world, hosts) = Lan(1, 4);
        using var owned = world;
        var warnings = new List<string>();
        var serving = hosts[0].CreateGraph("server");
        using var watch = serving.Subscribe(e =>
        {
            if (e is ComponentWarned warned)
                warnings.Add(warned.Text);
        });
        var server = new TcpServer(s_at, _ => Echo());
        serving.Add(server);
        serving.Start();
        Assert.That(world.RunUntil(() => server.LocalPort > 0, s_limit), Is.True);
        hosts[0].Network.OpenSocketsMax = hosts[0].Network.OpenSockets; // Not one more.
        var got = new MemoryStream();
        var client = hosts[1].CreateGraph("client");
        client.Pipe(Source(Bytes(1, 1000), 100), new TcpConnector(s_at), Sink(got));
        client.Start();
        world.RunFor(TimeSpan.FromSeconds(5));
        Assert.That(server.Accepted, Is.Zero);
        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0], Does.Contain("descriptors"));
        hosts[0].Network.OpenSocketsMax = 100;

        Assert.That(world.RunUntil(() => client.Completion.IsCompleted, s_limit), Is.True, world.Repro);
        Assert.That(got.Length, Is.EqualTo(1000));
        _ = serving.StopAsync().AsTask();
        Assert.That(world.RunUntil(() => serving.Completion.IsCompleted, s_limit), Is.True, world.Repro);
        world.RunToEnd(s_limit);
    }

    [Test]
    public void Connector_WhereNobodyAnswers_TimesOutOnTheGraphsClock()
    {
        var (world, hosts) = Lan(1, 2);
        using var owned = world;
        hosts[0].Kill();
        var graph = hosts[1].CreateGraph("client");
        graph.Pipe(new TcpConnector(s_at) { Timeout = TimeSpan.FromSeconds(3) }, Sink(new MemoryStream()));
        graph.Start();

        Assert.That(world.RunUntil(() => graph.Completion.IsCompleted, s_limit), Is.True, world.Repro);
        Assert.That(graph.Completion.Exception!.InnerException!.InnerException,
            Is.InstanceOf<ResourceUnavailableException>().With.Message.Contains("3 s"));
        Assert.That(world.Time.Elapsed, Is.InRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)));
    }
}
