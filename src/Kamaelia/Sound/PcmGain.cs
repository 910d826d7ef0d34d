using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Sound;

/// <summary>Makes 16-bit samples louder or softer.</summary>
/// <remarks>Each sample times the factor in single precision, rounded to nearest, halves to even, and clipped. The
/// stream may be cut anywhere: half a sample goes with the message that brings the other half. A message that nobody
/// else holds is changed where it lies.</remarks>
public sealed class PcmGain : StepComponent<Chunk, Chunk>, INotated<PcmGain>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Samples, cut anywhere.", "pcm-s16le", "The same samples, louder or softer, clipped.", "pcm-s16le");

    /// <summary>The largest <see cref="Factor"/>.</summary>
    public const float FactorMax = 1000;

    private readonly WholeSamples _samples = new(sizeof(short));

    /// <summary>Makes one.</summary>
    /// <param name="factor">What every sample is multiplied with, 0 to <see cref="FactorMax"/>.</param>
    public PcmGain(float factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(factor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, FactorMax);
        Factor = factor;
    }

    /// <summary>What every sample is multiplied with.</summary>
    public float Factor { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("pcm.gain", "Makes 16-bit samples louder or softer.")
    {
        BoxFormats = new Dictionary<string, string> { ["inbox"] = "pcm-s16le", ["outbox"] = "pcm-s16le" },
        Options =
        [
            OptionInfo.Optional("factor", OptionKind.Text,
                "What each sample is multiplied with, 0 to 1000; with a point if need be.", "1"),
            OptionInfo.Optional("gain_db", OptionKind.Text,
                "The same in decibels, -200 to 60: both together multiply.", "0"),
        ],
    };

    /// <inheritdoc/>
    public static PcmGain Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        double factor = Number(options, "factor", 0, FactorMax);
        double decibels = Number(options, "gain_db", -200, 60);
        float both = (float)(factor * Math.Pow(10, decibels / 20));
        return both > FactorMax
            ? throw options.Bad("gain_db", "gain_db and factor together make more than 1000")
            : new(both);
    }

    /// <summary>Digits, if need be with a sign and a point.</summary>
    private static double Number(OptionValues options, string name, double least, double most)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        string text = options.Text(name);
        bool isPlain = text.Length > 0 && !text.StartsWith('+') && !text.EndsWith('.') && !text.Contains("-.")
            && !text.StartsWith('.') && !text.EndsWith('-');
        return isPlain && double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double value)
            && value >= least && value <= most
                ? value
                : throw options.Bad(name, $"'{text}' is not a number from {least} to {most}.");
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
            var samples = _samples.Take(input[i]);
            if (samples.Length == 0)
            {
                samples.Dispose();
                continue;
            }
            if (samples.ReferenceCount == 1)
            {
                PcmKernels.Gain(samples.Span, samples.Writable, Factor);
                output[produced++] = samples;
                continue;
            }
            var louder = Chunk.Rent(samples.Length);
            PcmKernels.Gain(samples.Span, louder.Writable, Factor);
            output[produced++] = ChunkStamp.Of(samples).On(louder);
            samples.Dispose();
        }
        return new StepResult(count, produced);
    }
}
