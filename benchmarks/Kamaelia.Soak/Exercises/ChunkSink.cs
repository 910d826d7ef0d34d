using Kamaelia.Axon;

namespace Kamaelia.Soak.Exercises;

/// <summary>Takes chunks and gives them back.</summary>
internal sealed partial class ChunkSink : Component
{
    [Port("What is given back.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out Chunk chunk))
                chunk.Dispose();
        }
    }
}
