using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>The last part of one stream of chunks, for many readers that are at different places of it.</summary>
/// <remarks>
/// Places count bytes from the stream's beginning. Each reader only keeps its place, so a chunk is held once however
/// many wait for it, and adding one costs the same for one reader as for ten thousand. Small chunks are put together
/// into pages, once for all readers: a write to each of them is then one piece. Key points and places to go on at are
/// beginnings of chunks.
/// </remarks>
internal sealed class StreamLog
{
    private const int PageBytes = 16384;
    private const int SmallBytes = 4096; // Larger chunks are kept as they are, and nothing is copied.

    private Entry[] _entries = new Entry[16];
    private int _first;  // Index of the oldest, modulo the length.
    private int _count;
    private Chunk _page; // The rest of the newest entry's block, while that is a page with room.

    private struct Entry
    {
        public long Start;
        public Chunk Chunk;
        public int Length; // Of it: the rest of a page is yet to be filled.
        public bool IsKey;
    }

    /// <summary>The place after the last byte.</summary>
    public long End { get; private set; }

    /// <summary>The place of the oldest byte kept.</summary>
    public long Start => _count == 0 ? End : At(0).Start;

    /// <summary>Whether there has ever been a key point.</summary>
    public bool HasKeys { get; private set; }

    private ref Entry At(int index) => ref _entries[(_first + index) & (_entries.Length - 1)];

    /// <summary>Takes a chunk; its reference is the log's then.</summary>
    public void Add(Chunk chunk)
    {
        bool isKey = (chunk.Flags & ChunkFlags.Key) != 0;
        HasKeys |= isKey;
        int bytes = chunk.Length;
        if (bytes == 0)
        {
            chunk.Dispose();
            return;
        }
        if (bytes <= SmallBytes)
        {
            AddToPage(chunk, isKey);
            chunk.Dispose();
        }
        else
        {
            _page = default;
            Push(chunk, bytes, isKey);
        }
        End += bytes;
    }

    private void AddToPage(Chunk chunk, bool isKey)
    {
        int bytes = chunk.Length;
        if (isKey || _page.Length < bytes || _count == 0)
        {
            _page = Chunk.Rent(PageBytes); // No reference of its own: it is the entry's.
            Push(_page, 0, isKey);
        }
        chunk.Span.CopyTo(_page.Writable);
        ref var last = ref At(_count - 1);
        last.Length += bytes; // Readers have shares of the part before it.
        _page = _page.Trim(bytes, _page.Length - bytes);
    }

    private void Push(Chunk chunk, int length, bool isKey)
    {
        if (_count == _entries.Length)
        {
            var larger = new Entry[_entries.Length * 2];
            for (int i = 0; i < _count; i++)
                larger[i] = At(i);
            (_entries, _first) = (larger, 0);
        }
        At(_count++) = new Entry { Start = End, Chunk = chunk, Length = length, IsKey = isKey };
    }

    /// <summary>The bytes from a place on, as far as they lie in one piece. Borrowed until the next
    /// <see cref="Drop"/>: share it to keep it.</summary>
    public Chunk Read(long place)
    {
        ref var entry = ref At(IndexOf(place));
        int offset = (int)(place - entry.Start);
        return entry.Chunk.Trim(offset, entry.Length - offset);
    }

    // The last one that begins at or before it.
    private int IndexOf(long place)
    {
        int low = 0, high = _count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (At(middle).Start <= place)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>The first key point at or after a place; -1: none yet.</summary>
    public long FirstKey(long place)
    {
        for (int i = _count == 0 ? 0 : IndexOf(place); i < _count; i++)
        {
            if (At(i).IsKey && At(i).Start >= place)
                return At(i).Start;
        }
        return -1;
    }

    /// <summary>The first beginning at or after a place where a reader may go on; the end when there is none.</summary>
    public long FirstWhole(long place)
    {
        int index = _count == 0 ? 0 : IndexOf(place);
        if (index < _count && At(index).Start < place)
            index++;
        return index < _count ? At(index).Start : End;
    }

    /// <summary>The latest key point kept; -1: none.</summary>
    public long LatestKey()
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (At(i).IsKey)
                return At(i).Start;
        }
        return -1;
    }

    /// <summary>Drops what lies wholly before a place.</summary>
    public void Drop(long before)
    {
        while (_count > 0 && At(0).Start + At(0).Length <= before)
        {
            if (_count == 1)
                _page = default; // Nobody may write there any more.
            At(0).Chunk.Dispose();
            At(0) = default;
            _first = (_first + 1) & (_entries.Length - 1);
            _count--;
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear() => Drop(long.MaxValue);
}
