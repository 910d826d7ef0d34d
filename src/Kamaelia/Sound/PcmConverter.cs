using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Sound;

/// <summary>Changes the format of samples.</summary>
/// <remarks>
/// To floating point (full scale is -1 to 1): divided by 2^(bits-1), of 32 bits to nearest, halves to even. From
/// floating point: times 2^(bits-1), to nearest, halves to even; what is beyond is clipped, NaN is 0. To more bits:
/// exact. To fewer: to nearest, halves upwards, clipped; no dither. The stream may be cut anywhere: a part of a sample
/// goes with the message that brings the rest.
/// </remarks>
public sealed class PcmConverter : StepComponent<Chunk, Chunk>, INotated<PcmConverter>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Samples in the one format, cut anywhere.", "", "The same samples in the other format.", "");

    private readonly WholeSamples _samples;

    /// <summary>Makes one.</summary>
    /// <param name="from">What comes in.</param>
    /// <param name="to">What goes out. The same: messages pass as they are, but for parts of samples.</param>
    public PcmConverter(SampleFormat from, SampleFormat to)
    {
        if (!Enum.IsDefined(from) || !Enum.IsDefined(to))
            throw new ArgumentOutOfRangeException(nameof(from), $"there is no format {from} or no format {to}");
        From = from;
        To = to;
        _samples = new WholeSamples(SampleFormats.BytesOf(from));
    }

    /// <summary>What comes in.</summary>
    public SampleFormat From { get; }

    /// <summary>What goes out.</summary>
    public SampleFormat To { get; }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("pcm.convert", "Changes the format of samples.")
    {
        Options =
        [
            OptionInfo.Choice("from", "What comes in: s16le, s24le, s32le or f32le (1.0 is full scale).",
                "s16le", "s24le", "s32le", "f32le"),
            OptionInfo.Choice("to", "What goes out: f32le, s16le, s24le or s32le.",
                "f32le", "s16le", "s24le", "s32le"),
        ],
    };

    /// <inheritdoc/>
    public static PcmConverter Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(SampleFormats.Named(options.Text("from")), SampleFormats.Named(options.Text("to")));
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
            if (From == To)
            {
                output[produced++] = samples;
                continue;
            }
            var made = Chunk.Rent(checked(samples.Length / SampleFormats.BytesOf(From) * SampleFormats.BytesOf(To)));
            SampleConversion.Convert(From, To, samples.Span, made.Writable);
            output[produced++] = ChunkStamp.Of(samples).On(made);
            samples.Dispose();
        }
        return new StepResult(count, produced);
    }
}
