using Kamaelia.Ts;

namespace Kamaelia.Pacing;

/// <summary>Turns places in a transport stream into times, by the programme clock readings among its packets.</summary>
/// <remarks>
/// Between two readings the bytes flow evenly (ISO/IEC 13818-1 2.4.2.2), so a place has a time once the reading behind
/// it is known. Before the first reading and behind the last one the nearest interval's rate holds. Where the clock
/// jumps (an announced discontinuity, a step back, more than <see cref="StepMax"/>: a file that starts again) the rate
/// before the jump bridges it. Allocates nothing in steady flow. Not for several threads.
/// </remarks>
/// <param name="pid">Whose clock to follow; −1: the first PID that has one.</param>
internal sealed class PcrTimeline(int pid)
{
    /// <summary>The standard asks for a reading every 100 ms. Twenty times that is a cut, not a pause.</summary>
    public static readonly TimeSpan StepMax = TimeSpan.FromSeconds(2);

    private readonly Queue<Interval> _intervals = new();
    private Interval _current;    // The one that the last place asked for lies in.
    private long _lastOffset;     // Of the last reading.
    private long _lastPcr;
    private double _knownTicks;   // The time of place KnownBytes.
    private double _ticksPerByte; // Of the last interval; 0 while unknown.

    /// <summary>Whose clock it follows; −1 while none was seen.</summary>
    public int Pid { get; private set; } = pid;

    /// <summary>Clock readings so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Jumps that were bridged.</summary>
    public long Jumps { get; private set; }

    /// <summary>Places before this one have a time.</summary>
    public long KnownBytes { get; private set; }

    /// <summary>Some interval lay between two readings of one clock.</summary>
    public bool HasRate => _ticksPerByte > 0;

    /// <summary>Takes note of a packet that starts at that byte of the stream.</summary>
    public void Add(TsPacket packet, long offset)
    {
        if (packet.HasTransportError || (Pid >= 0 && packet.Pid != Pid) || !packet.TryGetPcr(out long pcr))
            return;
        Pid = packet.Pid;
        if (Readings++ > 0 && !TryClose(offset, pcr, packet.HasDiscontinuity))
            return;
        _lastPcr = pcr;
        _lastOffset = offset;
    }

    /// <summary>The clock is silent for longer than <see cref="StepMax"/> before that place, by the rate so
    /// far.</summary>
    public bool IsSilent(long offset) =>
        (offset - KnownBytes) * _ticksPerByte > StepMax.TotalSeconds * PcrClock.TicksPerSecond;

    /// <summary>Gives every place before that one a time by the rate so far: the stream has ended there, or its clock
    /// has stopped. False, and nothing done, if no rate is known.</summary>
    public bool Bridge(long offset)
    {
        if (HasRate && offset > KnownBytes)
            Extend(offset, _ticksPerByte);
        return HasRate;
    }

    /// <summary>When the byte at that place is due, in ticks of 27 MHz from the stream's first byte; false while
    /// unknown. </summary>
    /// <remarks>Places must be asked for in order.</remarks>
    public bool TryGetTicks(long offset, out double ticks)
    {
        while (offset >= _current.To && _intervals.TryDequeue(out var next))
            _current = next;
        ticks = _current.StartTicks + (offset - _current.From) * _current.TicksPerByte;
        return offset < _current.To;
    }

    /// <summary>False when the reading says nothing new: a packet that was sent twice.</summary>
    private bool TryClose(long offset, long pcr, bool isAnnounced)
    {
        long elapsed = PcrClock.Elapsed(_lastPcr, pcr);
        if (isAnnounced || elapsed < 0 || PcrClock.ToTimeSpan(elapsed) > StepMax)
        {
            Jumps++;
            Bridge(offset); // Without a rate the places wait for the first interval of the new clock.
            return true;
        }
        if (elapsed == 0)
            return false;
        _ticksPerByte = (double)elapsed / (offset - _lastOffset);
        if (offset > KnownBytes)
            Extend(offset, _ticksPerByte);
        return true;
    }

    private void Extend(long to, double ticksPerByte)
    {
        _intervals.Enqueue(new Interval(KnownBytes, to, _knownTicks, ticksPerByte));
        _knownTicks += (to - KnownBytes) * ticksPerByte;
        KnownBytes = to;
    }

    private readonly record struct Interval(long From, long To, double StartTicks, double TicksPerByte);
}
