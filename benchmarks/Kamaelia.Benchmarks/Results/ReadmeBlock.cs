using System.Text;

namespace Kamaelia.Benchmarks.Results;

/// <summary>The README's table, out of a results file.</summary>
internal static class ReadmeBlock
{
    public const string Name = "measured";

    private static readonly (string, string)[] s_forms =
    [
        ("async", "async"), ("step", "step"), ("native, chunks", "native"),
        ("step and native in turn, chunks", "alternating"), ("Channels, bounded 128", "Channels"),
        ("Channels, bounded 1", "Channels"), ("Dataflow, bounded 128", "Dataflow"), ("Dataflow, bounded 1", "Dataflow"),
        ("Akka.Streams, fused", "Akka fused"), ("Rx, Select", "Rx (a call, no queue)"),
    ];

    private static readonly (string, string)[] s_coded =
        [("native", "native"), ("managed", "managed"), ("memcpy", "memcpy")];

    private static readonly Headline[] s_rows =
    [
        new("message-hop, 1 stage, batch 64", "pipeline", "1 stages, batch 64", Unit.Ns, s_forms),
        new("message-hop, 10 stages, batch 64", "pipeline", "10 stages, batch 64", Unit.Ns, s_forms),
        new("message-hop, 100 stages, batch 64", "pipeline", "100 stages, batch 64", Unit.Ns, s_forms),
        new("message-hop, 10 stages, one at a time", "pipeline", "10 stages, batch 1", Unit.Ns, s_forms),
        new("token ring of 1,000, a hop", "ring", "token ring of 1,000", Unit.Ns, ("async", "async"), ("step", "step"),
            ("native", "native"), ("step and native in turn", "alternating"), ("Channels", "Channels"),
            ("Dataflow", "Dataflow")),
        new("fan-out of 1 KiB to 1,000, a delivery", "fanout", "1 KiB to 1,000", Unit.Ns, ("Splitter", "Splitter"),
            ("Channels", "Channels"), ("Dataflow BroadcastBlock", "Dataflow"), ("Akka BroadcastHub", "Akka"),
            ("Rx Subject", "Rx (a call, no queue)")),
        new("two schedulers, one way, batches", "schedulers", "one way, batch 64", Unit.Ns, ("two schedulers", ""),
            ("Channels, bounded 1,024", "Channels")),
        new("two schedulers, one way, singly", "schedulers", "one way, singly", Unit.Ns, ("two schedulers", ""),
            ("Channels, bounded 1,024", "Channels")),
        new("one of very many that wait: create, message, end", "waiting", "[0-9,]+ waiting", Unit.Ns,
            ("async", "async"), ("Channel and Task", "Channel and Task")),
        new("`length.frame`, 1,316 B, GB/s", "framing", "length.frame", Unit.GbPerS, s_coded),
        new("`length.deframe`, 1,316 B, GB/s", "framing", "length.deframe", Unit.GbPerS, s_coded),
        new("`chunker`, 1,316 B, GB/s", "framing", "chunker", Unit.GbPerS, s_coded),
        new("`dechunker`, 1,316 B, GB/s", "framing", "dechunker", Unit.GbPerS, s_coded),
        new("multicast send, 1,316 B, thousand packets/s", "udp", "send by multicast on loopback", Unit.KiloPerS,
            ("native udp.send", "native"), ("native udp.send, gso=off", "native without GSO"),
            ("managed udp.send", "managed"), ("plain Socket loop", "Socket loop"), ("plain C, sendmmsg", "C sendmmsg"),
            ("plain C, gso", "C with GSO")),
        new("multicast receive, CPU ns a packet", "udp", "receive by multicast on loopback", Unit.CpuNs,
            ("native udp.recv", "native"), ("managed udp.recv", "managed"), ("plain Socket loop", "Socket loop"),
            ("plain C, recvmmsg", "C recvmmsg")),
        new("a file to a multicast group, thousand packets per CPU second", "peers", "file to multicast",
            Unit.KiloPerCpuS, ("kamaelia", ""), ("GStreamer", "GStreamer"), ("ffmpeg", "ffmpeg")),
        new("one stream to 1,000 addresses, thousand packets per CPU second", "peers", "1,000 destinations",
            Unit.KiloPerCpuS, ("kamaelia", ""), ("GStreamer multiudpsink", "GStreamer multiudpsink")),
        new("planning 100,000 components, s in all", "growth", "plan: 100,000 .*", Unit.Seconds,
            ("Graph.Add and Link", "Graph.Add and Link"), ("notation", "notation")),
    ];

    public static string Text(ResultsFile file, string page)
    {
        var text = new StringBuilder();
        text.Append($"One {file.Run.Scale} run, interleaved rounds, medians, on {file.Machine.LogicalProcessors} cores "
            + $"of {file.Machine.CpuModel} ({file.Machine.Dotnet}, {file.Machine.Os});\nin brackets the ratio to the "
            + "rival that is named first, in the same round: below 1 means faster, for rates too.\n"
            + $"[The whole page, with plots and the machine]({page}).\n\n");
        text.Append("| ns, median, or as named | Kamaelia | others in the same rounds |\n|---|---|---|\n");
        foreach (string row in s_rows.Select(r => r.Row(file)).OfType<string>())
            text.Append(row).Append('\n');
        return text.ToString();
    }
}
