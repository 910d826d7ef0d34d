using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Sound;

/// <summary>What the Opus encoder and decoder are both told: the samples outside of the packets.</summary>
public sealed record OpusSound
{
    private static readonly int[] s_rates = [8000, 12000, 16000, 24000, 48000];

    /// <summary>Samples per second: 8000, 12000, 16000, 24000 or 48000.</summary>
    public int RateHz
    {
        get;
        init => field = s_rates.Contains(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value,
            $"a rate is one of {string.Join(", ", s_rates)}");
    } = 48000;

    /// <summary>1 or 2.</summary>
    public int Channels
    {
        get;
        init => field = value is 1 or 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "channels are 1 or 2");
    } = 2;

    /// <summary>Samples are f32le and not s16le.</summary>
    public bool IsFloat { get; init; }

    /// <summary>Bytes of one sample of every channel.</summary>
    internal int SampleBytes => Channels * (IsFloat ? sizeof(float) : sizeof(short));

    internal long NsOf(long samples) => samples * 1_000_000_000 / RateHz;

    internal static OptionInfo RateOption { get; } = OptionInfo.Optional("rate_hz", OptionKind.Int,
        "Samples per second: 8000, 12000, 16000, 24000 or 48000.", "48000", 8000, 48000);

    internal static OptionInfo ChannelsOption { get; } =
        OptionInfo.Optional("channels", OptionKind.Int, "1 or 2.", "2", 1, 2);

    internal static OptionInfo FormatOption { get; } =
        OptionInfo.Choice("format", "Of the samples: s16le or f32le.", "s16le", "f32le");

    internal static OpusSound Of(OptionValues options) => new()
    {
        RateHz = s_rates.Contains(options.Int("rate_hz"))
            ? options.Int("rate_hz")
            : throw options.Bad("rate_hz", $"It is one of {string.Join(", ", s_rates)}."),
        Channels = options.Int("channels"),
        IsFloat = options.Text("format") == "f32le",
    };

    /// <exception cref="ResourceUnavailableException">libopus is not installed.</exception>
    internal static OpusLibrary Library => OpusLibrary.Loaded
        ?? throw new ResourceUnavailableException("", $"{OpusLibrary.Problem}.");
}
