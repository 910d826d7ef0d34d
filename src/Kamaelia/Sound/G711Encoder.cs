using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Sound;

/// <summary>Encodes samples by ITU-T G.711: a byte for each.</summary>
/// <remarks>The stream may be cut anywhere: half a sample goes with the message that brings the other half.</remarks>
public sealed class G711Encoder(G711Law law) : StepComponent<Chunk, Chunk>, INotated<G711Encoder>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Samples of 16 bits, cut anywhere.", "pcm-s16le", "A byte for each.", "g711");

    private readonly WholeSamples _samples = new(sizeof(short));

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("g711.encode", "Encodes samples by G.711.")
    {
        BoxFormats = new Dictionary<string, string> { ["inbox"] = "pcm-s16le", ["outbox"] = "g711" },
        Options = [G711Law.Option],
    };

    /// <inheritdoc/>
    public static G711Encoder Create(OptionValues options)
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
            using var samples = _samples.Take(input[i]);
            if (samples.Length == 0)
                continue;
            var codes = Chunk.Rent(samples.Length / sizeof(short));
            var from = samples.Span;
            var to = codes.Writable;
            for (int k = 0; k < to.Length; k++)
                to[k] = law.Encode(Unsafe.ReadUnaligned<short>(in from[k * sizeof(short)]));
            output[produced++] = ChunkStamp.Of(samples).On(codes);
        }
        return new StepResult(count, produced);
    }
}
