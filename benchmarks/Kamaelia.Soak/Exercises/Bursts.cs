using Kamaelia.Axon;

namespace Kamaelia.Soak.Exercises;

/// <summary>Sends some hundred chunks, rests, and so on until it is stopped.</summary>
internal sealed partial class Bursts(Action onBurst) : Component
{
    private const int ChunksEach = 500;

    [Port("Chunks of one datagram's bytes.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < ChunksEach; i++)
            {
                Chunk chunk = ChunkPool.Current!.Rent(1316);
                chunk.Writable.Fill((byte)i);
                await Outbox.SendAsync(chunk, stop);
            }
            onBurst();
            await DelayAsync(TimeSpan.FromMilliseconds(5), stop);
        }
    }
}
