using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Bytes;

/// <summary>Puts a CRC of 32 bits behind each chunk.</summary>
/// <remarks>Time, flags and tag stay. MPEG-2's CRC goes the most significant byte first, the others the least. See
/// <see cref="CrcChecker"/>.</remarks>
public sealed class CrcAppender : StepComponent<Chunk, Chunk>, INotated<CrcAppender>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Data.", "", "The same data, each chunk with the CRC of its bytes behind it.", "");

    /// <summary>Which CRC.</summary>
    public Crc32 Crc { get; init; } = Crc32.Mpeg2;

    // Before Info, which is initialised with it.
    internal static OptionInfo KindOption { get; } = OptionInfo.Choice("kind",
        "mpeg2 (ISO 13818-1, most significant byte first), ieee (802.3) or castagnoli (CRC32C), least first.",
        "mpeg2", "ieee", "castagnoli");

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("crc.append", "Puts a CRC of 32 bits behind each chunk.")
    {
        Options = [KindOption],
    };

    internal static Crc32 ReadKind(OptionValues options) => options.Text("kind") switch
    {
        "mpeg2" => Crc32.Mpeg2,
        "ieee" => Crc32.Ieee,
        "castagnoli" => Crc32.Castagnoli,
        var other => throw options.Bad("kind", $"kind '{other}' is none of mpeg2, ieee, castagnoli"),
    };

    /// <inheritdoc/>
    public static CrcAppender Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { Crc = ReadKind(options) };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        for (int i = 0; i < count; i++)
        {
            using var data = input[i];
            var made = Chunk.Rent(data.Length + Crc32.ValueBytes);
            var bytes = made.Writable;
            data.Span.CopyTo(bytes);
            Crc.Write(Crc.Compute(data.Span), bytes[data.Length..]);
            output[i] = ChunkStamp.Of(data).On(made);
        }
        return new StepResult(count, count);
    }
}
