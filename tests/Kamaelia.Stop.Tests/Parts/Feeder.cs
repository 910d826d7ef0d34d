using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Sends chunks: so many and then waits for the stop, or for ever.</summary>
internal sealed partial class Feeder(long limit) : Component
{
    private long _sent;

    [Port("Chunks of a pool.")]
    public partial Outbox<Chunk> Outbox { get; }

    public long Sent => Volatile.Read(ref _sent);

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (; _sent < limit; _sent++)
            await Outbox.SendAsync(ChunkPool.Current!.Rent(1316), stop);
        await Task.Delay(Timeout.Infinite, stop);
    }
}
