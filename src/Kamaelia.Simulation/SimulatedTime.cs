namespace Kamaelia.Simulation;

/// <summary>The clock of a world, or of one of its hosts: it goes forward only when the world says so.</summary>
/// <remarks>Timers fire on the world's thread, in the order of their times, equal times in the order they were set.
/// </remarks>
public sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset s_epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedWorld _world;
    private readonly long _skewPpb;
    private readonly TimeSpan _offset;

    internal SimulatedTime(SimulatedWorld world, HostOptions options)
    {
        _world = world;
        _skewPpb = (long)Math.Round(options.ClockSkewPpm * 1000);
        if (_skewPpb is <= -1_000_000_000 or > 1_000_000_000)
            throw new ArgumentOutOfRangeException(nameof(options),
                $"a skew of {options.ClockSkewPpm} ppm: between -1000000 (stands still) and 1000000 (twice as fast)");
        _offset = options.ClockOffset;
    }

    /// <summary>Since the world began, on this clock.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp() / 100);

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => ToLocal(_world.NowNs);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => s_epoch + _offset + Elapsed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private long ToLocal(long trueNs) =>
        _skewPpb == 0 ? trueNs : trueNs + (long)((Int128)trueNs * _skewPpb / 1_000_000_000);

    /// <summary>How much true time passes until this clock has gone so far on, rounded up.</summary>
    internal long ToTrueNs(long localNs)
    {
        if (_skewPpb == 0)
            return localNs;
        Int128 rate = 1_000_000_000 + _skewPpb;
        return (long)((((Int128)localNs * 1_000_000_000) + rate - 1) / rate);
    }

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        private int _version;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;
            int version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime, period, version);
            return true;
        }

        private void Arm(TimeSpan due, TimeSpan period, int version) =>
            time._world.AtTrueNs(time.ToTrueNs(due.Ticks * 100), () => Fire(period, version));

        private void Fire(TimeSpan period, int version)
        {
            if (version != _version || _disposed)
                return;
            if (period > TimeSpan.Zero)
                Arm(period, period, version);
            callback(state);
        }

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
