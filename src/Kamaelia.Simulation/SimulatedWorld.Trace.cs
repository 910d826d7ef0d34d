using Kamaelia.Axon;

namespace Kamaelia.Simulation;

// The choices of a run: where they come from, and the hash that tells whether two runs were the same.
public sealed partial class SimulatedWorld
{
    private readonly Choice _choice;
    private readonly Dictionary<Scheduler, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly List<int> _kept = [];
    private SimulatedRandom? _scheduleRandom;
    private long _choices;
    private (Scheduler? Home, int Id) _ran;
    private long _allocatedBefore;

    /// <summary>Hears what each activation allocated, and whose it was.</summary>
    internal Action<Scheduler, int, long>? Allocated { get; set; }

    private void RunOne(Scheduler scheduler)
    {
        _ran = default;
        scheduler.StepOnce();
        if (Allocated is not null && _ran.Home is { } home)
            Allocated(home, _ran.Id, GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore);
    }

    /// <summary>Of every choice, activation, time and note so far.</summary>
    public ulong TraceHash { get; private set; } = 0x6b616d61656c6961;

    /// <summary>The choices made where there was more than one, if they are kept.</summary>
    public IReadOnlyList<int> Trace => _kept;

    /// <summary>Puts something that happened into the trace.</summary>
    public void Note(string what, ulong value)
    {
        ArgumentNullException.ThrowIfNull(what);
        foreach (char letter in what)
            TraceHash = SimulatedRandom.Fold(TraceHash, letter);
        TraceHash = SimulatedRandom.Fold(TraceHash, value);
    }

    private void Note(long value) => TraceHash = SimulatedRandom.Fold(TraceHash, (ulong)value);

    private int Choose(int count)
    {
        if (count == 1)
            return 0; // No choice: a shrunk schedule has no place for it.
        int chosen = NextChoice(count);
        _choices++;
        if (Options.KeepsTrace)
            _kept.Add(chosen);
        Note(((long)count << 32) | (uint)chosen);
        return chosen;
    }

    private int NextChoice(int count)
    {
        if (_choices < Options.Schedule.Count)
            return Math.Min(Options.Schedule[(int)_choices], count - 1);
        if (Options.ChoicesMax >= 0 && _choices >= Options.ChoicesMax)
            return 0;
        return (_scheduleRandom ??= RandomFor("schedule")).Next(count);
    }

    private sealed class Choice(SimulatedWorld world) : ScheduleChoice
    {
        public override int Choose(int count) => world.Choose(count);

        public override void Ran(Scheduler home, int id)
        {
            world.Note(((long)world._numbers[home] << 40) ^ ((long)id << 1) ^ (world.NowNs << 8));
            world._ran = (home, id);
            world._allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
