using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Files;

namespace Kamaelia.Net;

/// <summary>A part of a file.</summary>
internal readonly record struct FilePiece(long Offset, int Bytes);

/// <summary>Hands pieces of a file to a connection.</summary>
/// <remarks>A component of its own, because one that is fed hears only of a cancel, and of a drain by its input's
/// end.</remarks>
/// <param name="socket">Borrowed: whoever opened it closes it.</param>
/// <param name="counts">Where it counts.</param>
/// <param name="file">Borrowed as well.</param>
/// <param name="path">Its name.</param>
/// <param name="from">Where the first piece begins.</param>
/// <param name="end">Where the last one ends.</param>
internal sealed partial class TcpFileWriter(StreamSocket socket, TcpCounts counts, StoredFile file, string path,
    long from, long end) : Component
{
    [Port("What to send, in order.", Capacity = 4)]
    public partial Inbox<FilePiece> Inbox { get; }

    /// <summary>Up to where the file has been handed to the system.</summary>
    public long At { get; private set; } = from;

    internal override string Kind => "writer";

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var piece))
            {
                At = piece.Offset;
                for (int left = piece.Bytes; left > 0;)
                {
                    int sent = 0;
                    try
                    {
                        // The scheduler resumes a body wherever the wait ends: no need of its context.
                        sent = await socket.SendFileAsync(file, At, left, stop).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is SocketException or ObjectDisposedException)
                    {
                        throw Broken(e, stop);
                    }
                    if (sent == 0)
                        throw Shortened();
                    counts.AddSent(sent);
                    At += sent;
                    left -= sent;
                }
            }
        }
    }

    private Exception Broken(Exception e, CancellationToken stop) => StopRequested == StopKind.Cancel
        ? new OperationCanceledException(stop) // Its owner closed it because of that.
        : new IOException($"{TcpSockets.Broken(socket, e).Message} (after {counts.Sent} bytes of '{path}')", e);

    private IOException Shortened() => new($"'{path}' became shorter while it was sent: it ends before byte {At}, and "
        + $"{end - At} more were to come; send a file that nobody cuts");
}
