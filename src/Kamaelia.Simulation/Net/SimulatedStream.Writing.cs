using System.Net.Sockets;

namespace Kamaelia.Simulation;

// Sending, and sending again.
internal sealed partial class SimulatedStream
{
    private const int RetriesMax = 8;       // With the times below the far end has about a minute and a half to answer.
    private const int OpenRetriesMax = 5;
    private const long FirstTimeoutNs = 1_000_000_000; // RFC 6298, 2.1.
    private const long LeastTimeoutNs = 200_000_000;   // As Linux has it.
    private const long MostTimeoutNs = 60_000_000_000;

    private readonly ByteQueue _unacknowledged = new();
    private int _segmentBytes;
    private long _first;    // SND.UNA: the first place that is not acknowledged.
    private long _next;     // SND.NXT
    private long _furthest; // The highest place sent so far: _next goes back when all is sent again.
    private long _recoverAt = -1;
    private int _peerWindow;
    private int _congestionBytes;
    private int _slowStartBytes = int.MaxValue;
    private int _repeats;
    private int _retries;
    private bool _isFinishWanted;
    private bool _isFinishAcknowledged;
    private long _timeoutNs = FirstTimeoutNs;
    private double _roundTripNs;
    private double _variationNs;
    private long _timedPlace = -1;
    private long _timedAtNs;
    private long _timerAtNs = -1;
    private bool _timerPending;
    private bool _pumpPending;

