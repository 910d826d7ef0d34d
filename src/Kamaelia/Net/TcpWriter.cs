using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Utilities;

namespace Kamaelia.Net;

/// <summary>The sending half of a connection: chunks as they come, several small ones in one call.</summary>
/// <remarks>At the end of its input it finishes writing, so that the far end sees the end; reading goes on. A far end
/// that does not read holds up whoever sends.</remarks>
/// <param name="socket">Borrowed: whoever opened it closes it.</param>
/// <param name="counts">Where it counts.</param>
/// <param name="onBroken">Told of a connection that broke, which is then no fault; null: it is one.</param>
internal sealed partial class TcpWriter(StreamSocket socket, TcpCounts counts, Action? onBroken = null) : Component
{
    private const int JoinedBytes = 65536;
    private const int SmallBytes = 16384; // Copying so few costs less than a call of the system for them.

    [Port("What to send.", Format = "bytes")]
    public partial Inbox<Chunk> Inbox { get; }

    internal override string Kind => "writer";

    protected override async Run RunAsync(CancellationToken stop)
    {
        var memory = new ChunkMemory();
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                if (chunk.Length < SmallBytes && Inbox.Count > 0)
                    chunk = JoinWaiting(chunk);
                using (chunk)
                {
                    try
                    {
                        // The scheduler resumes a body wherever the wait ends: no need of its context.
                        await socket.WriteAsync(memory.Of(chunk), stop).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is SocketException or ObjectDisposedException)
                    {
                        if (StopRequested == StopKind.Cancel)
                            throw new OperationCanceledException(stop); // Its owner closed it because of that.
                        if (onBroken is null)
                            throw TcpSockets.Broken(socket, e);
                        onBroken();
                        return;
                    }
                    counts.AddSent(chunk.Length);
                }
            }
        }
        TcpEnding.FinishWriting(socket);
    }

    /// <summary>A chunk with the bytes of this one and of as many small ones behind it as fit.</summary>
    private Chunk JoinWaiting(Chunk first)
    {
        if (!Inbox.TryPeek(out var next) || next.Length >= SmallBytes)
            return first;
        var joined = Chunk.Rent(JoinedBytes);
        first.Span.CopyTo(joined.Writable);
        int bytes = first.Length;
        first.Dispose();
        while (Inbox.TryPeek(out next) && next.Length < SmallBytes && bytes + next.Length <= JoinedBytes
            && Inbox.TryReceive(out next))
        {
            next.Span.CopyTo(joined.Writable[bytes..]);
            bytes += next.Length;
            next.Dispose();
        }
        return joined.Trim(0, bytes);
    }
}
