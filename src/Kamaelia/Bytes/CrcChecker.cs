using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;

namespace Kamaelia.Bytes;

/// <summary>What becomes of a chunk whose CRC is wrong.</summary>
public enum BadCrc
{
    /// <summary>It goes no further.</summary>
    Drop,

    /// <summary>It goes out as it came, its CRC too, marked as a discontinuity.</summary>
    Flag,

    /// <summary>It ends the component with a fault.</summary>
    Fail,
}

/// <summary>Drops, flags or refuses chunks whose CRC is wrong, and counts them.</summary>
/// <remarks>
/// A chunk whose last four bytes are the CRC of those before is good: it goes out with its time, flags and tag, without
/// a copy, and without the CRC unless <see cref="Strip"/> is false. All others, those under four bytes too, are bad.
/// See <see cref="CrcAppender"/>.
/// </remarks>
public sealed class CrcChecker : StepComponent<Chunk, Chunk>, INotated<CrcChecker>
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Chunks, each with a CRC as its last four bytes.", "",
        "The good ones, without the CRC; the bad ones too if they are to be flagged.", "");

    private long _good;
    private long _bad;

    /// <summary>Which CRC.</summary>
    public Crc32 Crc { get; init; } = Crc32.Mpeg2;

    /// <summary>What becomes of a bad chunk.</summary>
    public BadCrc Bad { get; init; } = BadCrc.Drop;

    /// <summary>Whether the CRC is taken off good chunks.</summary>
    public bool Strip { get; init; } = true;

    /// <summary>Chunks whose CRC was right. Any thread.</summary>
    public long GoodCount => Volatile.Read(ref _good);

    /// <summary>Chunks whose CRC was wrong, and those too short for one. Any thread.</summary>
    public long BadCount => Volatile.Read(ref _bad);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("good", GoodCount), new("bad", BadCount),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("crc.check", "Drops, flags or refuses chunks whose CRC is wrong, and counts them.")
        {
            Options =
            [
                CrcAppender.KindOption,
                OptionInfo.Choice("bad", "What becomes of a bad chunk: drop, flag (as a discontinuity) or fail.",
                    "drop", "flag", "fail"),
                OptionInfo.Optional("strip", OptionKind.Bool, "Whether the CRC is taken off good chunks.", "yes"),
            ],
        };

    /// <inheritdoc/>
    public static CrcChecker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new()
        {
            Crc = CrcAppender.ReadKind(options),
            Strip = options.Bool("strip"),
            Bad = options.Text("bad") switch
            {
                "drop" => BadCrc.Drop,
                "flag" => BadCrc.Flag,
                "fail" => BadCrc.Fail,
                var other => throw options.Bad("bad", $"bad '{other}' is none of drop, flag, fail"),
            },
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        for (; consumed < input.Length && produced < output.Length; consumed++)
        {
            var data = input[consumed];
            if (IsGood(data.Span))
            {
                Volatile.Write(ref _good, _good + 1);
                output[produced++] = Strip ? Stripped(data) : data;
                continue;
            }
            if (Bad == BadCrc.Fail && consumed > 0)
                break; // What came before it goes out first.
            Volatile.Write(ref _bad, _bad + 1);
            if (Bad == BadCrc.Fail)
                throw new InvalidDataException(Sentence(data.Span));
            if (Bad == BadCrc.Flag)
                output[produced++] = data.With(flags: data.Flags | ChunkFlags.Discontinuity);
            else
                data.Dispose();
        }
        return new StepResult(consumed, produced);
    }

    private bool IsGood(ReadOnlySpan<byte> bytes) => bytes.Length >= Crc32.ValueBytes
        && Crc.Compute(bytes[..^Crc32.ValueBytes]) == Crc.Read(bytes[^Crc32.ValueBytes..]);

    private static Chunk Stripped(Chunk data)
    {
        if (data.Length > Crc32.ValueBytes)
            return data.Trim(0, data.Length - Crc32.ValueBytes);
        var stamp = ChunkStamp.Of(data);
        data.Dispose();
        return stamp.On(default); // An empty chunk has no block.
    }

    private string Sentence(ReadOnlySpan<byte> bytes) => bytes.Length < Crc32.ValueBytes
        ? $"a chunk of {bytes.Length} bytes is too short for a CRC"
        : $"a chunk of {bytes.Length} bytes says its CRC is {Crc.Read(bytes[^Crc32.ValueBytes..]):x8}, but it is "
            + $"{Crc.Compute(bytes[..^Crc32.ValueBytes]):x8}";
}
