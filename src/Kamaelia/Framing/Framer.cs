using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Puts a header before each message: <c>tag SP length LF data</c>, the framing of the original
/// Kamaelia.</summary>
/// <remarks>The tag is the chunk's <see cref="Chunk.Tag"/>, in decimal. One frame a message; see
/// <see cref="Deframer"/>. </remarks>
public sealed class Framer : StepComponent<Chunk, Chunk>, INotated<Framer>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Data to frame; each chunk's tag becomes its frame's tag.", "",
        "One frame for each chunk: tag, length and data.", "frame");

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("framer", "Puts a header with tag and length before each message.")
        {
            BoxFormats = new Dictionary<string, string> { ["outbox"] = "frame" },
        };

    /// <inheritdoc/>
    public static Framer Create(OptionValues options) => new();

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        Span<byte> header = stackalloc byte[FrameHeader.BytesMax];
        for (int i = 0; i < count; i++)
        {
            using var message = input[i];
            int headerBytes = FrameHeader.Write(message.Tag, message.Length, header);
            var frame = Chunk.Rent(headerBytes + message.Length);
            header[..headerBytes].CopyTo(frame.Writable);
            message.Span.CopyTo(frame.Writable[headerBytes..]);
            output[i] = ChunkStamp.Of(message).On(frame);
        }
        return new StepResult(count, count);
    }
}
