using System.Buffers.Binary;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Cuts a byte stream, cut anywhere, into payloads by the lengths of <see cref="LengthFramer"/>.</summary>
/// <remarks>
/// A payload that lies in one message is cut out without a copy; it has the time, flags and tag of the message that
/// held the first byte of its length. A length over <see cref="LengthMax"/> is a fault: there is no way to find the
/// next frame. When the input ends in the middle of a frame, what is there of it is dropped and counted.
/// </remarks>
public sealed class LengthDeframer : StepComponent<Chunk, Chunk>, INotated<LengthDeframer>, IDisposable
{
    private static readonly IReadOnlyList<PortInfo> s_ports = StepPorts.Of(
        "A stream of bytes, cut anywhere: payloads, each behind its length.", "length-framed",
        "The payloads, without a copy where one lies within one chunk.", "");

    private readonly byte[] _header = new byte[LengthFramer.HeaderBytes];
    private int _headerBytes;
    private int _at;        // Bytes of the first message that have been read.
    private long _offset;   // Of the next byte in the stream.
    private bool _isInside; // A length has been read.
    private int _length;
    private Chunk _begun;   // A payload that no single message holds, filled to _filled.
    private int _filled;
    private ChunkStamp _stamp;
    private long _short;

    /// <summary>Bytes of the longest payload: 1 to 4294967295.</summary>
    public long LengthMax
    {
        get;
        init => field = LengthFramer.CheckedLength(value);
    } = LengthFramer.DefaultLengthMax;

    /// <summary>Frames dropped because the input ended in the middle of them. Any thread.</summary>
    public long Short => Volatile.Read(ref _short);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("short", Short),
    ];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } =
        new("length.deframe", "Cuts a stream of bytes into payloads by their lengths.")
        {
            BoxFormats = new Dictionary<string, string> { ["inbox"] = "length-framed" },
            Options = [LengthFramer.LengthOption],
        };

    /// <inheritdoc/>
    public static LengthDeframer Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { LengthMax = options.Long("length_max") };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            var message = input[consumed];
            bool isBad = !_isInside && !TryReadLength(message);
            if (isBad && consumed + produced > 0)
                // What came before it goes out first, and what was used is said to be: a step that throws used nothing.
                break;
            if (isBad)
                throw OverTheLimit();
            bool isUsedUp = false;
            if (_isInside && TryCut(message, out var payload, out isUsedUp))
                output[produced++] = payload;
            if (!isUsedUp && _at < message.Length)
                continue;
            if (!isUsedUp)
                message.Dispose();
            _at = 0;
            consumed++;
        }
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        if (_isInside || _headerBytes > 0)
            Volatile.Write(ref _short, 1);
        Dispose();
        return 0;
    }

    /// <summary>Gives back a payload that was begun.</summary>
    public void Dispose()
    {
        _begun.Dispose();
        _begun = default;
        _isInside = false;
        _headerBytes = 0;
    }

    /// <summary>Reads what there is of a length; false when it is over the limit.</summary>
    private bool TryReadLength(Chunk message)
    {
        if (_headerBytes == LengthFramer.HeaderBytes)
            return false; // Read before, and refused.
        var left = message.Span[_at..];
        if (_headerBytes == 0 && !left.IsEmpty)
            _stamp = ChunkStamp.Of(message);
        int part = Math.Min(LengthFramer.HeaderBytes - _headerBytes, left.Length);
        left[..part].CopyTo(_header.AsSpan(_headerBytes));
        _headerBytes += part;
        _at += part;
        _offset += part;
        if (_headerBytes < LengthFramer.HeaderBytes)
            return true;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_header);
        if (length > LengthMax || length > Array.MaxLength)
            return false;
        _isInside = true;
        _length = (int)length;
        _headerBytes = 0;
        return true;
    }

    /// <summary>The payload, if all of it is there; else keeps what is there.</summary>
    private bool TryCut(Chunk message, out Chunk payload, out bool isUsedUp)
    {
        int left = message.Length - _at;
        payload = default;
        isUsedUp = false;
        if (_filled == 0 && _length <= left)
        {
            // The last payload of a message takes over its reference.
            isUsedUp = _length == left && _length > 0;
            payload = _length == 0 ? default : isUsedUp ? message.Trim(_at, _length) : message.Slice(_at, _length);
            Advance(_length);
        }
        else if (left == 0)
            return false; // Nothing of it yet: it may still come in one piece.
        else
        {
            if (_begun.IsEmpty)
                _begun = Chunk.Rent(_length);
            int part = Math.Min(_length - _filled, left);
            message.Span.Slice(_at, part).CopyTo(_begun.Writable[_filled..]);
            _filled += part;
            Advance(part);
            if (_filled < _length)
                return false;
            payload = _begun;
            _begun = default;
            _filled = 0;
        }
        payload = _stamp.On(payload);
        _isInside = false;
        return true;
    }

    private InvalidDataException OverTheLimit() =>
        new($"at offset {_offset - LengthFramer.HeaderBytes} of the stream a frame of "
            + $"{BinaryPrimitives.ReadUInt32BigEndian(_header)} bytes is announced, over length_max {LengthMax}");

    private void Advance(int bytes)
    {
        _at += bytes;
        _offset += bytes;
    }
}
