using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>Time is the graph's TimeProvider, so a test says when it passes.</summary>
public sealed class TimerTests
{
    [Test]
    public async Task Delay_PassesWithTheClock_AndNotBefore()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("sleeper");
        graph.Start();

        var delay = puppet.Begin(async () => await puppet.Delay(TimeSpan.FromSeconds(10)));
        graph.Advance(TimeSpan.FromSeconds(9.999));
        var early = delay.IsCompleted;
        graph.Advance(TimeSpan.FromSeconds(0.001));

        Assert.That((early, delay.IsCompletedSuccessfully), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Delays_OfManyLengths_PassInTheOrderOfTheirTimes()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("sleeper");
        graph.Start();
        var order = new List<int>();
        var lengths = Enumerable.Range(0, 500).Select(n => n * 7919 % 500).ToArray();

        foreach (var length in lengths)
        {
            _ = puppet.Begin(async () =>
            {
                await puppet.Delay(TimeSpan.FromMilliseconds(10 * length + 10));
                order.Add(length);
            });
        }
        for (var n = 0; n < 600; n++)
            graph.Advance(TimeSpan.FromMilliseconds(10));

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 500)));
    }

    [Test]
    public async Task Delays_OfOneTime_PassInTheOrderTheyWereBegun()
    {
        await using var graph = new ManualGraph();
        var order = new List<int>();
        for (var n = 0; n < 50; n++)
            graph.Add(new Sleeper(TimeSpan.FromSeconds(1), n, order));
        graph.Start();

        graph.Advance(TimeSpan.FromSeconds(1));

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task Delay_Cancelled_ThrowsAtOnce()
    {
        await using var graph = new ManualGraph();
        var puppet = graph.Puppet<int>("sleeper");
        graph.Start();
        using var cancel = new CancellationTokenSource();

        var delay = puppet.Begin(async () => await puppet.Delay(TimeSpan.FromHours(1), cancel.Token));
        cancel.Cancel();
        graph.Run();

        Assert.That(delay.IsCanceled);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Delay_OfNothing_PassesWithoutTheClock(int milliseconds)
    {
        await using var graph = new ManualGraph();
        var order = new List<int>();
        graph.Add(new Sleeper(TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)), 1, order));

        graph.Start();

        Assert.That(order, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Stop_OfASleeper_DoesNotWaitForItsDelay()
    {
        await using var graph = new ManualGraph();
        var order = new List<int>();
        var sleeper = graph.Add(new Sleeper(TimeSpan.FromDays(365), 1, order));
        graph.Start();

        sleeper.RequestStop(StopKind.Cancel);
        graph.Run();

        Assert.That(sleeper.End, Is.EqualTo(EndReason.Cancelled));
        Assert.That(order, Is.Empty);
    }

    [Test]
    public async Task Delay_OnARealScheduler_WakesIt()
    {
        var order = new List<int>();
        var graph = new Graph("real");
        graph.Add(new Sleeper(TimeSpan.FromMilliseconds(20), 1, order));

        await graph.RunAsync().Within();

        Assert.That(order, Is.EqualTo(new[] { 1 }));
    }

    private sealed class Sleeper(TimeSpan time, int number, List<int> order) : Component
    {
        protected override async Run RunAsync(CancellationToken stop)
        {
            await DelayAsync(time, stop);
            order.Add(number);
        }
    }
}
