using Kamaelia.Axon;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Sends these pieces, each with its number as tag and time, then ends.</summary>
internal sealed partial class PieceFeeder(IEnumerable<byte[]> pieces, bool isStamped = false) : Component
{
    [Port("The pieces.")] public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        uint number = 0;
        foreach (byte[] piece in pieces)
        {
            number += isStamped ? 1u : 0u;
            await Outbox.SendAsync(Chunk.CopyOf(piece).With(number, ChunkFlags.None, number), stop);
        }
    }
}
