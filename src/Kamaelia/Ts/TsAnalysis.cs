namespace Kamaelia.Ts;

/// <summary>Reads a transport stream and keeps the books of it: what <see cref="TsChecker"/> reports.</summary>
/// <remarks>Allocates once a PID, not a packet. Not for several threads.</remarks>
public sealed class TsAnalysis
{
    private readonly TsAligner _aligner = new();
    private readonly TsPidState?[] _pids = new TsPidState?[TsPacket.PidCount];
    private long _bytes;
    private long _packets;
    private long _continuityErrors;
    private long _transportErrors;
    private long _syncLosses;
    private long _junkBytes;
    private long _duplicates;
    private bool _isFinal;

    /// <summary>Whole packets so far. Any thread.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Continuity errors so far. Any thread.</summary>
    public long ContinuityErrors => Volatile.Read(ref _continuityErrors);

    /// <summary>Losses of sync so far. Any thread.</summary>
    public long SyncLosses => Volatile.Read(ref _syncLosses);

    /// <summary>Bytes in no packet so far. Any thread.</summary>
    public long JunkBytes => Volatile.Read(ref _junkBytes);

    /// <summary>Reads the next bytes, cut anywhere, which arrived at that time (ticks of 100 ns on any
    /// clock).</summary>
    public void Add(ReadOnlySpan<byte> bytes, long arrivalTicks)
    {
        _bytes += bytes.Length;
        var visitor = new Visitor(this, arrivalTicks);
        _aligner.Push(bytes, ref visitor);
    }

    /// <summary>The stream has ended.</summary>
    public void Finish(long arrivalTicks)
    {
        var visitor = new Visitor(this, arrivalTicks);
        _aligner.Finish(ref visitor);
        _isFinal = true;
    }

    /// <summary>The books so far.</summary>
    public TsReport Report() => new()
    {
        IsFinal = _isFinal,
        Bytes = _bytes,
        Packets = _packets,
        ContinuityErrors = _continuityErrors,
        Duplicates = _duplicates,
        TransportErrors = _transportErrors,
        SyncLosses = _syncLosses,
        JunkBytes = _junkBytes,
        Pids = [.. from state in _pids
                   where state is not null
                   select new TsPidReport(state.Pid, state.Packets, state.ContinuityErrors, state.Duplicates,
                       state.PcrCount, state.PcrIntervalMax, state.PcrJitter)],
    };

    private readonly struct Visitor(TsAnalysis books, long arrivalTicks) : ITsVisitor
    {
        public void OnPacket(TsPacket packet, long offsetBytes)
        {
            books._packets++;
            if (packet.HasTransportError)
                books._transportErrors++;
            var state = books._pids[packet.Pid] ??= new TsPidState(packet.Pid);
            var continuity = state.Add(packet);
            if (continuity == TsContinuity.Broken)
                books._continuityErrors++;
            else if (continuity == TsContinuity.Duplicate)
                books._duplicates++;
            if (!packet.HasTransportError && packet.TryGetPcr(out long pcr))
                state.AddPcr(pcr, packet.HasDiscontinuity, arrivalTicks);
        }

        public void OnJunk(long offsetBytes, int bytes, bool isLoss)
        {
            books._junkBytes += bytes;
            if (isLoss)
                books._syncLosses++;
        }
    }
}
