using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Takes the header off each frame: the opposite of <see cref="Framer"/>.</summary>
/// <remarks>
/// One whole frame a message, as <see cref="DataDechunker"/> gives them; the data is cut out without a copy and carries
/// the frame's tag. Bytes behind the frame are left out. A frame that is shorter than its header says, or whose header
/// is not two numbers, is dropped and counted.
/// </remarks>
public sealed class Deframer : StepComponent<Chunk, Chunk>, INotated<Deframer>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "One whole frame in each chunk.", "frame",
        "The data of each frame, without a copy; its tag is the chunk's tag.", "");

    private long _short;
    private long _malformed;

    /// <summary>Frames dropped because data was missing. Any thread.</summary>
    public long Short => Volatile.Read(ref _short);

    /// <summary>Frames dropped because their header was none. Any thread.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("malformed", Malformed),
        new("short", Short),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("deframer", "Takes the header off each frame, and gives its data the tag.")
        {
            BoxFormats = new Dictionary<string, string> { ["inbox"] = "frame" },
        };

    /// <inheritdoc/>
    public static Deframer Create(OptionValues options) => new();

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            var frame = input[consumed++];
            if (!FrameHeader.TryRead(frame.Span, out uint tag, out int start, out ulong length))
                Drop(frame, ref _malformed);
            else if (length > (ulong)(frame.Length - start))
                Drop(frame, ref _short);
            else
                output[produced++] = frame.Trim(start, (int)length).With(tag: tag);
        }
        return new StepResult(consumed, produced);
    }

    private static void Drop(Chunk frame, ref long count)
    {
        frame.Dispose();
        Volatile.Write(ref count, count + 1);
    }
}
