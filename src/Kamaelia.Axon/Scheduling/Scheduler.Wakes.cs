namespace Kamaelia.Axon;

// What its sleeps and wake-ups cost: one more look at the clock a sleep, none a message.
public sealed unsafe partial class Scheduler
{
    private readonly WakeLog _rung = new();
    private readonly WakeLog _due = new();
    private long _rungAt;
    private long _parks;
    private long _spinHits;

    /// <summary>How often it slept and how long its wake-ups took. Any thread.</summary>
    internal SchedulerSnapshot TakeWakes() => new(
        Name, Volatile.Read(ref _parks), Volatile.Read(ref _spinHits), _rung.Take(), _due.Take());

    // Another thread is about to wake it.
    private void NoteRing() => Volatile.Write(ref _rungAt, Timers.NowNs);

    // It slept from then on and is awake again. What a socket woke it for is in neither log: when that came is the
    // kernel's knowledge.
    private void NoteWake(long sinceNs, long dueNs)
    {
        Volatile.Write(ref _parks, _parks + 1);
        long rungAt = Interlocked.Exchange(ref _rungAt, 0);
        if (rungAt >= sinceNs && rungAt != 0) // An older one: of a sleep that ended by itself at that moment.
            _rung.Note(Header->NowNs - rungAt);
        else if (Header->NowNs >= dueNs)
            _due.Note(Header->NowNs - dueNs);
    }
}
