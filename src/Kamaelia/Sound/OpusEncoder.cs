using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;
using Kamaelia.Interop;

namespace Kamaelia.Sound;

/// <summary>Encodes samples to Opus packets (RFC 6716), by libopus as it is installed.</summary>
/// <remarks>
/// Samples come in messages cut anywhere; each packet is a message, with the time of its first sample, reckoned from
/// the start of the message that holds it; flags and tag of a message go to the first packet that begins in it. The
/// last frame is filled up with silence. A decoder's sound is later by the encoder's look-ahead (6.5 ms, of lowdelay
/// 2.5 ms).
/// </remarks>
public sealed unsafe class OpusEncoder : StepComponent<Chunk, Chunk>, INotated<OpusEncoder>, IDisposable
{
    private const int PacketBytesMax = 4000; // What the library recommends; 60 ms need 3,832.
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Samples, channels interleaved, cut anywhere.", "",
        "Opus packets, one a message, each with the time of its first sample.", "opus");

    private readonly OpusEncoderOptions _options;
    private readonly int _samples;
    private readonly byte[] _frame;
    private readonly byte[] _packet = new byte[PacketBytesMax];
    private int _filled;
    private int _at; // Bytes of the first message that have been used.
    private bool _isNewMessage = true;
    private ChunkStamp _stamp; // Of the frame that is begun.
    private nint _encoder;
    private OpusLibrary? _library;
    private long _packets;
    private long _bytes;

    /// <summary>Makes one; libopus is looked for when it starts.</summary>
    public OpusEncoder(OpusEncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        double halves = options.Frame.TotalMilliseconds * 2;
        if (halves is not (5 or 10 or 20 or 40 or 80 or 120))
            throw new ArgumentException("a frame is 2.5, 5, 10, 20, 40 or 60 ms", nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BitrateBps, 500);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BitrateBps, 512_000);
        _samples = options.Sound.RateHz / 2000 * (int)halves;
        _frame = new byte[_samples * options.Sound.SampleBytes];
    }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("opus.encode", "Encodes samples to Opus packets.")
    {
        Unavailable = () => OpusLibrary.Problem,
        BoxFormats = new Dictionary<string, string> { ["outbox"] = "opus" },
        Options =
        [
            OptionInfo.Optional("bitrate_bps", OptionKind.Rate, "Bits per second of the packets: 500 to 512k.", "64k",
                500, 512_000),
            OptionInfo.Choice("frame_ms", "Milliseconds of sound a packet: 20, 2.5, 5, 10, 40 or 60.",
                "20", "2.5", "5", "10", "40", "60"),
            OptionInfo.Choice("application", "What is encoded: audio, voip (speech) or lowdelay.",
                "audio", "voip", "lowdelay"),
            OptionInfo.Optional("complexity", OptionKind.Int, "How hard it tries: 0 (quick) to 10 (best).", "9", 0, 10),
            OpusSound.RateOption, OpusSound.ChannelsOption, OpusSound.FormatOption,
            OptionInfo.Optional("vbr", OptionKind.Bool, "Packets may differ in length.", "true"),
            OptionInfo.Optional("fec", OptionKind.Bool,
                "Packets carry a coarse copy of the one before, for lossy ways.", "false"),
            OptionInfo.Optional("loss_percent", OptionKind.Int,
                "How many packets are expected to be lost, which fec needs: 0 to 100.", "0", 0, 100),
            OptionInfo.Optional("dtx", OptionKind.Bool, "Silence gives packets of one or two bytes.", "false"),
        ],
    };

    /// <inheritdoc/>
    public static OpusEncoder Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(new OpusEncoderOptions
        {
            Sound = OpusSound.Of(options),
            BitrateBps = (int)options.Rate("bitrate_bps"),
            Frame = options.Text("frame_ms") == "2.5"
                ? TimeSpan.FromMilliseconds(2.5)
                : TimeSpan.FromMilliseconds(options.Int("frame_ms")),
            Application = options.Text("application") switch
            {
                "voip" => OpusApplication.Voip,
                "lowdelay" => OpusApplication.LowDelay,
                _ => OpusApplication.Audio,
            },
            Complexity = options.Int("complexity"),
            IsVbr = options.Bool("vbr"),
            HasFec = options.Bool("fec"),
            LossPercent = options.Int("loss_percent"),
            HasDtx = options.Bool("dtx"),
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
        [new("packets", Volatile.Read(ref _packets)), new("bytes", Volatile.Read(ref _bytes))];

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            var message = input[consumed];
            if (TryFill(message))
            {
                output[produced++] = Encoded();
                continue;
            }
            message.Dispose();
            consumed++;
            _at = 0;
            _isNewMessage = true;
        }
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        int made = 0;
        if (_filled > 0)
        {
            _frame.AsSpan(_filled).Clear(); // What is left of the last frame is silence.
            _filled = 0;
            output[made++] = Encoded();
        }
        else
            Dispose();
        return made;
    }

    /// <summary>Frees the encoder.</summary>
    public void Dispose()
    {
        if (_encoder != 0)
            _library!.EncoderDestroy(_encoder);
        _encoder = 0;
    }

    /// <summary>True with a whole frame, false once the message is used up.</summary>
    private bool TryFill(Chunk message)
    {
        var left = message.Span[_at..];
        var sound = _options.Sound;
        if (_filled == 0 && !left.IsEmpty)
        {
            var flags = message.Flags & (_isNewMessage ? (ChunkFlags)(-1) : ChunkFlags.HasPts);
            _stamp = new ChunkStamp(message.PtsNs + sound.NsOf(_at / sound.SampleBytes), flags, message.Tag);
            _isNewMessage = false;
        }
        int part = Math.Min(left.Length, _frame.Length - _filled);
        left[..part].CopyTo(_frame.AsSpan(_filled));
        _at += part;
        _filled += part;
        if (_filled < _frame.Length)
            return false;
        _filled = 0;
        return true;
    }

    private Chunk Encoded()
    {
        if (_encoder == 0)
            Open();
        int bytes;
        fixed (byte* samples = _frame, packet = _packet)
        {
            bytes = _options.Sound.IsFloat
                ? _library!.EncodeFloat(_encoder, samples, _samples, packet, PacketBytesMax)
                : _library!.Encode(_encoder, samples, _samples, packet, PacketBytesMax);
        }
        _library.Check(bytes, "opus_encode");
        Volatile.Write(ref _packets, _packets + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
        return _stamp.On(Chunk.CopyOf(_packet.AsSpan(0, bytes)));
    }

    private void Open()
    {
        _library = OpusSound.Library;
        int error = 0;
        _encoder = _library.EncoderCreate(_options.Sound.RateHz, _options.Sound.Channels, (int)_options.Application,
            &error);
        _library.Check(error, "opus_encoder_create");
        Set(OpusLibrary.SetBitrate, _options.BitrateBps);
        Set(OpusLibrary.SetVbr, _options.IsVbr ? 1 : 0);
        Set(OpusLibrary.SetComplexity, _options.Complexity);
        Set(OpusLibrary.SetInbandFec, _options.HasFec ? 1 : 0);
        Set(OpusLibrary.SetPacketLoss, _options.LossPercent);
        Set(OpusLibrary.SetDtx, _options.HasDtx ? 1 : 0);
    }

    private void Set(int request, int value) =>
        _library!.Check(_library.EncoderControl(_encoder, request, value), "opus_encoder_ctl");
}
