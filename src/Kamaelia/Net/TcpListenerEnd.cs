using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Utilities;

namespace Kamaelia.Net;

/// <summary>One listener of a <see cref="TcpBroadcaster"/>: its connection and its place in the stream.</summary>
/// <remarks>The broadcaster's scheduler only: what waits comes back there through its context.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "What lends a chunk's bytes owns nothing.")]
[SuppressMessage("Reliability", "CA2012", Justification = "Each is asked once: at once, or when it calls back.")]
internal sealed class TcpListenerEnd
{
    private readonly TcpBroadcaster _owner;
    private readonly ChunkMemory _memory = new();
    private ValueTaskAwaiter _writing;
    private ValueTaskAwaiter<int> _reading;
    private Action? _onWritten;
    private Action? _onRead;
    private Chunk _held; // What is being written: a share of its own.

    public TcpListenerEnd(TcpBroadcaster owner, StreamSocket socket, long place)
    {
        _owner = owner;
        Socket = socket;
        Place = place;
    }

    public StreamSocket Socket { get; }

    /// <summary>Up to where the stream has been handed to the system.</summary>
    public long Place { get; set; }

    /// <summary>It is to go on, or to begin, at a key point that has not come yet.</summary>
    public bool WaitsForKey { get; set; }

    /// <summary>It has got something: what it misses from now on is a loss.</summary>
    public bool HasBegun { get; set; }

    /// <summary>A write has not been taken by the system as a whole: its buffer is full.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>It has been let go.</summary>
    public bool IsGone { get; set; }

    /// <summary>Writes a borrowed chunk. False: the rest waits, or it is gone.</summary>
    public bool Write(Chunk chunk)
    {
        var writing = Socket.WriteAsync(_memory.Of(chunk)).GetAwaiter();
        if (writing.IsCompleted)
        {
            try
            {
                writing.GetResult();
                _owner.Wrote(this, chunk.Length);
                return true;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                _owner.Left(this);
                return false;
            }
        }
        _held = chunk.Share();
        _writing = writing;
        IsWriting = true;
        _owner.BeginWait();
        writing.UnsafeOnCompleted(_onWritten ??= OnWritten);
        return false;
    }

    private void OnWritten()
    {
        int bytes = _held.Length;
        IsWriting = false;
        _held.Dispose();
        _held = default;
        _owner.EndWait();
        try
        {
            _writing.GetResult();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _owner.Left(this);
            return;
        }
        if (IsGone)
            return;
        _owner.Wrote(this, bytes);
        _owner.Feed(this, wasFull: true);
    }

    /// <summary>Takes and forgets what the listener sends, so that its end or its failure is heard of.</summary>
    /// <param name="forgotten">Where it is written, over and over.</param>
    /// <param name="stop">Ends it without closing the connection.</param>
    public void Watch(Memory<byte> forgotten, CancellationToken stop)
    {
        try
        {
            while (!IsGone)
            {
                _reading = Socket.ReadAsync(forgotten, stop).GetAwaiter();
                if (!_reading.IsCompleted)
                {
                    _owner.BeginWait();
                    _reading.UnsafeOnCompleted(_onRead ??= () => OnRead(forgotten, stop));
                    return;
                }
                if (_reading.GetResult() == 0)
                    return; // It says no more, and may well go on listening.
            }
        }
        catch (OperationCanceledException)
        {
            // It is being closed.
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _owner.Left(this);
        }
    }

    private void OnRead(Memory<byte> forgotten, CancellationToken stop)
    {
        _owner.EndWait();
        try
        {
            if (_reading.GetResult() > 0)
                Watch(forgotten, stop);
        }
        catch (OperationCanceledException)
        {
            // It is being closed.
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _owner.Left(this);
        }
    }
}