    private long EndPlace => _first + _unacknowledged.Count - (_isFinishAcknowledged ? 1 : 0);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop = default)
    {
        while (!bytes.IsEmpty)
        {
            ThrowIfClosed();
            if (_error is not null)
                throw new SocketException((int)_error.SocketErrorCode);
            if (_isFinishWanted)
                throw new SocketException((int)SocketError.Shutdown);
            int room = Math.Min(bytes.Length, BufferBytes - _unacknowledged.Count);
            if (room == 0)
            {
                await _writeWait.Begin(stop).ConfigureAwait(false);
                continue;
            }
            _unacknowledged.Append(bytes.Span[..room]);
            bytes = bytes[room..];
            Pump();
        }
    }

    public override void FinishWriting()
    {
        ThrowIfClosed();
        Finish();
    }

    private void Finish()
    {
        _isFinishWanted = true;
        Pump();
    }

    /// <summary>Sends what the windows allow.</summary>
    private void Pump(bool probe = false)
    {
        if (_state != StreamState.Open)
            return;
        while (true)
        {
            long limit = _first + Math.Min(_congestionBytes, probe ? Math.Max(1, _peerWindow) : _peerWindow);
            int bytes = (int)Math.Min(Math.Min(_segmentBytes, EndPlace - _next), limit - _next);
            bool isFinish = bytes <= 0 && _isFinishWanted && _next == EndPlace && !_isFinishAcknowledged;
            if (bytes <= 0 && !isFinish)
                break;
            if (!SendAt(_next, Math.Max(0, bytes), isFinish))
                return;
            _next += isFinish ? 1 : bytes;
            if (_next > _furthest)
                Time();
            _furthest = Math.Max(_furthest, _next);
        }
        if (_timerAtNs < 0 && (_next > _first || EndPlace > _next)) // Also to ask a window of nothing again.
            ArmTimer();
    }

    private void Time()
    {
        if (_timedPlace >= 0)
            return;
        _timedPlace = _next;
        _timedAtNs = World.NowNs;
    }

    private bool SendAt(long place, int bytes, bool isFinish)
    {
        byte[] payload = bytes == 0 ? [] : _unacknowledged.Slice((int)(place - _first), bytes).ToArray();
        var flags = StreamFlags.Acknowledge | (isFinish ? StreamFlags.Finish : StreamFlags.None);
        switch (SendSegment(flags, place, payload))
        {
            case SocketError.Success:
                return true;
            case SocketError.MessageSize:
                _segmentBytes = Math.Max(64, _segmentBytes / 2);
                PumpLater(0);
                return false;
            default: // The host's own link has no room in its queue.
                PumpLater(_by.Up.NsUntilRoom(_segmentBytes + 60));
                return false;
        }
    }

    private void PumpLater(long ns)
    {
        if (_pumpPending)
            return;
        _pumpPending = true;
        World.AtTrueNs(ns + 1, () =>
        {
            _pumpPending = false;
            Pump();
        });
    }

    private void TakeAcknowledgement(StreamHeader header, bool carriesBytes)
    {
        long place = header.Acknowledged;
        if (place > _furthest || place < _first)
            return;
        bool windowChanged = header.WindowBytes != _peerWindow;
        _peerWindow = header.WindowBytes;
        if (place > _first)
            Advance(place);
        else if (!carriesBytes && !windowChanged && _next > _first && ++_repeats == 3 && _recoverAt < 0)
            Recover();
        if (_peerWindow == 0)
            _retries = 0; // It is there, it only has no room.
        Pump();
    }

    private void Advance(long place)
    {
        int newly = (int)(place - _first);
        int bytes = Math.Min(newly, _unacknowledged.Count);
        _unacknowledged.Drop(bytes);
        _first = place;
        _next = Math.Max(_next, _first);
        _isFinishAcknowledged |= newly > bytes;
        _repeats = 0;
        _retries = 0;
        if (_timedPlace >= 0 && place >= _timedPlace)
            Measure(World.NowNs - _timedAtNs);
        if (_recoverAt >= 0 && place < _recoverAt)
            SendAt(_first, (int)Math.Min(_segmentBytes, EndPlace - _first), EndPlace == _first && _isFinishWanted);
        else if (_recoverAt >= 0)
            (_recoverAt, _congestionBytes) = (-1, _slowStartBytes);
        else if (_congestionBytes < _slowStartBytes)
            _congestionBytes = Math.Min(_congestionBytes + Math.Min(newly, _segmentBytes), BufferBytes * 4);
        else
            _congestionBytes = Math.Min(BufferBytes * 4,
                _congestionBytes + Math.Max(1, (int)((long)_segmentBytes * _segmentBytes / _congestionBytes)));
        DisarmTimer();
        if (_next > _first)
            ArmTimer();
        _writeWait.Set(true);
    }

    // Three repeated acknowledgements: one segment is missing, and those behind it arrived.
    private void Recover()
    {
        _slowStartBytes = Math.Max((int)Math.Min(_next - _first, int.MaxValue) / 2, 2 * _segmentBytes);
        _congestionBytes = _slowStartBytes;
        _recoverAt = _furthest;
        _timedPlace = -1; // What is sent twice tells nothing about the time (Karn).
        int bytes = (int)Math.Min(_segmentBytes, EndPlace - _first);
        SendAt(_first, bytes, bytes == 0 && _isFinishWanted);
    }

    private void ResendAll()
    {
        _next = _first;
        _recoverAt = -1;
        _timedPlace = -1;
        _repeats = 0;
        Pump(probe: true);
    }

    private void Measure(long ns)
    {
        _timedPlace = -1;
        if (_roundTripNs == 0)
            (_roundTripNs, _variationNs) = (ns, ns / 2.0);
        else
        {
            _variationNs = 0.75 * _variationNs + 0.25 * Math.Abs(_roundTripNs - ns);
            _roundTripNs = 0.875 * _roundTripNs + 0.125 * ns;
        }
        _timeoutNs = Math.Clamp((long)(_roundTripNs + 4 * _variationNs), LeastTimeoutNs, MostTimeoutNs);
    }

    // ---- the timer ----

    private void ArmTimer()
    {
        _timerAtNs = World.NowNs + _timeoutNs;
        if (!_timerPending)
            LookAtTimerIn(_timeoutNs);
    }

    private void DisarmTimer() => _timerAtNs = -1;

    // One event at a time: an acknowledgement moves the time, and the event looks again when it comes.
    private void LookAtTimerIn(long ns)
    {
        _timerPending = true;
        World.AtTrueNs(ns, () =>
        {
            _timerPending = false;
            if (_timerAtNs < 0)
                return;
            if (_timerAtNs > World.NowNs)
                LookAtTimerIn(_timerAtNs - World.NowNs);
            else
                OnTimeout();
        });
    }

    private void OnTimeout()
    {
        _timerAtNs = -1;
        bool isOpening = _state is StreamState.Opening or StreamState.Accepting;
        if (++_retries > (isOpening ? OpenRetriesMax : RetriesMax))
        {
            Fail(SocketError.TimedOut);
            return;
        }
        _timeoutNs = Math.Min(_timeoutNs * 2, MostTimeoutNs);
        if (isOpening)
        {
            Say(_state == StreamState.Opening ? StreamFlags.Open : StreamFlags.Open | StreamFlags.Acknowledge);
            ArmTimer();
            return;
        }
        _slowStartBytes = Math.Max((int)Math.Min(_next - _first, int.MaxValue) / 2, 2 * _segmentBytes);
        _congestionBytes = _segmentBytes;
        ResendAll();
        if (_timerAtNs < 0 && _state == StreamState.Open)
            ArmTimer();
    }
}
