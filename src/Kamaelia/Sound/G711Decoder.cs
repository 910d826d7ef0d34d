using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Sound;

/// <summary>Decodes ITU-T G.711 to samples of 16 bits.</summary>
public sealed class G711Decoder(G711Law law) : StepComponent<Chunk, Chunk>, INotated<G711Decoder>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "A byte for each sample.", "g711", "Samples of 16 bits.", "pcm-s16le");

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("g711.decode", "Decodes G.711 to samples.")
    {
        BoxFormats = new Dictionary<string, string> { ["inbox"] = "g711", ["outbox"] = "pcm-s16le" },
        Options = [G711Law.Option],
    };

    /// <inheritdoc/>
    public static G711Decoder Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(G711Law.Of(options));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        int produced = 0;
        for (int i = 0; i < count; i++)
        {
            using var codes = input[i];
            if (codes.Length == 0)
                continue;
            var samples = Chunk.Rent(checked(codes.Length * sizeof(short)));
            var from = codes.Span;
            var to = samples.Writable;
            for (int k = 0; k < from.Length; k++)
                Unsafe.WriteUnaligned(ref to[k * sizeof(short)], law.Decode(from[k]));
            output[produced++] = ChunkStamp.Of(codes).On(samples);
        }
        return new StepResult(count, produced);
    }
}
