using Kamaelia.Axon;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>The links of a Graphline, <c>"A.box -> B.box"</c>: it is made, or an ArgumentException or an
/// InvalidOperationException says which link is wrong.</summary>
internal sealed class GraphlineTarget : FuzzTarget
{
    public override string Name => "graphline";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("A.outbox -> B.inbox", "A.outbox->.outbox\n.inbox -> B.inbox", "A.signal -> B.control");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of("->", ".", "\n", " ", "A", "B", "A.outbox",
        "B.inbox", "A.inbox", "B.outbox", ".inbox", ".outbox", "A.signal", "B.control", "self", "_ended");

    public override int InputBytesMax => 300;

    public override void Run(ReadOnlySpan<byte> input)
    {
        string[] links = new FuzzInput(input).Text().Split('\n');
        var components = new Dictionary<string, Component>
        {
            ["A"] = ManualPipe.Make("framer", isNative: false), ["B"] = ManualPipe.Make("deframer", isNative: false),
        };
        try
        {
            var line = new Graphline(components, links);
            var graph = new Graph("fuzz", new GraphOptions { ManualScheduling = true });
            graph.Add(line);
            _ = graph.Check();
            graph.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            Expect(e.Message.Length > 0, "a refusal without words");
        }
    }
}
