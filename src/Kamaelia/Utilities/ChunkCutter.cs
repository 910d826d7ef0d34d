using Kamaelia.Axon;

namespace Kamaelia.Utilities;

/// <summary>Cuts a stream of chunks at other places: a piece that lies in one chunk is shared, any other is
/// copied.</summary>
/// <remarks>
/// A piece has the time and the tag of the chunk its first byte came in, and that chunk's flags if it starts it. Bytes
/// are neither lost nor repeated. Not for several threads.
/// </remarks>
internal sealed class ChunkCutter
{
    private readonly Queue<Chunk> _waiting = new();
    private Chunk _current;
    private int _at; // Bytes of _current that were taken.

    /// <summary>Bytes added and not taken.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Takes the chunk over.</summary>
    public void Add(Chunk chunk)
    {
        HeldBytes += chunk.Length;
        _waiting.Enqueue(chunk);
    }

    /// <summary>The next piece of exactly that many bytes, if so many are there.</summary>
    public bool TryTake(int bytes, out Chunk piece)
    {
        if (HeldBytes < bytes || bytes == 0)
        {
            piece = default;
            return false;
        }
        HeldBytes -= bytes;
        Advance();
        piece = _current.Length - _at >= bytes ? Share(bytes) : Copy(bytes);
        return true;
    }

    /// <summary>All that is left, as one piece; false if nothing is.</summary>
    public bool TryTakeRest(out Chunk piece) => TryTake((int)HeldBytes, out piece);

    /// <summary>Gives back what was added and not taken.</summary>
    public void Clear()
    {
        _current.Dispose();
        _current = default;
        _at = 0;
        HeldBytes = 0;
        while (_waiting.TryDequeue(out var chunk))
            chunk.Dispose();
    }

    private void Advance()
    {
        while (_at == _current.Length)
        {
            _current.Dispose();
            _current = _waiting.Dequeue();
            _at = 0;
        }
    }

    private Chunk Share(int bytes)
    {
        var flags = FlagsHere();
        Chunk piece;
        if (_at + bytes == _current.Length) // The last piece of a chunk takes over its reference.
        {
            piece = _current.Trim(_at, bytes);
            _current = default;
            _at = 0;
        }
        else
        {
            piece = _current.Slice(_at, bytes);
            _at += bytes;
        }
        return piece.With(flags: flags);
    }

    private Chunk Copy(int bytes)
    {
        var piece = Chunk.Rent(bytes);
        piece = piece.With(_current.HasPts ? _current.PtsNs : null, FlagsHere(), _current.Tag);
        var room = piece.Writable;
        while (true)
        {
            int part = Math.Min(_current.Length - _at, room.Length);
            _current.Span.Slice(_at, part).CopyTo(room);
            _at += part;
            room = room[part..];
            if (room.IsEmpty)
                return piece;
            Advance();
        }
    }

    private ChunkFlags FlagsHere() => _at == 0 ? _current.Flags : _current.Flags & ChunkFlags.HasPts;
}
