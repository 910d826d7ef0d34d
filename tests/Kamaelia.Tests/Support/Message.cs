using System.Text;
using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>A chunk's bytes and tag, kept apart from its block.</summary>
public sealed record Message(byte[] Bytes, uint Tag = 0, long? PtsNs = null, ChunkFlags Flags = ChunkFlags.None)
{
    public static Message Of(Chunk chunk) => new(chunk.Span.ToArray(), chunk.Tag, chunk.HasPts ? chunk.PtsNs : null,
        chunk.Flags & ~ChunkFlags.HasPts);

    public static Message Of(string latin1, uint tag = 0) => new(Encoding.Latin1.GetBytes(latin1), tag);

    public static implicit operator Message(byte[] bytes) => new(bytes);

    public Chunk ToChunk() => Chunk.CopyOf(Bytes).With(PtsNs, Flags, Tag);

    public bool Equals(Message? other) => other is not null && Bytes.AsSpan().SequenceEqual(other.Bytes)
        && Tag == other.Tag && PtsNs == other.PtsNs && Flags == other.Flags;

    public override int GetHashCode() => HashCode.Combine(Bytes.Length, Tag);

    public override string ToString() =>
        $"[{Tag}] " + (Bytes.Length > 80
            ? $"{Bytes.Length} bytes"
            : Encoding.Latin1.GetString(Bytes).Replace("\n", "\\n"));
}
