using Kamaelia.Axon;
using Kamaelia.Ts;
using Kamaelia.Utilities;

namespace Kamaelia.Pacing;

/// <summary>Lets a transport stream through at the pace of its own programme clock, cut into datagrams.</summary>
/// <remarks>
/// Every byte goes through, in order: junk between packets and an incomplete last packet too. Datagrams hold whole
/// packets and are cut out of what came in without a copy where they lie in one chunk. Reads ahead to the next clock
/// reading, so a live stream is delayed by one interval (100 ms at most in a valid stream). Faults with
/// <see cref="InvalidDataException"/> when there is no clock to go by.
/// </remarks>
public sealed class PcrPacer : Pacer
{
    /// <summary>Packets without a clock reading after which it gives up: 2 s of a 15 Mbit/s stream.</summary>
    public const int PacketsWithoutClockMax = 20_000;

    private readonly ChunkCutter _cutter = new();
    private readonly TsAligner _aligner = new();
    // Where packets start again after junk: a datagram starts there too.
    private readonly Queue<long> _restarts = new();
    private PcrTimeline _timeline = new(-1);
    private long _cutBytes;
    private bool _isJunk = true;
    private bool _hasStarted;
    private bool _hasEnded;
    private double _startTicks;
    private long _startTime;
    private long _stalls;

    /// <summary>Times as fast as the clock: 0.01 to 1000.</summary>
    public double Speed
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 0.01);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000);
            field = value;
        }
    } = 1;

    /// <summary>Whose clock to go by; −1: the first PID that has one.</summary>
    public int Pid { get => _timeline.Pid; init => _timeline = new PcrTimeline(value); }

    /// <summary>When it is later than this, the time that is lost stays lost: no burst follows a long stall.</summary>
    public TimeSpan LateMax { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often it was later than that. Any thread.</summary>
    public long Stalls => Volatile.Read(ref _stalls);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
    [
        new("pcr_readings", _timeline.Readings),
        new("pcr_jumps", _timeline.Jumps),
        new("stalls", Stalls),
    ];

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        try
        {
            while (!_hasEnded)
            {
                if (!await Inbox.WaitAsync(stop))
                    Finish();
                else if (Inbox.TryReceive(out var chunk))
                    Read(chunk);
                while (NextBytes() is var bytes and > 0 && _timeline.TryGetTicks(_cutBytes, out double ticks))
                {
                    var wait = TimeUntil(ticks);
                    if (wait > Slack)
                        await DelayAsync(wait, stop);
                    _cutter.TryTake(bytes, out var datagram);
                    _cutBytes += bytes;
                    await Outbox.SendAsync(datagram, stop);
                }
            }
            // A stream with a single clock reading: there is nothing to wait for.
            if (_cutter.TryTakeRest(out var rest))
                await Outbox.SendAsync(rest, stop);
        }
        finally
        {
            _cutter.Clear();
        }
    }

    private void Read(Chunk chunk)
    {
        var visitor = new Visitor(this);
        _aligner.Push(chunk.Span, ref visitor);
        _cutter.Add(chunk);
        long settled = _aligner.SettledBytes;
        bool isSilent = _timeline.IsSilent(settled)
            || settled - _timeline.KnownBytes > PacketsWithoutClockMax * (long)TsPacket.PacketBytes;
        if (isSilent && !_timeline.Bridge(settled))
            throw NoClock(settled);
    }

    private void Finish()
    {
        var visitor = new Visitor(this);
        _aligner.Finish(ref visitor);
        _hasEnded = true;
        if (!_timeline.Bridge(_aligner.SettledBytes) && _timeline.Readings == 0 && _aligner.SettledBytes > 0)
            throw NoClock(_aligner.SettledBytes);
    }

    /// <summary>Length of the next datagram, if all of it is known; else 0.</summary>
    private int NextBytes()
    {
        while (_restarts.TryPeek(out long passed) && passed <= _cutBytes)
            _restarts.Dequeue();
        long bytes = Packets * TsPacket.PacketBytes;
        if (_restarts.TryPeek(out long restart))
            bytes = Math.Min(bytes, restart - _cutBytes);
        long settled = _aligner.SettledBytes - _cutBytes;
        return bytes <= settled ? (int)bytes : _hasEnded ? (int)settled : 0;
    }

    private TimeSpan TimeUntil(double ticks)
    {
        long now = Time.GetTimestamp();
        if (!_hasStarted)
        {
            _hasStarted = true;
            _startTicks = ticks;
            _startTime = now;
        }
        double due = (ticks - _startTicks) / PcrClock.TicksPerSecond / Speed;
        var wait = TimeSpan.FromSeconds(due) - Time.GetElapsedTime(_startTime, now);
        if (wait < -LateMax)
        {
            _startTime -= (long)(wait.TotalSeconds * Time.TimestampFrequency);
            Volatile.Write(ref _stalls, _stalls + 1);
        }
        return wait;
    }

    private InvalidDataException NoClock(long bytes) => new(Pid < 0
        ? $"{Path}: no programme clock (PCR) in the first {bytes} bytes; pace by a rate instead, as in 'pace 4M'."
        : $"{Path}: no two programme clock readings (PCR) on PID {Pid} in {bytes} bytes; leave 'pid' out to take the "
            + "first PID that has a clock, or pace by a rate, as in 'pace 4M'.");

    private readonly struct Visitor(PcrPacer pacer) : ITsVisitor
    {
        public void OnPacket(TsPacket packet, long offsetBytes)
        {
            if (pacer._isJunk)
                pacer._restarts.Enqueue(offsetBytes);
            pacer._isJunk = false;
            pacer._timeline.Add(packet, offsetBytes);
        }

        public void OnJunk(long offsetBytes, int bytes, bool isLoss) => pacer._isJunk = true;
    }
}
