using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>Numbered datagrams from one host to others, by the components of production.</summary>
internal static class Traffic
{
    public const int PayloadBytes = 1316;

    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static Graph Send(SimulatedHost host, string to, int count, long bitsPerSecond, int? hops = null)
    {
        var graph = host.CreateGraph("sender");
        graph.Pipe(
            new NumberSource(count),
            new UdpSender(Parse(to)) { BitsPerSecond = bitsPerSecond, BurstBytes = 1, Ttl = hops });
        graph.Start();
        return graph;
    }

    public static (Graph Graph, NumberSink Sink, UdpReceiver Receiver) Receive(SimulatedHost host, string at,
        TimeSpan? idle = null, params string[] sources)
    {
        var graph = host.CreateGraph("receiver");
        var receiver = new UdpReceiver(Parse(at))
        {
            IdleTimeout = idle ?? TimeSpan.FromSeconds(5),
            Sources = sources,
        };
        var sink = new NumberSink();
        graph.Pipe(receiver, sink);
        graph.Start();
        return (graph, sink, receiver);
    }

    public static HostPort Parse(string text) => HostPort.TryParse(text, out var value)
        ? value
        : throw new ArgumentException(text);

    /// <summary>Runs until all have ended; each without a fault, and nothing is left.</summary>
    public static void RunToEnd(SimulatedWorld world, params Graph[] graphs)
    {
        bool ended = world.RunUntil(() => Array.TrueForAll(graphs, g => g.Completion.IsCompleted), Limit);
        Assert.That(ended, Is.True, $"not ended: {world.Repro}");
        foreach (var graph in graphs)
            graph.Completion.GetAwaiter().GetResult();
        AssertNothingLeft(world);
    }

    public static void AssertNothingLeft(SimulatedWorld world)
    {
        Assert.That(world.Hosts.Sum(host => host.Network.OpenSockets), Is.Zero, "sockets that nobody closed");
        Assert.That(world.Hosts.Sum(host => host.Files.OpenFiles), Is.Zero, "files that nobody closed");
        long held = world.Hosts.SelectMany(host => host.Graphs).SelectMany(graph => graph.Schedulers)
            .Where(scheduler => !scheduler.IsDisposed).Sum(scheduler => scheduler.Pool.Outstanding);
        Assert.That(held, Is.Zero, "chunks that nobody gave back");
    }
}

/// <summary>Sends datagrams that begin with their number.</summary>
internal sealed partial class NumberSource(int count) : Component
{
    [Port("Datagrams.")] public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = Chunk.Rent(Traffic.PayloadBytes);
            chunk.Writable.Fill((byte)i);
            BitConverter.TryWriteBytes(chunk.Writable, i);
            await Outbox.SendAsync(chunk, stop);
        }
    }
}

/// <summary>Keeps the numbers, and when they came on its own clock.</summary>
internal sealed partial class NumberSink : Component
{
    public List<int> Numbers { get; } = [];

    public List<long> TimesNs { get; } = [];

    [Port("Datagrams.")] public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                using (chunk)
                {
                    int number = BitConverter.ToInt32(chunk.Span);
                    bool isWhole = chunk.Length == Traffic.PayloadBytes
                        && !chunk.Span[4..].ContainsAnyExcept((byte)number);
                    if (!isWhole)
                        throw new InvalidDataException($"datagram {number} has changed on its way");
                    Numbers.Add(number);
                    TimesNs.Add(Time.GetTimestamp());
                }
            }
        }
    }
}
