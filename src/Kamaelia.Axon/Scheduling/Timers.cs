namespace Kamaelia.Axon;

/// <summary>The times at which components of one scheduler want to be woken.</summary>
/// <remarks>The scheduler's thread only. Times are ns on the provider's own monotonic clock.</remarks>
internal sealed class Timers
{
    private readonly record struct Entry(Activation Who, int Version);

    private const int Always = -1;

    private readonly PriorityQueue<Entry, (long AtNs, long Order)> _queue = new();
    private long _order; // Of two at the same time the first to ask is the first to wake.
    private readonly TimeProvider _time;
    private readonly long _frequency;
    private readonly long _origin;

    /// <param name="time">The clock.</param>
    /// <param name="origin">Where its count begins, the same for all of one graph; null: now.</param>
    public Timers(TimeProvider time, long? origin = null)
    {
        _time = time;
        _frequency = time.TimestampFrequency;
        // The system's clock stays as it is, so that native code reads the same one; others may begin anywhere, and a
        // large origin would overflow in ns.
        _origin = ReferenceEquals(time, TimeProvider.System) ? 0 : origin ?? time.GetTimestamp();
    }

    /// <summary>Now, ns, on a clock that only goes forward.</summary>
    public long NowNs
    {
        get
        {
            long ticks = _time.GetTimestamp() - _origin;
            return _frequency == 1_000_000_000 ? ticks : (long)((Int128)ticks * 1_000_000_000 / _frequency);
        }
    }

    public int Count => _queue.Count;

    /// <summary>A body waits for a time; an older wait of the same body is void.</summary>
    public void Add(RunBox box, int version, long atNs) =>
        _queue.Enqueue(new Entry(box, version), (atNs, _order++));

    /// <summary>Wakes it whatever it waits for: it looks for itself.</summary>
    public void AddWake(Activation who, long atNs) =>
        _queue.Enqueue(new Entry(who, Always), (atNs, _order++));

    /// <summary>A time that was wanted elsewhere.</summary>
    public readonly record struct Wanted(Activation Who, int Version, long AtNs);

    /// <summary>Takes out all that belong to some components, earliest first.</summary>
    public List<Wanted> TakeThoseOf(Predicate<Component> isTheirs)
    {
        var taken = new List<Wanted>();
        var left = new List<(Entry, (long AtNs, long Order))>(_queue.Count);
        while (_queue.TryDequeue(out Entry entry, out (long AtNs, long Order) at))
        {
            if (Scheduler.OwnerOf(entry.Who) is { } owner && isTheirs(owner))
                taken.Add(new Wanted(entry.Who, entry.Version, at.AtNs));
            else
                left.Add((entry, at));
        }
        _queue.EnqueueRange(left);
        return taken;
    }

    /// <summary>Puts in what was taken from another's.</summary>
    public void PutIn(List<Wanted> wanted)
    {
        foreach (Wanted each in wanted)
            _queue.Enqueue(new Entry(each.Who, each.Version), (each.AtNs, _order++));
    }

    /// <summary>Ns until the next; -1 when there is none.</summary>
    public long UntilNext(long nowNs) =>
        _queue.TryPeek(out _, out (long AtNs, long Order) at) ? Math.Max(0, at.AtNs - nowNs) : -1;

    /// <summary>Wakes all whose time has come.</summary>
    public void Fire(long nowNs)
    {
        while (_queue.TryPeek(out Entry entry, out (long AtNs, long Order) at) && at.AtNs <= nowNs)
        {
            _queue.Dequeue();
            if (entry.Version == Always)
            {
                entry.Who.OnChange();
            }
            else if (entry.Who is RunBox box && box.TimerVersion == entry.Version && box.Kind == WaitKind.Timer)
            {
                box.TimerFired = true;
                box.WakeSelf();
            }
        }
    }
}
