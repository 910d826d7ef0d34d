namespace Kamaelia.Ts;

/// <summary>What a packet did to the continuity of its PID.</summary>
public enum TsContinuity
{
    /// <summary>It follows the one before, or it is the first, or the break is announced.</summary>
    Continuous,

    /// <summary>The packet before, sent once more, as the standard allows.</summary>
    Duplicate,

    /// <summary>Something is missing, repeated too often or out of order.</summary>
    Broken,
}

/// <summary>Follows one PID: its continuity counter (ISO/IEC 13818-1 2.4.3.3) and its clock.</summary>
internal sealed class TsPidState(int pid)
{
    private readonly byte[] _lastPayload = new byte[TsPacket.PacketBytes];
    private int _lastPayloadBytes;
    private int _lastCounter = -1;
    private bool _wasDuplicate;
    private long _lastPcr = -1;
    private long _drift;
    private long _driftMin;
    private long _driftMax;
    private long _lastArrival;

    public int Pid { get; } = pid;
    public long Packets { get; private set; }
    public long ContinuityErrors { get; private set; }
    public long Duplicates { get; private set; }
    public long PcrCount { get; private set; }
    public TimeSpan PcrIntervalMax { get; private set; }

    /// <summary>Arrival time less clock time, peak to peak since the last break of the clock.</summary>
    public TimeSpan PcrJitter => new(_driftMax - _driftMin);

    public TsContinuity Add(TsPacket packet)
    {
        Packets++;
        var answer = Judge(packet);
        if (answer == TsContinuity.Broken)
            ContinuityErrors++;
        else if (answer == TsContinuity.Duplicate)
            Duplicates++;
        return answer;
    }

    private TsContinuity Judge(TsPacket packet)
    {
        int counter = packet.ContinuityCounter;
        if (Pid == TsPacket.NullPid)
            return TsContinuity.Continuous;
        if (packet.HasTransportError)
        {
            // Its counter may be damaged too: believed only if it is the one that is due.
            if (counter == ((_lastCounter + 1) & 15) && packet.HasPayload)
                Remember(packet, counter);
            return TsContinuity.Continuous;
        }
        if (_lastCounter < 0 || packet.HasDiscontinuity)
        {
            Remember(packet, counter);
            return TsContinuity.Continuous;
        }
        if (!packet.HasPayload) // Such a packet repeats the counter of the one before.
            return Follow(counter == _lastCounter, packet, counter);
        if (counter != _lastCounter)
            return Follow(counter == ((_lastCounter + 1) & 15), packet, counter);
        // The same counter again: the same packet once more, or sixteen packets are missing.
        bool isSame = _lastPayloadBytes > 0 && packet.Payload.SequenceEqual(_lastPayload.AsSpan(0, _lastPayloadBytes));
        if (!isSame || _wasDuplicate)
            return Follow(false, packet, counter);
        _wasDuplicate = true;
        return TsContinuity.Duplicate;
    }

    private TsContinuity Follow(bool isDue, TsPacket packet, int counter)
    {
        Remember(packet, counter);
        return isDue ? TsContinuity.Continuous : TsContinuity.Broken;
    }

    private void Remember(TsPacket packet, int counter)
    {
        _lastCounter = counter;
        if (!packet.HasPayload)
            return;
        _wasDuplicate = false;
        var payload = packet.Payload;
        payload.CopyTo(_lastPayload);
        _lastPayloadBytes = payload.Length;
    }

    /// <summary>Takes note of a clock reading that arrived at that time (in ticks of 100 ns).</summary>
    public void AddPcr(long pcr, bool isBreak, long arrivalTicks)
    {
        PcrCount++;
        long elapsed = _lastPcr < 0 ? 0 : PcrClock.Elapsed(_lastPcr, pcr);
        if (_lastPcr < 0 || isBreak || elapsed < 0 || elapsed > PcrClock.TicksPerSecond)
        {
            _drift = _driftMin = _driftMax = 0;
        }
        else
        {
            var interval = PcrClock.ToTimeSpan(elapsed);
            PcrIntervalMax = interval > PcrIntervalMax ? interval : PcrIntervalMax;
            _drift += arrivalTicks - _lastArrival - interval.Ticks;
            _driftMin = Math.Min(_driftMin, _drift);
            _driftMax = Math.Max(_driftMax, _drift);
        }
        _lastPcr = pcr;
        _lastArrival = arrivalTicks;
    }
}
