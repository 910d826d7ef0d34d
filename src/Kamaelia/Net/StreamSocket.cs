using System.Net;
using System.Net.Sockets;

namespace Kamaelia.Net;

/// <summary>One end of a reliable, ordered stream of bytes (TCP, or what stands in for it).</summary>
/// <remarks>
/// One read and one write may be under way at a time. Errors are <see cref="SocketException"/>s: ConnectionReset when
/// the far end reset or lost the stream, TimedOut when it does not answer any more.
/// </remarks>
public abstract class StreamSocket : IDisposable
{
    /// <summary>This end.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>The far end, as it is seen from here.</summary>
    public abstract IPEndPoint RemoteEndPoint { get; }

    /// <summary>Waits for bytes, at most what fits. 0: the far end has finished writing and all was read.</summary>
    /// <remarks>A wait that is cancelled takes nothing.</remarks>
    public abstract ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop = default);

    /// <summary>Writes all of it; returns when it is in the send buffer, not when it has arrived.</summary>
    /// <remarks>After a cancelled write it is unknown how much has gone: reset the stream.</remarks>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default);

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
