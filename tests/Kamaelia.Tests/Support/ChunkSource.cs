using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Sends these messages, then ends.</summary>
internal sealed partial class ChunkSource(IEnumerable<Message> messages) : Component
{
    [Port("The messages.")] public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        foreach (var message in messages)
            await Outbox.SendAsync(message.ToChunk(), stop);
    }
}
