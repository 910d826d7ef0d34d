using System.Text;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Framing;

/// <summary>Finds the chunks of <see cref="DataChunker"/> in a byte stream that is cut anywhere.</summary>
/// <remarks>
/// A chunk is complete when the next sync message is seen; the last one is sent when the input ends. What comes before the
/// first sync message is dropped and counted, and so is a chunk that grows over <see cref="ChunkBytesMax"/>. Data that
/// lies in one message and holds no escape is cut out without a copy.
/// </remarks>
public sealed partial class DataDechunker : StepComponent<Chunk, Chunk>, INotated<DataDechunker>
{
    private readonly SyncEscape _escape;
    private byte[] _kept = new byte[4096]; // The beginning of a chunk, as it came; or the last few bytes before a sync.
    private int _keptBytes;
    private int _at;                       // Bytes of the first message that have been read.
    private bool _isInChunk;
    private long _droppedBytes;
    private long _oversized;

    /// <summary>Makes one.</summary>
    /// <param name="sync">The chunker's.</param>
    /// <exception cref="ArgumentException">The sync message cannot be used, and why.</exception>
    public DataDechunker(ReadOnlySpan<byte> sync) => _escape = new SyncEscape(sync);

    /// <summary>With <see cref="DataChunker.DefaultSync"/>.</summary>
    public DataDechunker() : this(Encoding.UTF8.GetBytes(DataChunker.DefaultSync))
    {
    }

    /// <summary>Longest chunk, escaped, in bytes: a stream without sync messages must not fill the memory.</summary>
    public int ChunkBytesMax { get; init; } = 16 << 20;

    /// <summary>Bytes that were in no chunk. Any thread.</summary>
    public long DroppedBytes => Volatile.Read(ref _droppedBytes);

    /// <summary>Chunks dropped for their length. Any thread.</summary>
    public long Oversized => Volatile.Read(ref _oversized);

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("dechunker", "Finds the chunks of a chunker in a byte stream.")
    {
        Options = [DataChunker.SyncOption],
    };

    /// <inheritdoc/>
    public static DataDechunker Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(DataChunker.ReadSync(options));
    }

    /// <inheritdoc/>
    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int consumed = 0, produced = 0;
        while (consumed < input.Length && produced < output.Length)
        {
            var message = input[consumed];
            if (TryCut(message, out var chunk, out bool isChunk))
            {
                if (isChunk)
                    output[produced++] = chunk;
                continue;
            }
            message.Dispose();
            _at = 0;
            consumed++;
        }
        return new StepResult(consumed, produced);
    }

    /// <inheritdoc/>
    protected override int Finish(Span<Chunk> output)
    {
        if (!_isInChunk)
        {
            Drop(_keptBytes);
            _keptBytes = 0;
            return 0;
        }
        output[0] = Unescape(_kept.AsSpan(0, _keptBytes), default);
        _isInChunk = false;
        _keptBytes = 0;
        return 1;
    }

    /// <summary>Reads up to the next sync message; false, and keeps the rest, if there is none in this message.</summary>
    private bool TryCut(Chunk message, out Chunk chunk, out bool isChunk)
    {
        var left = message.Span[_at..];
        int start = FindSync(left); // Negative: it begins in what was kept.
        isChunk = _isInChunk && start != int.MinValue;
        chunk = default;
        if (start == int.MinValue)
        {
            Keep(left);
            return false;
        }
        if (isChunk && _keptBytes + start > ChunkBytesMax)
        {
            Volatile.Write(ref _oversized, _oversized + 1);
            isChunk = false;
        }
        if (isChunk)
            chunk = Body(message, left, start);
        else
            Drop(_keptBytes + start);
        _keptBytes = 0;
        _isInChunk = true;
        _at += start + _escape.Sync.Length;
        return true;
    }

    private Chunk Body(Chunk message, ReadOnlySpan<byte> left, int start)
    {
        if (_keptBytes == 0 && !left[..start].Contains((byte)'%'))
            return message.Slice(_at, start);
        if (_keptBytes == 0)
            return Unescape(left[..start], message);
        if (start > 0)
            Append(left[..start]);
        else
            _keptBytes += start;
        return Unescape(_kept.AsSpan(0, _keptBytes), message);
    }

    private Chunk Unescape(ReadOnlySpan<byte> escaped, Chunk like)
    {
        var room = Chunk.Rent(escaped.Length);
        var chunk = room.Trim(0, _escape.Unescape(escaped, room.Writable));
        return like.IsEmpty ? chunk : chunk.With(like.HasPts ? like.PtsNs : null, like.Flags, like.Tag);
    }

    /// <summary>Where the next sync message begins; <see cref="int.MinValue"/>: nowhere.</summary>
    private int FindSync(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> sync = _escape.Sync;
        int tail = Math.Min(sync.Length - 1, _keptBytes);
        if (tail > 0)
        {
            Span<byte> seam = stackalloc byte[2 * SyncEscape.SyncBytesMax];
            int head = Math.Min(sync.Length - 1, bytes.Length);
            _kept.AsSpan(_keptBytes - tail, tail).CopyTo(seam);
            bytes[..head].CopyTo(seam[tail..]);
            int across = seam[..(tail + head)].IndexOf(sync);
            if (across >= 0)
                return across - tail;
        }
        int inside = bytes.IndexOf(sync);
        return inside < 0 ? int.MinValue : inside;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!_isInChunk)
        {
            // Only as much as could be the beginning of a sync message.
            int most = _escape.Sync.Length - 1;
            if (bytes.Length >= most)
            {
                Drop(_keptBytes + bytes.Length - most);
                _keptBytes = 0;
                bytes = bytes[^most..];
            }
            else if (_keptBytes + bytes.Length > most)
            {
                int over = _keptBytes + bytes.Length - most;
                Drop(over);
                _kept.AsSpan(over, _keptBytes - over).CopyTo(_kept);
                _keptBytes -= over;
            }
        }
        else if (bytes.Length > ChunkBytesMax - _keptBytes)
        {
            Volatile.Write(ref _oversized, _oversized + 1);
            Drop(_keptBytes);
            _keptBytes = 0;
            _isInChunk = false;
            Keep(bytes);
            return;
        }
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_keptBytes + bytes.Length > _kept.Length)
            Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _keptBytes + bytes.Length));
        bytes.CopyTo(_kept.AsSpan(_keptBytes));
        _keptBytes += bytes.Length;
    }

    private void Drop(int bytes) => Volatile.Write(ref _droppedBytes, _droppedBytes + bytes);
}
