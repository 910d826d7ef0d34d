namespace Kamaelia.Axon;

// The sampling timer of a graph with threads: stalls, and components that hold their scheduler.
public sealed partial class Graph
{
    private static readonly TimeSpan s_samplePeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_samplePeriodMin = TimeSpan.FromMilliseconds(10);

    private Timer? _sampling;
    private StallWatch? _stallWatch;
    private Watchdog? _watchdog;
    private int _isSampling;
    private int _samples;
    private int _samplesPerLook = 1;

    // The system's clock, whatever the graph's: it is about real threads.
    private void StartSampling()
    {
        if (Options.ManualScheduling)
            return;
        _stallWatch = new StallWatch(this);
        TimeSpan period = s_samplePeriod;
        if (Options.WatchdogLimit is var limit && limit != Timeout.InfiniteTimeSpan)
        {
            _watchdog = new Watchdog(this, limit);
            period = limit / 4 < period ? limit / 4 : period;
        }
        period = period < s_samplePeriodMin ? s_samplePeriodMin : period;
        _samplesPerLook = (int)Math.Ceiling(s_samplePeriod / period);
        _sampling = new Timer(static graph => ((Graph)graph!).Sample(), this, period, period);
    }

    private void Sample()
    {
        if (_over)
        {
            _sampling?.Dispose();
            return;
        }
        if (!IsObserved || Interlocked.Exchange(ref _isSampling, 1) != 0)
            return;
        try
        {
            _watchdog?.Tick();
            if (++_samples % _samplesPerLook == 0)
                _stallWatch!.Tick();
        }
        finally
        {
            Volatile.Write(ref _isSampling, 0);
        }
    }
}
