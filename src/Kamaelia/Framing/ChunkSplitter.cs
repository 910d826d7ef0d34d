using System.Buffers;
using Kamaelia.Axon;

namespace Kamaelia.Framing;

/// <summary>Finds chunks by their sync messages in a stream that is cut anywhere: what <see cref="DataDechunker"/>
/// does. </summary>
/// <remarks>
/// Hunting, bytes are skipped until a sync has been read; where syncs overlap, the last one counts. Inside a chunk all
/// up to the next byte that occurs in the sync is content; from there on the stream must spell the sync, and then the
/// chunk is complete. If it does not, the content is damaged: dropped, counted if it was not empty, and it hunts on,
/// with what was spelled as the possible beginning of the next sync. Content over the limit is dropped and counted too.
/// The native twin (chunk_splitter.hpp) is the same machine. Not for several threads.
/// </remarks>
internal sealed class ChunkSplitter
{
    private readonly byte[] _sync;
    private readonly SearchValues<byte> _syncBytes;
    private readonly int _contentBytesMax;
    // Knuth, Morris, Pratt: how long a proper beginning of the sync ends its first n bytes.
    private readonly int[] _borders;
    // How much of a sync has been read after a whole one and n bytes of it, the last counting.
    private readonly int[] _overlaps;
    private byte[] _kept = new byte[4096]; // Content from earlier inputs.
    private int _keptBytes;
    private int _at;      // Next byte of the input.
    private int _first;   // Content of the chunk it is inside, as far as it lies in this input:
    private int _last;    // from first to last.
    private int _matched; // Bytes of a sync that were read just before _at.
    private bool _isInside;
    private bool _isKeptOut;

    public ChunkSplitter(byte[] sync, int contentBytesMax)
    {
        _sync = sync;
        _syncBytes = SearchValues.Create([.. sync.Distinct()]);
        _contentBytesMax = contentBytesMax;
        int length = sync.Length;
        _borders = new int[length + 1];
        for (int i = 1, border = 0; i < length; i++)
        {
            border = Next(border, sync[i]);
            _borders[i + 1] = border;
        }
        _overlaps = new int[length];
        Array.Fill(_overlaps, length);
        for (int n = 1, state = length; n < length; n++)
        {
            state = Next(state == length ? _borders[length] : state, sync[n - 1]);
            _overlaps[n] = state;
        }
    }

    /// <summary>Chunks dropped because they were damaged or too long.</summary>
    public long Malformed { get; private set; }

    /// <summary>Another input begins; <see cref="TryNext"/> is given all of it until it says false.</summary>
    public void Feed() => _at = _first = _last = 0;

    /// <summary>The content of the next complete chunk, escaped; false: more input is wanted.</summary>
    /// <param name="input">The input since <see cref="Feed"/>.</param>
    /// <param name="like">The input's chunk, whose time, flags and tag a chunk that begins here takes.</param>
    /// <param name="start">Where the content starts in the input; −1: it lies in <see cref="Kept"/>.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="stamp">Time, flags and tag, without bytes.</param>
    public bool TryNext(ReadOnlySpan<byte> input, in ChunkStamp like, out int start, out int bytes,
        out ChunkStamp stamp)
    {
        if (_isKeptOut)
        {
            _keptBytes = 0;
            _isKeptOut = false;
        }
        while (true)
        {
            if (!_isInside)
            {
                if (!Hunt(input))
                    break;
                Begin(like);
            }
            if (_matched == 0 && !FindContentEnd(input))
                continue;
            if (Spell(input) is not { } isSync)
            {
                KeepRest(input);
                break;
            }
            if (!isSync)
            {
                Damaged(like);
                continue;
            }
            (start, bytes, stamp) = (_first, _last - _first, _stamp);
            if (_keptBytes > 0)
            {
                KeepRest(input);
                (start, bytes) = (-1, _keptBytes);
                _isKeptOut = true;
            }
            Begin(like);
            return true;
        }
        (start, bytes, stamp) = (0, 0, default);
        return false;
    }

    /// <summary>Content that did not lie in one input: valid until the next call.</summary>
    public ReadOnlySpan<byte> Kept => _kept.AsSpan(0, _keptBytes);

    private ChunkStamp _stamp; // Of the chunk it is inside.

    /// <summary>At the end of the input: whether there is a last chunk, which then lies in
    /// <see cref="Kept"/>.</summary>
    public bool TryFinish(out ChunkStamp stamp)
    {
        stamp = _stamp;
        bool isInside = _isInside;
        _isInside = false;
        _isKeptOut = true;
        return isInside;
    }

    private int Next(int state, byte value)
    {
        while (state > 0 && _sync[state] != value)
            state = _borders[state];
        return _sync[state] == value ? state + 1 : state;
    }

    private void Begin(in ChunkStamp like)
    {
        _isInside = true;
        _matched = 0;
        _first = _last = _at;
        _stamp = like;
    }

    /// <summary>True when a sync has been read, false when the input is used up.</summary>
    private bool Hunt(ReadOnlySpan<byte> input)
    {
        while (_at < input.Length)
        {
            if (_matched == 0)
            {
                int hit = input[_at..].IndexOf(_sync[0]);
                if (hit < 0)
                {
                    _at = input.Length;
                    return false;
                }
                _at += hit;
            }
            _matched = Next(_matched == _sync.Length ? _borders[_matched] : _matched, input[_at++]);
            if (_matched == _sync.Length)
                return true;
        }
        return false;
    }

    /// <summary>Moves to the first byte behind the content; false when it was too long and has been dropped.</summary>
    private bool FindContentEnd(ReadOnlySpan<byte> input)
    {
        int content = input[_at..].IndexOfAny(_syncBytes);
        _at = _last = content < 0 ? input.Length : _at + content;
        if (_keptBytes + (long)(_last - _first) <= _contentBytesMax)
            return true;
        Drop();
        return false;
    }

    /// <summary>True: the sync is whole. False: it is something else. Null: the input is used up before it is
    /// known.</summary>
    private bool? Spell(ReadOnlySpan<byte> input)
    {
        var left = input[_at..];
        var wanted = _sync.AsSpan(_matched);
        int same = left.CommonPrefixLength(wanted);
        _at += same;
        _matched += same;
        return same == wanted.Length ? true : same == left.Length ? null : false;
    }

    private void Damaged(in ChunkStamp like)
    {
        if (_keptBytes > 0 || _first != _last)
        {
            Drop(); // What was spelled stays: it may begin the sync hunted for.
            return;
        }
        bool hasMoved = _matched != 0;
        _matched = _overlaps[_matched];
        if (hasMoved && _matched == _sync.Length)
            Begin(like);
        else
            _isInside = false; // Not moved: a whole sync lies before the byte that is to be hunted from.
    }

    private void Drop()
    {
        Malformed++;
        _keptBytes = 0;
        _isInside = false;
    }

    private void KeepRest(ReadOnlySpan<byte> input)
    {
        var rest = input[_first.._last];
        if (_keptBytes + rest.Length > _kept.Length)
            Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _keptBytes + rest.Length));
        rest.CopyTo(_kept.AsSpan(_keptBytes));
        _keptBytes += rest.Length;
        _first = _last = _at;
    }
}
