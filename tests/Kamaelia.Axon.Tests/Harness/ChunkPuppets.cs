using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>What puppets do with chunks.</summary>
internal static class ChunkPuppets
{
    /// <summary>Takes all that is in the inbox now and gives it back: the tags, in order.</summary>
    public static List<uint> TakeTags(this Puppet<Chunk> puppet) => puppet.Ask(() =>
    {
        var tags = new List<uint>();
        while (puppet.Inbox.TryReceive(out var chunk))
        {
            tags.Add(chunk.Tag);
            chunk.Dispose();
        }
        return tags;
    });
}
