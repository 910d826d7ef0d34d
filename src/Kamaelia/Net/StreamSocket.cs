using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Files;

namespace Kamaelia.Net;

/// <summary>One end of a reliable, ordered stream of bytes (TCP, or what stands in for it).</summary>
/// <remarks>
/// One read and one write may be under way at a time. Errors are <see cref="SocketException"/>s: ConnectionReset when
/// the far end reset or lost the stream, TimedOut when it does not answer any more.
/// </remarks>
public abstract class StreamSocket : IDisposable
{
    private const int CopiedBytesMax = 65536;

    private byte[]? _copied; // Of a stream that is sent files, where the bytes must pass through this process.

    /// <summary>This end.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>The far end, as it is seen from here.</summary>
    public abstract IPEndPoint RemoteEndPoint { get; }

    /// <summary>Waits for bytes, at most what fits. 0: the far end has finished writing and all was read.</summary>
    /// <remarks>A wait that is cancelled takes nothing.</remarks>
    public abstract ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop = default);

    /// <summary>From now on the component is woken when there is something to read, and takes it by
    /// <see cref="TryRead"/> until nothing is left. False: it is read by <see cref="ReadAsync"/>.</summary>
    internal virtual bool TryWatch(Component reader) => false;

    /// <summary>No more.</summary>
    internal virtual void Unwatch()
    {
    }

    /// <summary>Of one that is watched: the bytes there are, at most what fits; never waits (WouldBlock).</summary>
    internal virtual int TryRead(Span<byte> into, out SocketError error)
    {
        error = SocketError.OperationNotSupported;
        return 0;
    }

    /// <summary>Writes all of it; returns when it is in the send buffer, not when it has arrived.</summary>
    /// <remarks>After a cancelled write it is unknown how much has gone: reset the stream.</remarks>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default);

    /// <summary>Sends a part of a file; returns when it is in the send buffer. How many bytes, at least one; 0: the
    /// file has no such place (any more).</summary>
    /// <remarks>Counts as a write. Where the system can, the bytes do not pass through this process; what may wait for
    /// a disk never holds up the caller's thread.</remarks>
    /// <param name="file">The caller's own. A file with places, not a pipe.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="bytesMax">At most so many.</param>
    /// <param name="stop">After a cancelled send it is unknown how much has gone: reset the stream.</param>
    /// <exception cref="IOException">The file could not be read.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // It suspends for every read.
    public virtual async ValueTask<int> SendFileAsync(StoredFile file, long offset, int bytesMax,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        _copied ??= GC.AllocateUninitializedArray<byte>(CopiedBytesMax, pinned: true);
        var part = _copied.AsMemory(0, Math.Min(bytesMax, CopiedBytesMax));
        int bytes = file.TryRead(part.Span, offset);
        if (bytes < 0)
            bytes = await file.ReadAsync(part, offset, CancellationToken.None).ConfigureAwait(false);
        await WriteAsync(part[..bytes], stop).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Writes nothing more: the far end reads 0 after the last byte. Reading goes on.</summary>
    public abstract void FinishWriting();

    /// <summary>Ends it at once in both directions; the far end's reads and writes fail with ConnectionReset.</summary>
    public abstract void Reset();

    /// <summary>Closes it: what was written still arrives.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it; waits end with an exception.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Takes streams that others open.</summary>
public abstract class StreamListener : IDisposable
{
    /// <summary>Where it listens, with the port it was given.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>Waits for the next stream.</summary>
    /// <exception cref="SocketException">TooManyOpenSockets: the stream waits, so try again later.</exception>
    public abstract ValueTask<StreamSocket> AcceptAsync(CancellationToken stop = default);

    /// <summary>Stops listening; streams that were not accepted are reset.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops listening; waits end with an exception.</summary>
    protected abstract void Dispose(bool disposing);
}
