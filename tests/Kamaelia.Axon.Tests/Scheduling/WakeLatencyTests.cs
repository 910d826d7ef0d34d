using System.Diagnostics;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

public sealed class WakeLatencyTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    [Test]
    public void Log_Empty_IsZero() => Assert.That(new WakeLog().Take(), Is.EqualTo(new WakeLatency(0, 0, 0, 0, 0)));

    [Test]
    public void Log_QuantilesAreUpperBoundsOfTheirBins()
    {
        var log = new WakeLog();
        for (int i = 0; i < 99; i++)
            log.Note(1_000);
        log.Note(1_000_000);

        Assert.That(log.Take(), Is.EqualTo(new WakeLatency(100, 10_990, 1_024, 1_024, 1_000_000)));
    }

    [Test]
    public void Log_OfOne_SaysNoMoreThanItsMaximum()
    {
        var log = new WakeLog();
        log.Note(700);

        Assert.That(log.Take(), Is.EqualTo(new WakeLatency(1, 700, 700, 700, 700)));
    }

    [Test]
    public async Task Snapshot_OfASchedulerThatTimersWoke_TellsHowLateTheyWere()
    {
        await using var graph = new Graph("g", new GraphOptions { Schedulers = 1 });
        graph.Add(new Napper());

        await graph.RunAsync().WaitAsync(s_bound);
        SchedulerSnapshot scheduler = graph.Snapshot().Schedulers.Single();

        // Two sleeps a timer, and what else wakes it; to look until the time has come would be thousands.
        Assert.That(scheduler.Parks, Is.InRange(10, 100));
        Assert.That(scheduler.Due.Count, Is.InRange(1, scheduler.Parks)); // One due just before a sleep is no wake-up.
        Assert.That(scheduler.Due.MaxNs, Is.GreaterThan(0));
        Assert.That(scheduler.Due.MeanNs, Is.LessThanOrEqualTo(scheduler.Due.MaxNs));
    }

    [Test]
    public async Task Snapshot_OfASchedulerThatOthersWoke_TellsHowLongItTook()
    {
        await using var graph = new Graph("g", new GraphOptions { Schedulers = 1 });
        var sleeper = new TaskCompletionSource();
        graph.Add(Bodies.Of(_ => { }));
        graph.Add(new Waits(sleeper.Task));
        graph.Start();
        long asked = Stopwatch.GetTimestamp();
        while (graph.Snapshot().Schedulers[0].Rung.Count < 10) // A look wakes it, if it sleeps.
        {
            Assert.That(Stopwatch.GetElapsedTime(asked), Is.LessThan(s_bound), "nobody woke it");
            await Task.Delay(5);
        }
        WakeLatency rung = graph.Snapshot().Schedulers[0].Rung;
        sleeper.SetResult();
        await graph.Completion.WaitAsync(s_bound);

        Assert.That(rung.MaxNs, Is.InRange(1, (long)s_bound.TotalNanoseconds));
        Assert.That(rung.MedianNs, Is.LessThanOrEqualTo(rung.P99Ns));
    }

    [Test]
    public async Task Snapshot_OfASteppedGraph_HasNoSleeps()
    {
        await using var graph = new ManualGraph();
        graph.Add(Bodies.Of(_ => { }));

        graph.Start();

        Assert.That(graph.Graph.Snapshot().Schedulers.Sum(each => each.Parks), Is.Zero);
    }

    private sealed class Napper : Component
    {
        protected override async Run RunAsync(CancellationToken stop)
        {
            for (int i = 0; i < 20; i++)
                await DelayAsync(TimeSpan.FromMilliseconds(2), stop);
        }
    }

    private sealed class Waits(Task until) : Component
    {
        protected override async Run RunAsync(CancellationToken stop) => await until;
    }
}
