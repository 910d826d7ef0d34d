namespace Kamaelia.Axon;

/// <summary>What a full inbox does. The numbers are the C ABI's.</summary>
public enum LinkPolicy
{
    /// <summary>The sender waits. Nothing is lost.</summary>
    Wait = 0,

    /// <summary>The oldest message goes.</summary>
    DropOldest = 1,

    /// <summary>The new message goes.</summary>
    DropNewest = 2,

    /// <summary>Only the newest message is kept.</summary>
    KeepLatest = 3,

    /// <summary>The inbox grows.</summary>
    Unbounded = 4,
}

/// <summary>Capacity and policy of the inbox at the end of a linkage.</summary>
/// <param name="Capacity">In messages, 1 to 2^30; null leaves the inbox's own.</param>
/// <param name="CapacityBytes">Chunks only: the inbox counts as full while it holds so many bytes or more.</param>
/// <param name="Policy">What it does when full.</param>
public sealed record LinkOptions(int? Capacity = null, long? CapacityBytes = null, LinkPolicy Policy = LinkPolicy.Wait)
{
    /// <summary>What an inbox holds unless told otherwise: enough for a turn's batch, small enough to stay in cache.
    /// </summary>
    public const int DefaultCapacity = 64;
}
