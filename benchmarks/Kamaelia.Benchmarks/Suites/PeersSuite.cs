using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Whole graphs beside the programs that people run for the same: GStreamer, ffmpeg.</summary>
/// <remarks>Those programs are measured from outside, less what they take to start and end; ours run in this process.
/// Compare CPU: most of them use several threads.</remarks>
internal sealed class PeersSuite : ISuite
{
    private const int PacketBytes = 1316;
    private const int Elements = 10;
    private const int Port = 45079;
    private const string GStreamerName = "GStreamer";
    private const string Group = "239.255.77.33";

    public string Name => "peers";

    public string Sentence => "whole graphs beside GStreamer and ffmpeg: identity chains, a file to multicast, "
        + "a stream to 1,000 addresses";

    public IEnumerable<Group> Groups(Scale scale)
    {
        yield return Identity(scale);
        yield return FileToMulticast(scale);
        yield return Destinations(scale);
    }

    private Group Identity(Scale scale)
    {
        var variants = new List<Variant> { new("kamaelia, async",
            n => PipelineSuite.RunNumbers(Elements, LinkOptions.DefaultCapacity, n, _ => new AsyncPass<long>())) };
        if (NativeLibraryInfo.IsAvailable)
            variants.Add(new("kamaelia, native", n => PipelineSuite.RunInBatches<Chunk>(
                Elements, LinkOptions.DefaultCapacity, n, _ => NativeComponents.Create("pass"))));
        var group = new Group(Name, $"chain of {Elements} that pass on", "message-hop", variants)
        {
            Baseline = GStreamerName, IsBrief = true, FirstOperations = 20_000,
        };
        if (Tool.GStreamer.Path is null)
            return group with { Missing = [Tool.GStreamer.MissingFor(GStreamerName)] };
        string chain = string.Concat(Enumerable.Repeat("identity ! ", Elements));
        variants.Add(Variant.Rival(GStreamerName, n =>
        {
            long buffers = Math.Max(n / (Elements + 1), scale.Pick(200_000, 50_000, 1_000));
            return MediaTools.RunGStreamer("identity",
                count => $"fakesrc num-buffers={count} ! {chain}fakesink sync=false", buffers,
                buffers * (Elements + 1.0), Elements + 1.0);
        }));
        return group;
    }

    private Group FileToMulticast(Scale scale)
    {
        var file = new Lazy<MediaFile>(() => MediaFile.Of(scale.Pick(48, 24, 2)));
        long packets = scale.Pick(48, 24, 2) * MediaFile.SampleBytes / PacketBytes;
        var variants = new List<Variant>
        {
            new("kamaelia", _ => Graphed($"file.read {file.Value.Path} | rechunk {PacketBytes} | "
                + $"udp.send {Group}:{Port} iface=lo ttl=0", packets)),
            new("kamaelia, managed", _ => Graphed($"file.read {file.Value.Path} | rechunk {PacketBytes} | "
                + $"managed:udp.send {Group}:{Port} iface=lo ttl=0", packets)),
        };
        var missing = new List<Missing>();
        string sink = $"udpsink host={Group} port={Port} auto-multicast=false multicast-iface=lo ttl-mc=0 sync=false";
        if (!MediaTools.HasElements("udpsink"))
            missing.Add(Tool.GStreamer.MissingFor(GStreamerName));
        else
            variants.Add(Variant.Rival(GStreamerName, _ => MediaTools.RunGStreamer("file to multicast",
                count => $"filesrc location={file.Value.Part(count)} blocksize={PacketBytes} ! {sink}",
                packets, packets, MediaFile.SampleBytes / PacketBytes)));
        if (!MediaTools.HasElements("udpsink", "tsparse"))
            missing.Add(Tool.GStreamer.MissingFor("GStreamer, tsparse"));
        else
            variants.Add(Variant.Rival("GStreamer, tsparse", _ => MediaTools.RunGStreamer("parsed file to multicast",
                count => $"filesrc location={file.Value.Part(count)} ! tsparse alignment=7 ! {sink}", packets, packets,
                MediaFile.SampleBytes / PacketBytes)));
        if (Tool.FFmpeg.Path is null)
            missing.Add(Tool.FFmpeg.MissingFor("ffmpeg"));
        else
            variants.Add(Variant.Rival("ffmpeg", _ => MediaTools.RunFFmpeg(file.Value.Path, MediaFile.Sample,
                $"udp://{Group}:{Port}?pkt_size={PacketBytes}&localaddr=127.0.0.1&ttl=0", PacketBytes)));
        return new Group(Name, "file to multicast", "packet", variants)
        {
            Baseline = GStreamerName, PayloadBytes = PacketBytes, FixedOperations = packets, IsBrief = true,
            Missing = missing,
        };
    }

    private Group Destinations(Scale scale)
    {
        int count = scale.Pick(1_000, 1_000, 10);
        string[] hosts = [.. Enumerable.Range(0, count).Select(i => $"127.9.{i / 250}.{1 + i % 250}")];
        var variants = new List<Variant>();
        if (NativeLibraryInfo.IsAvailable)
            variants.Add(new("kamaelia", n => ToMany(hosts, n)));
        var group = new Group(Name, $"{count:#,0} destinations", "packet", variants)
        {
            Baseline = "GStreamer multiudpsink", PayloadBytes = PacketBytes, FirstOperations = count * 100L,
            IsBrief = true,
        };
        if (!MediaTools.HasElements("multiudpsink"))
            return group with { Missing = [Tool.GStreamer.MissingFor("GStreamer multiudpsink")] };
        string clients = string.Join(',', hosts.Select(h => $"{h}:{Port}"));
        variants.Add(Variant.Rival("GStreamer multiudpsink", async n =>
        {
            using Socket drain = Drain();
            long buffers = Math.Max(scale.Pick(400, 200, 2), n / count);
            return await MediaTools.RunGStreamer("multiudpsink",
                b => $"fakesrc num-buffers={b} sizetype=fixed sizemax={PacketBytes} ! multiudpsink clients={clients} "
                    + "sync=false", buffers, (double)buffers * count, count);
        }));
        return group;
    }

    private static async Task<Sample> Graphed(string text, long packets)
    {
        Meter meter = Meter.Start();
        await using Graph graph = Graph.Parse(text);
        await graph.RunAsync();
        return meter.Stop(packets);
    }

    // One tee and a sender a destination: the chunk is shared, each sender hands the kernel runs of it.
    private static async Task<Sample> ToMany(string[] hosts, long packets)
    {
        using Socket drain = Drain();
        var probe = new FlowProbe(Math.Max(256, packets / hosts.Length), hosts.Length, skip: 128);
        await using var graph = new Graph("bench");
        var source = graph.Add(new SharingSource([new byte[PacketBytes]], probe.Total) { Probe = probe });
        var splitter = graph.Add(new Splitter<Chunk>());
        graph.Link(source.Outbox, splitter.Inbox);
        foreach (string host in hosts)
            graph.Link(splitter, splitter.AddOutput().Name, graph.Add(NativeComponents.Create("udp.send",
                ("address", $"{host}:{Port}"))), "inbox");
        await graph.RunAsync();
        return await probe.Done;
    }

    /// <summary>Somebody has the port, so that nothing answers that it is closed; nobody reads, so that it is dropped.
    /// </summary>
    private static Socket Drain()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, Port));
        return socket;
    }
}
