using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Utilities;

namespace Kamaelia.Net;

/// <summary>The receiving half of a connection: what the far end sends, in chunks as they come.</summary>
/// <remarks>Reads into the pool's blocks, nothing is copied or allocated a chunk. While its outbox is full it does not
/// read, so the far end is held up. Ends when the far end has finished.</remarks>
/// <param name="socket">Borrowed: whoever opened it closes it.</param>
/// <param name="counts">Where it counts.</param>
/// <param name="owner">It reads until that one must stop: a connection that something is sent over is no source, and a
/// drain waits for the answer.</param>
/// <param name="onBroken">Told of a connection that broke, which is then no fault; null: it is one.</param>
internal sealed partial class TcpReader(StreamSocket socket, TcpCounts counts, Component owner, Action? onBroken)
    : Component
{
    private const int FewBytes = 2048; // A block of the smallest class: what a connection that waits holds.
    private const int SomeBytes = 16384;
    private const int ManyBytes = 65536;

    [Port("What the far end sends.", Format = "bytes")]
    public partial Outbox<Chunk> Outbox { get; }

    /// <summary>The far end has sent its last byte.</summary>
    public bool IsAtEnd { get; private set; }

    internal override string Kind => "reader";

    protected override async Run RunAsync(CancellationToken stop)
    {
        var memory = new ChunkMemory();
        var until = owner.StopToken;
        int room = FewBytes;
        while (true)
        {
            bool isWatched = socket.TryWatch(this);
            var chunk = Chunk.Rent(room);
            int bytes = 0;
            try
            {
                // The scheduler resumes a body wherever the wait ends; its context would only add an object a wait.
                bytes = isWatched
                    ? TryRead(chunk, until)
                    : await socket.ReadAsync(memory.Of(chunk), until).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (until.IsCancellationRequested || stop.IsCancellationRequested)
                    throw new OperationCanceledException(stop); // Its owner closed it because of that.
                if (onBroken is null)
                    throw TcpSockets.Broken(socket, e);
                Outbox.EndStream(EndReason.Faulted(TcpSockets.Broken(socket, e))); // What came is not all of it.
                onBroken();
                return;
            }
            finally
            {
                if (bytes <= 0)
                    chunk.Dispose(); // One that waits holds no block.
            }
            if (bytes < 0)
            {
                await new ReadinessAwaitable(this, until);
                continue;
            }
            if (bytes == 0)
            {
                IsAtEnd = true;
                return;
            }
            counts.AddReceived(bytes);
            await Outbox.SendAsync(chunk.Trim(0, bytes), until);
            room = NextRoom(room, bytes);
        }
    }

    // Less than 0: nothing is there.
    private int TryRead(Chunk into, CancellationToken until)
    {
        until.ThrowIfCancellationRequested();
        int bytes = socket.TryRead(into.Writable, out var error);
        return error switch
        {
            SocketError.Success => bytes,
            SocketError.WouldBlock => -1,
            _ => throw new SocketException((int)error),
        };
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        socket.Unwatch();
        return default;
    }

    // Large blocks only for those who fill them: a queue of small messages must not hold a large block each.
    private static int NextRoom(int room, int bytes) => bytes switch
    {
        _ when bytes == room => room == FewBytes ? SomeBytes : ManyBytes,
        <= FewBytes => FewBytes,
        <= SomeBytes => SomeBytes,
        _ => ManyBytes,
    };
}
