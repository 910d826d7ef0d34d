using System.Text;

namespace Kamaelia.Benchmarks.Results;

/// <summary>The table of native/PORTING.md, out of the same results file as the README's.</summary>
internal static class PortingBlock
{
    public const string Name = "crossing";

    private static readonly (string, string)[] s_hops =
        [("step", "managed step"), ("native", "native"), ("step and native in turn", "in turn")];

    private static readonly (string, string)[] s_frames =
        [("length.frame, native", "native"), ("length.frame, managed", "managed"), ("memcpy", "memcpy")];

    private static readonly Headline[] s_rows =
    [
        new("one call (`crossing`, one call), ns", "crossing", "one call", Unit.Ns, ("P/Invoke", "P/Invoke"),
            ("managed, not inlined", "managed call")),
        new("a hop, one message at a time (`crossing`), ns", "crossing", "a hop, batch 1", Unit.Ns, s_hops),
        new("a hop in batches of 4, ns", "crossing", "a hop, batch 4", Unit.Ns, s_hops),
        new("a hop in batches of 16, ns", "crossing", "a hop, batch 16", Unit.Ns, s_hops),
        new("a hop in batches of 64, ns", "crossing", "a hop, batch 64", Unit.Ns, s_hops),
        new("a hop in batches of 256, ns", "crossing", "a hop, batch 256", Unit.Ns, s_hops),
        new("a small message: `length.frame`, 16 B (`growth`), ns", "growth", "messages by size: 16", Unit.Ns,
            s_frames),
        new("a datagram's worth: `length.frame`, 1,316 B, ns", "growth", "messages by size: 1,316", Unit.Ns, s_frames),
        new("a large one: `length.frame`, 64 KiB, ns", "growth", "messages by size: 65,536", Unit.Ns, s_frames),
        new("bytes that are looked at: `chunker`, 1,316 B (`framing`), GB/s", "framing", "chunker", Unit.GbPerS,
            ("native", "native"), ("managed", "managed"), ("memcpy", "memcpy")),
        new("one datagram a call: `udp.send` (`udp`), CPU ns", "udp", "send by multicast on loopback", Unit.CpuNs,
            ("native udp.send, gso=off", "native, gso=off"), ("managed udp.send", "managed"),
            ("plain Socket loop", "Socket loop"), ("plain C, sendto", "C sendto"), ("plain C, sendmmsg", "C sendmmsg")),
        new("many datagrams a call: `udp.send` with GSO, CPU ns", "udp", "send by multicast on loopback", Unit.CpuNs,
            ("native udp.send", "native"), ("plain C, gso", "C with GSO")),
    ];

    public static string Text(ResultsFile file)
    {
        var text = new StringBuilder();
        text.Append($"From the {file.Run.Scale} run of {file.Run.StartedAt} on {file.Machine.CpuModel} "
            + $"({file.Machine.LogicalProcessors} processors, {file.Machine.Dotnet}); in brackets the ratio to the\n"
            + "baseline of the same round, which of hops is the managed step.\n\n");
        text.Append("| measured | ours | for comparison |\n|---|---|---|\n");
        foreach (string row in s_rows.Select(r => r.Row(file)).OfType<string>())
            text.Append(row).Append('\n');
        return text.ToString();
    }
}
