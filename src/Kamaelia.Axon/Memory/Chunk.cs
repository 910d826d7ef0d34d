using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>A run of bytes with a time, in a ref-counted block of unmanaged memory. 32 bytes, the layout of kam_chunk.
/// </summary>
/// <remarks>
/// Each value holds one reference: send it (which gives it away) or <see cref="Dispose"/> it, once. Copying the struct
/// does not add a reference, <see cref="Share"/> does. The bytes may be written by the one who rented the chunk until
/// it is shared or sent. The count may be dropped on any thread.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct Chunk : IDisposable, IEquatable<Chunk>
{
    private readonly BlockHeader* _block;
    private readonly uint _offset;
    private readonly uint _length;
    private readonly long _ptsNs;
    private readonly ChunkFlags _flags;
    private readonly uint _tag;

    private Chunk(BlockHeader* block, uint offset, uint length, long ptsNs, ChunkFlags flags, uint tag)
    {
        _block = block;
        _offset = offset;
        _length = length;
        _ptsNs = ptsNs;
        _flags = flags;
        _tag = tag;
    }

    /// <summary>A chunk of <paramref name="bytes"/> uninitialised bytes from the running scheduler's pool, or from
    /// <see cref="ChunkPool.Shared"/> on a thread that runs none.</summary>
    /// <exception cref="InsufficientMemoryException">The system refused the memory.</exception>
    public static Chunk Rent(int bytes) => (ChunkPool.Current ?? ChunkPool.Shared).Rent(bytes);

    /// <summary>A chunk that holds a copy of these bytes.</summary>
    public static Chunk CopyOf(ReadOnlySpan<byte> bytes)
    {
        Chunk chunk = Rent(bytes.Length);
        bytes.CopyTo(chunk.Writable);
        return chunk;
    }

    internal static Chunk Of(BlockHeader* block, uint length) => new(block, 0, length, 0, 0, 0);

    internal BlockHeader* Block => _block;

    /// <summary>True for <c>default</c>: no bytes and no reference.</summary>
    public bool IsEmpty => _block == null;

    /// <summary>Bytes in view.</summary>
    public int Length => (int)_length;

    /// <summary>The bytes in view. Valid until the chunk is disposed or sent.</summary>
    public ReadOnlySpan<byte> Span => new(Data, (int)_length);

    /// <summary>The bytes in view, to be filled by whoever rented the chunk, before it is shared or sent.</summary>
    public Span<byte> Writable => new(Data, (int)_length);

    /// <summary>Presentation time, ns; 0 without <see cref="HasPts"/>.</summary>
    public long PtsNs => _ptsNs;

    /// <summary>Whether <see cref="PtsNs"/> means something.</summary>
    public bool HasPts => (_flags & ChunkFlags.HasPts) != 0;

    /// <summary>Key frame, discontinuity, time.</summary>
    public ChunkFlags Flags => _flags;

    /// <summary>Free for the stream's own use: a PID, the tag of a frame.</summary>
    public uint Tag => _tag;

    /// <summary>References to the block, for tests and checks; another thread may be changing it.</summary>
    public int ReferenceCount => _block == null ? 0 : Volatile.Read(ref _block->Refs);

    private byte* Data => _block == null ? null : (byte*)_block + BlockHeader.Bytes + _offset;

    /// <summary>The same reference with another time, flags or tag.</summary>
    public Chunk With(long? ptsNs = null, ChunkFlags? flags = null, uint? tag = null)
    {
        ChunkFlags newFlags = flags ?? _flags;
        if (ptsNs is not null)
            newFlags |= ChunkFlags.HasPts;
        return new Chunk(_block, _offset, _length, ptsNs ?? _ptsNs, newFlags, tag ?? _tag);
    }

    /// <summary>One more reference to the same bytes.</summary>
    public Chunk Share()
    {
        if (_block != null)
            Interlocked.Increment(ref _block->Refs);
        return this;
    }

    internal void AddReferences(int count)
    {
        if (_block != null)
            Interlocked.Add(ref _block->Refs, count);
    }

    /// <summary>A part of the bytes, with a reference of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the chunk.</exception>
    public Chunk Slice(int offset, int length) => Trim(offset, length).Share();

    /// <summary>The same reference with a smaller view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the chunk.</exception>
    public Chunk Trim(int offset, int length)
    {
        if ((ulong)(uint)offset + (uint)length > _length)
            throw new ArgumentOutOfRangeException(nameof(offset),
                $"bytes {offset} to {(long)offset + length} of a chunk of {_length} bytes");
        return new Chunk(_block, _offset + (uint)offset, (uint)length, _ptsNs, _flags, _tag);
    }

    /// <summary>Gives up the reference. Whoever drops the last one returns the block to its pool.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        BlockHeader* block = _block;
        if (block == null)
            return;
        // A sole holder needs no locked instruction.
        if (Volatile.Read(ref block->Refs) == 1 || Interlocked.Decrement(ref block->Refs) == 0)
            ChunkPool.ReturnBlock(block);
    }

    /// <summary>Same block, same view, same time, flags and tag; not a comparison of bytes.</summary>
    public bool Equals(Chunk other) =>
        _block == other._block && _offset == other._offset && _length == other._length && _ptsNs == other._ptsNs
        && _flags == other._flags && _tag == other._tag;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Chunk other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((nint)_block, _offset, _length);

    /// <summary>See <see cref="Equals(Chunk)"/>.</summary>
    public static bool operator ==(Chunk left, Chunk right) => left.Equals(right);

    /// <summary>See <see cref="Equals(Chunk)"/>.</summary>
    public static bool operator !=(Chunk left, Chunk right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "chunk(empty)" : $"chunk({_length} bytes)";
}
