using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>Times that native components wait for.</summary>
public sealed class NativeComponentTimeTests : BalancedFixture
{
    [OneTimeSetUp]
    public void LoadPlugin() => TrialPlugin.Load();

    [Test]
    public async Task Tick_OnAScheduler_ComesAsOftenAsAsked()
    {
        await using var graph = new Graph();
        var sink = new TagSink();
        graph.Pipe(NativeComponents.Create("trial.tick", ("n", "5"), ("every", "2000")), sink);

        await graph.RunToEndAsync();

        Assert.That(sink.Tags, Is.EqualTo(new uint[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public async Task Deadline_RenewedAtEveryStep_DoesNotFillTheTimerQueue()
    {
        const int Count = 5000;
        await using var graph = new Graph("timers", new GraphOptions { ManualScheduling = true });
        var merge = graph.Add(NativeComponents.Create("trial.merge"));
        var sink = graph.Add(new TagSink());
        graph.Link(graph.Add(Source(Count)).Out(), merge.In("first"));
        graph.Link(graph.Add(Source(Count)).Out(), merge.In("second"));
        graph.Link(merge.Out(), sink.Inbox);
        graph.Start();
        var timersMax = 0;
        while (graph.Schedulers[0].Step())
            timersMax = Math.Max(timersMax, graph.Schedulers[0].Timers.Count);

        Assert.That(sink.Tags, Has.Count.EqualTo(2 * Count));
        Assert.That(timersMax, Is.LessThanOrEqualTo(2));
        Assert.That(merge.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task Tick_OnAVirtualClock_WaitsForIt()
    {
        var clock = new HandClock();
        await using var graph = new Graph("virtual", new GraphOptions { ManualScheduling = true, Time = clock });
        var sink = new TagSink();
        graph.Pipe(NativeComponents.Create("trial.tick", ("n", "3"), ("every", "1000000")), sink);
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();
        Assert.That(sink.Tags, Has.Count.EqualTo(1));

        clock.Advance(TimeSpan.FromSeconds(0.5));
        graph.Schedulers[0].RunUntilIdle();
        Assert.That(sink.Tags, Has.Count.EqualTo(1));

        clock.Advance(TimeSpan.FromSeconds(0.5));
        graph.Schedulers[0].RunUntilIdle();
        Assert.That(sink.Tags, Has.Count.EqualTo(2));

        clock.Advance(TimeSpan.FromSeconds(1));
        graph.Schedulers[0].RunUntilIdle();
        clock.Advance(TimeSpan.FromSeconds(1));
        graph.Schedulers[0].RunUntilIdle();
        Assert.That(sink.Tags, Has.Count.EqualTo(3));
        Assert.That(sink.State, Is.EqualTo(ComponentState.Ended));
    }

    /// <summary>A clock that only the test moves.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
