using System.Diagnostics;

namespace Kamaelia.Axon;

/// <summary>Names a component that has held its scheduler for longer than the limit.</summary>
/// <remarks>
/// It samples what lies in the scheduler's memory anyway: that it does not come to the end of its turn, who runs, and
/// how often that one was activated. So the hot path pays nothing, and what it says is right to a sample. .NET gives no
/// stack of another thread; the type of the body and what a <see cref="ThreadProbe"/> tells, if there is one, stand in
/// for it.
/// </remarks>
internal sealed class Watchdog(Graph graph, TimeSpan limit)
{
    private sealed class Sample
    {
        public int Turn;
        public int Id;
        public long Activations;
        public long Since;
        public string? Named; // Said to hold it; null: not yet.
    }

    private readonly Sample[] _samples = [.. graph.Schedulers.Select(_ => new Sample())];

    /// <summary>From the sampling timer, one at a time.</summary>
    public void Tick()
    {
        for (int i = 0; i < _samples.Length; i++)
            Look(graph.Schedulers[i], _samples[i]);
    }

    private void Look(Scheduler scheduler, Sample sample)
    {
        int turn = scheduler.TurnCount;
        bool isStill = turn == sample.Turn && !scheduler.IsResting;
        int id = isStill ? scheduler.RunningId : -1;
        long activations = isStill ? scheduler.ActivationsOf(id) : 0;
        if (isStill && id == sample.Id && activations == sample.Activations)
        {
            TimeSpan held = Stopwatch.GetElapsedTime(sample.Since);
            if (sample.Named is not null || held < limit)
                return;
            sample.Named = NameOf(scheduler, id);
            graph.Report(new ComponentHoldsScheduler(sample.Named, scheduler.Name, held, WhereOf(scheduler, id)));
            return;
        }
        if (sample.Named is { } named)
            graph.Report(new ComponentLetGo(named, scheduler.Name, Stopwatch.GetElapsedTime(sample.Since)));
        sample.Turn = turn;
        sample.Id = id;
        sample.Activations = activations;
        sample.Since = Stopwatch.GetTimestamp();
        sample.Named = null;
    }

    private static string NameOf(Scheduler scheduler, int id) =>
        (scheduler.ComponentAt(id) ?? scheduler.Closing)?.Path ?? scheduler.Name;

    private static string WhereOf(Scheduler scheduler, int id)
    {
        string what = scheduler.ComponentAt(id) is { } component ? $"in the body of {component.TypeName}"
            : scheduler.Closing is { } closing ? $"in OnEndedAsync or Dispose of {closing.TypeName}"
            : "in a posted callback";
        string system = scheduler.SystemThreadText;
        return $"{what}; its thread {scheduler.ThreadText}{(system.Length > 0 ? $"; {system}" : "")}";
    }
}
