namespace Kamaelia.Cli;

/// <summary>What the help of each command shows. A test runs or parses every one of them.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> s_examples = new()
    {
        ["kamaelia"] =
        [
            "kamaelia run 'file.read in.ts | pace pcr | udp.send 239.1.1.1:5004 ttl=4'",
            "kamaelia run 'udp.recv 239.1.1.1:5004 iface=eth0 | ts.check | file.write out.ts' --stats",
            "kamaelia inspect udp.send",
            "kamaelia doctor",
            "kamaelia demo",
        ],
        ["run"] =
        [
            "kamaelia run 'file.read in.ts | pace pcr | udp.send 239.1.1.1:5004'",
            "kamaelia run 'udp.recv 239.1.1.1:5004 | tee @t | null; @t |[256,drop-oldest] file.write out.ts'",
            "kamaelia run relay.kam --stats --grace 5",
            "kamaelia run --managed 'file.read in.ts | file.write out.ts'",
            "Exit codes: 0 done and drained, 1 a component faulted, 2 usage or notation, 3 graph invalid,",
            "  4 resource unavailable, 5 drain cut, 6 native library, 130/143 a second signal.",
        ],
        ["check"] =
        [
            "kamaelia check 'file.read in.ts | udp.sned 239.1.1.1:5004'",
            "kamaelia check -f relay.kam",
        ],
        ["graph"] =
        [
            "kamaelia graph 'file.read in.ts | tee @t | null; @t | file.write out.ts' --format mermaid",
            "kamaelia graph -f relay.kam | dot -Tsvg > relay.svg",
        ],
        ["inspect"] =
        [
            "kamaelia inspect",
            "kamaelia inspect udp.send",
            "kamaelia inspect KAM0102",
            "kamaelia inspect --json",
        ],
        ["doctor"] = ["kamaelia doctor"],
        ["bench"] =
        [
            "kamaelia bench",
            "kamaelia bench 'bench.source bytes=1316 | chunker | null'",
            "kamaelia bench 'file.read in.ts | chunker | null' --managed --rounds 5",
            "kamaelia bench -f relay.kam --seconds 5 --json",
            "A graph of yours runs once to warm up and then --rounds times, what it writes and sends included.",
            "bench.source and bench.pass are there only for this. Beside rivals: ./build.sh bench in the repository.",
        ],
        ["demo"] =
        [
            "kamaelia demo",
            "kamaelia demo in.ts --speed 4",
            "kamaelia demo in.ts --group 239.255.0.1:5004 --iface eth0",
        ],
        ["completion"] =
        [
            "kamaelia completion bash > /etc/bash_completion.d/kamaelia",
            "kamaelia completion zsh > \"${fpath[1]}/_kamaelia\"",
            "kamaelia completion fish > ~/.config/fish/completions/kamaelia.fish",
        ],
    };

    public static IReadOnlyList<string> Of(string command) => s_examples.GetValueOrDefault(command, []);
}
