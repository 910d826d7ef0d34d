using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Bench;

/// <summary>One of the tool's own topologies, in the notation.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Text">The graph.</param>
/// <param name="Twin">Which library it is about.</param>
internal sealed record BenchCase(string Name, string Text, Twin Twin)
{
    private const int Hops = 10;
    private const int Listeners = 100;
    private const string Group = "239.255.77.35:45081";

    /// <summary>Threads at least: a sender that always has something to do leaves no time to a receiver beside it.
    /// </summary>
    public int Schedulers { get; private init; } = 1;

    /// <summary>Those that can run here, for the twin that was asked for.</summary>
    public static IEnumerable<BenchCase> All(Twin asked) => s_all.Where(item =>
        (item.Twin != Twin.Native || NativeLibraryInfo.IsAvailable) && (asked == Twin.Auto || item.Twin == asked));

    private static readonly BenchCase[] s_all =
    [
        new($"{Hops} hops, managed", $"bench.source bytes=0{Times(" | bench.pass", Hops)} | null", Twin.Managed),
        new($"{Hops} hops, native", $"bench.source bytes=0{Times(" | native:pass", Hops)} | null", Twin.Native),
        new($"{Listeners} listeners", $"bench.source bytes=1024 | tee @t{Times("\n@t | null", Listeners)}",
            Twin.Managed),
        .. Framing("managed", Twin.Managed),
        .. Framing("native", Twin.Native),
        new("UDP by multicast, managed", Udp("managed"), Twin.Managed) { Schedulers = 2 },
        new("UDP by multicast, native", Udp("native"), Twin.Native) { Schedulers = 2 },
    ];

    private static IEnumerable<BenchCase> Framing(string word, Twin twin)
    {
        yield return new($"framing, {word}",
            $"bench.source | {word}:length.frame | {word}:length.deframe | null", twin);
        yield return new($"chunking, {word}", $"bench.source | {word}:chunker | {word}:dechunker | null", twin);
    }

    // Nobody slows the sender down, so what the receiver has not read in time is lost: compare the two linkages.
    private static string Udp(string word) => $"bench.source | {word}:udp.send {Group} iface=lo ttl=0\n"
        + $"{word}:udp.recv {Group} iface=lo | null";

    private static string Times(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
