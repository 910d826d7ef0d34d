using Kamaelia.Catalogue;
using Kamaelia.Fuzz.Engine;
using Kamaelia.Notation;

namespace Kamaelia.Fuzz.Targets;

/// <summary>The notation, from the characters to a built graph: whatever stands in a text, reading never throws, every
/// diagnostic has a place inside it, the renderer draws each, and building throws nothing but a
/// NotationException.</summary>
internal class NotationTarget : FuzzTarget
{
    public override string Name => "notation";

    public override IEnumerable<byte[]> Seeds => TextSeeds.Of("",
        "file.read in.ts | pace pcr speed=20 | udp.send 239.1.1.1:5004 ttl=4",
        "file.read a | tee @t\n@t |[256,drop-oldest] ts.check | null\n@t.outbox#2 | null # two",
        "native:chunker sync=\"a b\" | managed:dechunker; a |\n\n b | c",
        "lines @l | console format=json;@l.nosuch|null",
        "udp.recv :5004 iface=\"x\\ny\" | |[4KiB] null", "'unclosed | b",
        "restart part strategy=rest max=7 within=2s backoff=50ms..1s jitter=0.5 seed=9 queue=drop stop=3s {\n"
            + "file.read a | lines @l\n} ; restart b { @l | console }; }", "\"a\" @b.c#1 |[,] @b");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of(
        "|", "|[", "]", "@", "#", ".", ";", "\n", "\r\n", "\r", "\"", "'", "\\", "=", ":", ",", " ", "\t", "native:",
        "managed:", "file.read", "file.write", "pace", "pcr", "udp.send", "udp.recv", "tee", "null", "console", "lines",
        "ts.check", "chunker", "dechunker", "framer", "length.frame", "rechunk", "drop-oldest", "drop-newest",
        "keep-latest", "unbounded", "wait", "4KiB", "256", "outbox", "inbox", "control", "signal", "@t", "@t.outbox#0",
        "restart", "restart a {", "strategy=rest",
        "backoff=50ms..1s", "within=", "max=", "jitter=", "queue=drop", "stop=", "{", "}", "speed=", "sync=",
        "format=json", "\uE000", "\u0301", "\u202e", "漢", "\0");

    public override (long Fixed, long PerByte) AllocatedBytesMax => (16 << 20, 32 << 10);

    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = new FuzzInput(input).Text();
        var parsed = GraphText.Parse(text, input.Length % 3 == 0 ? "some.kam" : "text",
            preferred: input.Length % 2 == 0 ? Twin.Auto : Twin.Managed);
        Look(parsed);
        // Making a native udp component looks names up, and nobody's name server is asked about noise.
        bool asksNames = parsed.Components.Any(item =>
            item.Twin is { IsNative: true, Info.Name: "udp.send" or "udp.recv" });
        if (!asksNames)
            Build(parsed);
    }

    private static void Look(ParsedGraph parsed)
    {
        int length = parsed.Source.Text.Length;
        var plain = new DiagnosticRenderer(parsed.Source);
        var narrow = new DiagnosticRenderer(parsed.Source, useColour: true, widthMax: 20);
        foreach (var diagnostic in parsed.Diagnostics.Take(20))
        {
            var span = diagnostic.Span;
            Expect(span.Start >= 0 && span.Length >= 0 && span.End <= length, $"{diagnostic.Code.Id} outside the text");
            Expect(diagnostic.Message.Length > 0, $"{diagnostic.Code.Id} says nothing");
            Expect(plain.Render(diagnostic).Contains('^'), $"{diagnostic.Code.Id} without a caret");
            _ = narrow.Render(diagnostic);
        }
    }

    private static void Build(ParsedGraph parsed)
    {
        try
        {
            var graph = parsed.Build(new() { ManualScheduling = true });
            Expect(!parsed.HasErrors, "a text with errors was built");
            _ = graph.Check();
            graph.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (NotationException refusal)
        {
            Expect(refusal.Diagnostics.Count > 0 && refusal.Message.Contains('^'), "a refusal without a caret");
            foreach (var diagnostic in refusal.Diagnostics)
                Expect(diagnostic.Span.End <= parsed.Source.Text.Length, "a refusal outside the text");
        }
    }
}
