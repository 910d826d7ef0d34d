namespace Kamaelia.Axon;

/// <summary>What is known of a chunk besides its bytes; the numbers are the C ABI's.</summary>
[Flags]
public enum ChunkFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A receiver may start here.</summary>
    Key = 1,

    /// <summary>Something is missing before this one.</summary>
    Discontinuity = 2,

    /// <summary><see cref="Chunk.PtsNs"/> means something.</summary>
    HasPts = 4,
}
