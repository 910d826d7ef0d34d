using Kamaelia.Axon;

namespace Kamaelia.Framing;

/// <summary>Time, flags and tag of a chunk, without its bytes.</summary>
internal readonly record struct ChunkStamp(long PtsNs, ChunkFlags Flags, uint Tag)
{
    public static ChunkStamp Of(Chunk chunk) => new(chunk.PtsNs, chunk.Flags, chunk.Tag);

    /// <summary>The same reference with this time, these flags and this tag.</summary>
    public Chunk On(Chunk chunk) =>
        chunk.With((Flags & ChunkFlags.HasPts) != 0 ? PtsNs : null, Flags, Tag);
}
