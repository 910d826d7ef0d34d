namespace Kamaelia.Axon;

/// <summary>How much a graph can hold: the bound of its memory (promise P4).</summary>
/// <param name="Messages">The sum of the capacities of all inboxes that are fed, of the crossings between schedulers
/// and of the queues of handles and threaded components. Control inboxes, which always have room, are not in
/// it.</param>
/// <param name="PendingSends">One message for each outbox: what a sender that waits for room holds in its hand.</param>
/// <param name="Bytes">What the chunks among them can hold: the sum of the capacities in bytes, each of which can be
/// passed by less than one chunk. Null: some inbox or crossing of chunks is bounded in messages only, and a chunk may
/// be of any size.</param>
/// <param name="Unbounded">The paths of inboxes that grow: there is no bound while there are any.</param>
/// <remarks>What a component keeps in its own fields is its own affair: the README beside this file names those of this
/// library that keep a batch.</remarks>
public sealed record GraphCapacity(long Messages, long PendingSends, long? Bytes, IReadOnlyList<string> Unbounded);
