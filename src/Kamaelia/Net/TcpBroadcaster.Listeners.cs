using Kamaelia.Axon;

namespace Kamaelia.Net;

// One listener after the other: writing, skipping, leaving; and the end of all.
public sealed partial class TcpBroadcaster
{
    private int _localPort;
    private int _now;
    private long _accepted;
    private long _refused;
    private long _taken;
    private long _sent;
    private long _drops;
    private long _dropped;
    private long _disconnects;
    private long _left;

    /// <summary>The port it listens at; 0 before it does. Any thread.</summary>
    public int LocalPort => Volatile.Read(ref _localPort);

    /// <summary>Listeners now. Any thread.</summary>
    public int Listeners => Volatile.Read(ref _now);

    /// <summary>Bytes handed to the system, over all listeners. Any thread.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes that slow listeners missed. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Listeners cut off because they were too slow. Any thread.</summary>
    public long Disconnects => Volatile.Read(ref _disconnects);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("port", LocalPort),
        new("listeners", Listeners),
        new("accepted", Volatile.Read(ref _accepted)),
        new("refused", Volatile.Read(ref _refused)),
        new("taken", Volatile.Read(ref _taken)),
        new("sent", Sent),
        new("drops", Volatile.Read(ref _drops)),
        new("dropped", Dropped),
        new("disconnects", Disconnects),
        new("left", Volatile.Read(ref _left)),
    ];

    // Written by one thread, read by any.
    private static void Count(ref long counter, long by) => Volatile.Write(ref counter, counter + by);

    /// <summary>Writes until it has everything or its buffer is full.</summary>
    /// <param name="end">Which.</param>
    /// <param name="wasFull">It was full until now: it may be too far behind.</param>
    internal void Feed(TcpListenerEnd end, bool wasFull = false)
    {
        while (!end.IsGone)
        {
            bool isBehind = _log.End - end.Place > QueueBytes;
            if (end.IsWriting)
            {
                if (isBehind && Slow == TcpSlowPolicy.Disconnect)
                    CutOff(end);
                return;
            }
            bool mustSkip = end.WaitsForKey || (wasFull && isBehind) || end.Place < _log.Start;
            if (mustSkip && !Skip(end))
                return;
            wasFull = false;
            if (end.Place == _log.End)
            {
                if (_served is not null && _flushing < 0)
                    LookWhetherServed();
                return;
            }
            if (!end.Write(_log.Read(end.Place)))
                return;
        }
    }

    /// <summary>It is too far behind, or waits for a key point. False: nothing to write now.</summary>
    private bool Skip(TcpListenerEnd end)
    {
        if (Slow == TcpSlowPolicy.Disconnect && !end.WaitsForKey)
        {
            CutOff(end);
            return false;
        }
        long from = end.Place;
        long oldest = Math.Max(_log.End - QueueBytes, _log.Start);
        bool toKey = end.WaitsForKey || (Slow == TcpSlowPolicy.Key && _log.HasKeys);
        long to = toKey ? _log.FirstKey(Math.Max(from, oldest)) : _log.FirstWhole(oldest);
        if (!end.WaitsForKey)
            Count(ref _drops, 1);
        end.WaitsForKey = to < 0;
        end.Place = to < 0 ? _log.End : to;
        if (end.HasBegun)
            Count(ref _dropped, end.Place - from);
        return !end.WaitsForKey;
    }

    private void CutOff(TcpListenerEnd end)
    {
        Count(ref _disconnects, 1);
        Forget(end);
        end.Socket.Reset();
    }

    internal void Wrote(TcpListenerEnd end, int bytes)
    {
        end.Place += bytes;
        end.HasBegun = true;
        Count(ref _sent, bytes);
    }

    /// <summary>Its connection broke.</summary>
    internal void Left(TcpListenerEnd end)
    {
        if (end.IsGone)
            return;
        Count(ref _left, 1);
        Forget(end);
        end.Socket.Dispose();
    }

    private void Forget(TcpListenerEnd end)
    {
        end.IsGone = true;
        if (_isClosing)
            return; // The list is being gone through, and closing counts for all.
        Volatile.Write(ref _now, _now - 1);
        _gone++;
        if (_flushing < 0 && _gone > 64 && _gone > _listeners.Count / 2)
            RemoveGone();
        if (_served is not null && _flushing < 0)
            LookWhetherServed();
    }

    private void RemoveGone()
    {
        if (_gone == 0 || _flushing >= 0)
            return;
        _listeners.RemoveAll(static end => end.IsGone);
        _gone = 0;
    }

    // ---- the end ----

    /// <summary>The stream has ended: everyone gets the rest, within a time.</summary>
    private async Task ServeRestAsync(CancellationToken stop)
    {
        _served = new TaskCompletionSource();
        Flush();
        LookWhetherServed();
        try
        {
            await _served.Task.WaitAsync(Linger, Time, stop);
        }
        catch (TimeoutException)
        {
            // They had their time.
        }
    }

    private void LookWhetherServed()
    {
        foreach (var end in _listeners)
        {
            if (!end.IsGone && !end.WaitsForKey && (end.IsWriting || end.Place < _log.End))
                return;
        }
        _served!.TrySetResult();
    }

    /// <summary>Closes all, and waits until the system has let go of what it was given.</summary>
    private async Task CloseAsync(CancellationTokenSource watching)
    {
        _isClosing = true;
        foreach (var end in _listeners)
        {
            if (!end.IsGone && (end.IsWriting || end.Place < _log.End))
            {
                end.IsGone = true;
                end.Socket.Reset(); // It has not got all: it must not look as if it had.
            }
        }
        Cancel(watching); // Closing under a read that waits would be a reset as well.
        if (_waits > 0)
        {
            // Not at once: closing would go on inside the last listener's own call back.
            _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _quiet.Task;
        }
        foreach (var end in _listeners)
        {
            if (!end.IsGone)
                end.Socket.Dispose();
        }
        Volatile.Write(ref _now, 0);
        _listeners.Clear();
        _log.Clear();
    }

    internal void BeginWait() => _waits++;

    internal void EndWait()
    {
        if (--_waits == 0)
            _quiet?.TrySetResult();
    }
}
