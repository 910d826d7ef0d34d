using System.Net.Sockets;

namespace Kamaelia.Simulation;

// Taking what comes, in order.
internal sealed partial class SimulatedStream
{
    private readonly ByteQueue _arrived = new();
    private readonly SortedDictionary<long, byte[]> _early = []; // What came before what belongs in front of it.
    private long _expected;
    private long _finishAt = -1;
    private bool _isFinishReceived;
    private int _windowSaid = BufferBytes;

    private void TakeBytes(Packet packet)
    {
        var header = packet.Header;
        bool isFinish = header.Flags.HasFlag(StreamFlags.Finish);
        if (isFinish)
            _finishAt = header.At + packet.Payload.Length;
        if (packet.Payload.Length > 0)
        {
            if (header.At > _expected)
                KeepEarly(header.At, packet.Payload);
            else
                Append(header.At, packet.Payload);
            TakeEarly();
        }
        if (_finishAt == _expected)
            _isFinishReceived = true;
        if (packet.Payload.Length > 0 || isFinish)
        {
            Say(StreamFlags.Acknowledge);
            _readWait.Set(true);
        }
    }

    private void KeepEarly(long at, byte[] bytes)
    {
        if (at + bytes.Length - _expected > BufferBytes)
            return; // Outside of the window.
        if (!_early.TryGetValue(at, out byte[]? known) || known.Length < bytes.Length)
            _early[at] = bytes;
    }

    private void Append(long at, byte[] bytes)
    {
        long skip = _expected - at;
        if (skip >= bytes.Length)
            return; // It was here before.
        int take = (int)Math.Min(bytes.Length - skip, BufferBytes - _arrived.Count);
        _arrived.Append(bytes.AsSpan((int)skip, take));
        _expected += take;
    }

    private void TakeEarly()
    {
        while (_early.Count > 0 && _early.First() is var (at, bytes) && at <= _expected)
        {
            long before = _expected;
            Append(at, bytes);
            if (_expected == before && at + bytes.Length > _expected)
                return; // No room: it is sent again.
            _early.Remove(at);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken stop = default)
    {
        while (true)
        {
            ThrowIfClosed();
            if (_arrived.Count > 0)
                return TakeArrived(into.Span);
            if (_isFinishReceived)
                return 0;
            if (_error is not null)
                throw new SocketException((int)_error.SocketErrorCode);
            await _readWait.Begin(stop).ConfigureAwait(false);
        }
    }

    private int TakeArrived(Span<byte> into)
    {
        int bytes = Math.Min(into.Length, _arrived.Count);
        _arrived.Slice(0, bytes).CopyTo(into);
        _arrived.Drop(bytes);
        // The far end may have stopped for want of room: tell it when there is some worth speaking of.
        if (_windowSaid < BufferBytes / 4 && BufferBytes - _arrived.Count >= BufferBytes / 2
            && _state == StreamState.Open)
            Say(StreamFlags.Acknowledge);
        return bytes;
    }
}
