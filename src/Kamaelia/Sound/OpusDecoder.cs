using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;
using Kamaelia.Interop;

namespace Kamaelia.Sound;

/// <summary>Decodes Opus packets (RFC 6716) to samples, by libopus as it is installed.</summary>
/// <remarks>
/// One packet a message; an empty message stands for a lost one, and the decoder makes up as much sound as the last
/// packet had (20 ms before the first). A packet that is none counts as bad and lost. With <c>fec</c> a lost packet
/// waits for the next, whose coarse copy of it is used, and both come as one message. Samples have the time, flags and
/// tag of their packet, of two joined ones the first's.
/// </remarks>
public sealed unsafe class OpusDecoder : StepComponent<Chunk, Chunk>, INotated<OpusDecoder>, IDisposable
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "Opus packets, one a message; an empty message stands for a lost one.", "opus",
        "Samples, channels interleaved: a message for each packet, lost ones too.", "");

    private readonly OpusSound _sound;
    private readonly bool _fec;
    private int _lastSamples;
    private bool _isLost; // One waits for the next packet.
    private ChunkStamp _lostStamp;
    private nint _decoder;
    private OpusLibrary? _library;
    private long _packets;
    private long _lost;
    private long _bad;

    /// <summary>Makes one; libopus is looked for when it starts.</summary>
    /// <param name="sound">The samples that go out.</param>
    /// <param name="fec">Makes use of the copies that packets carry of the one before.</param>
    public OpusDecoder(OpusSound sound, bool fec = false)
    {
        ArgumentNullException.ThrowIfNull(sound);
        _sound = sound;
        _fec = fec;
        _lastSamples = sound.RateHz / 50; // 20 ms, until a packet says otherwise.
    }

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("opus.decode", "Decodes Opus packets to samples.")
    {
        Unavailable = () => OpusLibrary.Problem,
        BoxFormats = new Dictionary<string, string> { ["inbox"] = "opus" },
        Options =
        [
            OpusSound.RateOption, OpusSound.ChannelsOption, OpusSound.FormatOption,
            OptionInfo.Optional("fec", OptionKind.Bool,
                "A lost packet waits for the next, whose coarse copy of it is used: both come as one message.",
                "false"),
        ],
    };

    /// <inheritdoc/>
    public static OpusDecoder Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(OpusSound.Of(options), options.Bool("fec"));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("packets", Volatile.Read(ref _packets)), new("lost", Volatile.Read(ref _lost)),
        new("bad", Volatile.Read(ref _bad)),
    ];

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        if (_decoder == 0)
            Open();
        int count = Math.Min(input.Length, output.Length);
        int produced = 0;
        for (int i = 0; i < count; i++)
        {
            using var packet = input[i];
            if (TryDecode(packet, out var samples))
                output[produced++] = samples;
        }
        return new StepResult(count, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        if (!_isLost)
        {
            Dispose();
            return 0;
        }
        _isLost = false;
        output[0] = Concealed(_lostStamp);
        return 1;
    }

    /// <summary>Frees the decoder.</summary>
    public void Dispose()
    {
        if (_decoder != 0)
            _library!.DecoderDestroy(_decoder);
        _decoder = 0;
    }

    /// <summary>What goes out for a packet; false while a lost one waits.</summary>
    private bool TryDecode(Chunk packet, out Chunk made)
    {
        int samples = packet.Length > 0 ? SamplesOf(packet.Span) : 0;
        if (samples <= 0 || samples > _sound.RateHz / 25 * 3) // 120 ms.
        {
            if (packet.Length > 0)
                Volatile.Write(ref _bad, _bad + 1);
            return TryLose(ChunkStamp.Of(packet), out made);
        }
        int before = _isLost ? _lastSamples : 0;
        made = Chunk.Rent((before + samples) * _sound.SampleBytes);
        if (_isLost)
            Decode(packet.Span, made.Writable[..(before * _sound.SampleBytes)], fec: 1);
        if (Decode(packet.Span, made.Writable[(before * _sound.SampleBytes)..], fec: 0) < 0)
            Volatile.Write(ref _bad, _bad + 1);
        made = (_isLost ? StampOfBoth(packet, before) : ChunkStamp.Of(packet)).On(made);
        _isLost = false;
        _lastSamples = samples;
        Volatile.Write(ref _packets, _packets + 1);
        return true;
    }

    private ChunkStamp StampOfBoth(Chunk packet, int before) =>
        packet.HasPts && (_lostStamp.Flags & ChunkFlags.HasPts) == 0
            ? _lostStamp with
            {
                PtsNs = packet.PtsNs - _sound.NsOf(before), Flags = _lostStamp.Flags | ChunkFlags.HasPts,
            }
            : _lostStamp;

    private bool TryLose(ChunkStamp stamp, out Chunk made)
    {
        Volatile.Write(ref _lost, _lost + 1);
        bool isOut = !_fec || _isLost;
        made = isOut ? Concealed(_fec ? _lostStamp : stamp) : default;
        _isLost = _fec;
        _lostStamp = stamp;
        return isOut;
    }

    /// <summary>What the decoder makes up, as long as the last packet.</summary>
    private Chunk Concealed(ChunkStamp stamp)
    {
        var made = Chunk.Rent(_lastSamples * _sound.SampleBytes);
        _library!.Check(Decode(default, made.Writable, fec: 0), "opus_decode");
        return stamp.On(made);
    }

    private int SamplesOf(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
            return _library!.DecoderSamples(_decoder, bytes, packet.Length);
    }

    private int Decode(ReadOnlySpan<byte> packet, Span<byte> into, int fec)
    {
        int samples = into.Length / _sound.SampleBytes;
        int answer;
        fixed (byte* bytes = packet, to = into)
        {
            answer = _sound.IsFloat
                ? _library!.DecodeFloat(_decoder, bytes, packet.Length, to, samples, fec)
                : _library!.Decode(_decoder, bytes, packet.Length, to, samples, fec);
        }
        into[(Math.Max(answer, 0) * _sound.SampleBytes)..].Clear(); // No byte that it did not write goes out.
        return answer;
    }

    private void Open()
    {
        _library = OpusSound.Library;
        int error = 0;
        _decoder = _library.DecoderCreate(_sound.RateHz, _sound.Channels, &error);
        _library.Check(error, "opus_decoder_create");
    }
}
