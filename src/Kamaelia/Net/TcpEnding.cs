using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Utilities;

namespace Kamaelia.Net;

/// <summary>How a connection is left so that the far end gets the last bytes.</summary>
internal static class TcpEnding
{
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(1);

    /// <summary>The far end reads its end after the last byte.</summary>
    public static void FinishWriting(StreamSocket socket)
    {
        try
        {
            socket.FinishWriting();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone: then there is nothing to finish, and a reader says so, if anybody is to hear of it.
        }
    }

    /// <summary>Reads on for a moment: closing while something unread comes in would make a reset of it, which may
    /// overtake the last bytes.</summary>
    public static async Task LingerAsync(StreamSocket socket, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(s_lingerTime, time);
        using var chunk = Chunk.Rent(2048);
        var memory = new ChunkMemory();
        try
        {
            while (await socket.ReadAsync(memory.Of(chunk), limit.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It has gone, or it takes its time: closed either way.
        }
    }
}
