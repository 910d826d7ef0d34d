using Kamaelia.Axon;

namespace Kamaelia.Simulation;

/// <summary>Runs graphs, of one host or of many, in one thread on a virtual clock.</summary>
/// <remarks>
/// Who runs next is chosen by the seed, one activation at a time, among all components that are ready on all
/// schedulers; when none is, the clock goes on to the next timer or event. Same seed, same graphs, same input: same
/// schedule and same output, byte for byte. All members belong to the thread that steps it.
/// </remarks>
public sealed partial class SimulatedWorld : IDisposable
{
    private readonly List<Lane> _lanes = [];
    private readonly List<Lane> _ready = [];
    private readonly PriorityQueue<Action, (long AtNs, long Order)> _events = new();
    private readonly List<SimulatedHost> _hosts = [];
    private readonly long _activationNs;
    private long _order;

    /// <summary>A scheduler and the host it is on.</summary>
    private sealed record Lane(SimulatedHost Host, Scheduler Scheduler, int Number);

    /// <summary>An empty world at time zero.</summary>
    public SimulatedWorld(ulong seed, SimulationOptions? options = null)
    {
        Seed = seed;
        Options = options ?? new SimulationOptions();
        _activationNs = Options.ActivationTime.Ticks * 100;
        Time = new SimulatedTime(this, new HostOptions());
        _choice = new Choice(this);
    }

    /// <summary>What all choices come from.</summary>
    public ulong Seed { get; }

    /// <summary>As given.</summary>
    public SimulationOptions Options { get; }

    /// <summary>The true time. Hosts' clocks may differ.</summary>
    public SimulatedTime Time { get; }

    /// <summary>In the order they were added.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>Steps so far.</summary>
    public long Steps { get; private set; }

    internal long NowNs { get; private set; }

    /// <summary>Random numbers for one purpose, the same for the same seed and purpose.</summary>
    public SimulatedRandom RandomFor(string purpose) => new(Seed, purpose);

    /// <summary>A machine.</summary>
    public SimulatedHost AddHost(string name, HostOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_hosts.Exists(h => h.Name == name))
            throw new ArgumentException($"there is a host {name} already", nameof(name));
        var host = new SimulatedHost(this, name, options ?? new HostOptions());
        _hosts.Add(host);
        return host;
    }

    /// <summary>Runs something at a time from now on the true clock; equal times in the order asked.</summary>
    public void At(TimeSpan delay, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        AtTrueNs(delay.Ticks * 100, action);
    }

    internal void AtTrueNs(long delayNs, Action action) => _events.Enqueue(action, (NowNs + delayNs, _order++));

    internal void Take(SimulatedHost host, Graph graph)
    {
        foreach (Scheduler scheduler in graph.Schedulers)
        {
            scheduler.Simulate(_choice);
            var lane = new Lane(host, scheduler, _lanes.Count);
            _numbers.Add(scheduler, lane.Number);
            _lanes.Add(lane);
        }
    }

    // A component that does not end when cancelled is left as it is: its machine is gone.
    private const int StepsOfAKill = 100_000;

    internal void Drop(SimulatedHost host)
    {
        Lane[] lanes = [.. _lanes.Where(lane => lane.Host == host)];
        _lanes.RemoveAll(lane => lane.Host == host);
        foreach (Graph graph in host.Graphs)
        {
            if (!graph.Completion.IsCompleted)
                _ = graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask();
        }
        for (int steps = 0; steps < StepsOfAKill; steps++)
        {
            if (Array.Find(lanes, lane => lane.Scheduler.HasWork) is not { } lane)
                break;
            lane.Scheduler.StepOnce();
        }
        foreach (Graph graph in host.Graphs)
        {
            if (graph.Completion.IsCompleted)
                _ = graph.DisposeAsync().AsTask();
        }
    }

    /// <summary>One activation of one scheduler; if none has anything to do, the clock goes on to the next event.
    /// </summary>
    /// <returns>False: nothing is left to do, and nothing will come.</returns>
    public bool Step()
    {
        // A caller's context would send what an event completes to where it likes: it must go on here and now.
        SynchronizationContext? callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return StepOnce();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }

    private bool StepOnce()
    {
        Steps++;
        if (FireDue())
            return true; // Whoever steps until something is true looks at it before the clock goes on.
        _ready.Clear();
        foreach (Lane lane in _lanes)
        {
            if (!lane.Host.IsPaused && lane.Scheduler.HasWork)
                _ready.Add(lane);
        }
        if (_ready.Count == 0)
            return Advance();
        RunOne(_ready[Choose(_ready.Count)].Scheduler);
        NowNs += _activationNs;
        return true;
    }

    private bool FireDue()
    {
        bool fired = false;
        while (_events.TryPeek(out Action? action, out (long AtNs, long Order) at) && at.AtNs <= NowNs)
        {
            _events.Dequeue();
            Note(at.AtNs);
            action();
            fired = true;
        }
        return fired;
    }

    private bool Advance()
    {
        long next = _events.TryPeek(out _, out (long AtNs, long Order) at) ? at.AtNs : long.MaxValue;
        foreach (Lane lane in _lanes)
        {
            long until = lane.Host.IsPaused ? -1 : lane.Scheduler.UntilTimerNs;
            if (until >= 0)
                next = Math.Min(next, NowNs + Math.Max(1, lane.Host.Time.ToTrueNs(until)));
        }
        if (next == long.MaxValue)
            return false;
        _lanes.RemoveAll(lane => lane.Scheduler.IsDisposed);
        NowNs = Math.Max(NowNs, next);
        Note(NowNs);
        return true;
    }

    /// <summary>Steps until something is true.</summary>
    /// <param name="condition">Looked at after each step.</param>
    /// <param name="limit">Virtual time that it may take from now.</param>
    /// <returns>Whether it came true: false when the time was over, or nothing was left to do.</returns>
    /// <exception cref="TimeoutException">Too many steps (<see cref="SimulationOptions.StepsMax"/>).</exception>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(condition);
        long end = NowNs + (limit.Ticks * 100);
        long lastStep = Steps + Options.StepsMax;
        while (!condition())
        {
            if (NowNs >= end || !Step())
                return false;
            if (Steps >= lastStep)
                throw new TimeoutException($"{Options.StepsMax} steps and no end at {Time.Elapsed}. {Repro}");
        }
        return true;
    }

    /// <summary>Steps until so much virtual time has passed, even if nothing happens in it.</summary>
    public void RunFor(TimeSpan time)
    {
        bool over = false;
        At(time, () => over = true);
        RunUntil(() => over, time + TimeSpan.FromTicks(1));
    }

    /// <summary>Steps until nothing is left to do.</summary>
    /// <returns>False when the virtual time was over first.</returns>
    public bool RunToEnd(TimeSpan limit) => !RunUntil(static () => false, limit) && !HasMore;

    private bool HasMore => _events.Count > 0
        || _lanes.Exists(l => l.Scheduler.HasWork || l.Scheduler.UntilTimerNs >= 0);

    /// <summary>What to write down to see this run again.</summary>
    public string Repro => $"seed {Seed}, {Steps} steps, {Time.Elapsed}, trace {TraceHash:x16}";

    /// <summary>Its graphs go as in a power cut, and give back their memory.</summary>
    public void Dispose()
    {
        foreach (SimulatedHost host in _hosts)
            host.Kill();
    }
}
