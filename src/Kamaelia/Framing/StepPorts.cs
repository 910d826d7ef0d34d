using Kamaelia.Axon;

namespace Kamaelia.Framing;

/// <summary>The ports of a component that maps chunks to chunks, with its own words and formats.</summary>
internal static class StepPorts
{
    public static IReadOnlyList<PortInfo> Of(
        string inSentence, string inFormat, string outSentence, string outFormat) =>
    [
        PortInfo.Control,
        PortInfo.Signal,
        new("inbox", PortDirection.In, typeof(Chunk), inSentence) { Format = inFormat },
        new("outbox", PortDirection.Out, typeof(Chunk), outSentence) { Format = outFormat },
    ];
}
