using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Utilities;

/// <summary>Lends a chunk's bytes to an asynchronous call that wants <see cref="Memory{T}"/>.</summary>
/// <remarks>
/// One of these serves a component for its whole life: it is pointed at one chunk after the other, so nothing is
/// allocated a chunk. The holder keeps the chunk until the call has ended. A block never moves, so pinning is free.
/// </remarks>
internal sealed unsafe class ChunkMemory : MemoryManager<byte>
{
    private byte* _bytes;
    private int _length;

    /// <summary>The chunk's bytes, to read or (by the one who rented it, before it is shared or sent) to
    /// fill.</summary>
    public Memory<byte> Of(Chunk chunk)
    {
        var span = chunk.Writable;
        _bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
        _length = span.Length;
        return Memory;
    }

    public override Span<byte> GetSpan() => new(_bytes, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
