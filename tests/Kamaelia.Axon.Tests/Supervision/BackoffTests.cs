namespace Kamaelia.Axon.Tests.Supervision;

public sealed class BackoffTests
{
    [Test]
    public async Task Waits_InARow_GrowByTheFactorUpToTheMaximum()
    {
        await using var group = new Group(Group.Plain with
        {
            RestartsMax = 100,
            BackoffFactor = 3,
            BackoffMax = TimeSpan.FromMilliseconds(1000),
        });
        var a = group.Frail("a");
        var feeder = group.FeederOf(a);
        group.Start();

        foreach (int wait in new[] { 100, 300, 900, 1000, 1000 })
        {
            int before = a.Restarts;
            feeder.Send(-1);
            group.Advance(wait - 1);
            Assert.That(a.Restarts, Is.EqualTo(before), $"not before {wait} ms");
            group.Advance(1);
            Assert.That(a.Restarts, Is.EqualTo(before + 1), $"at {wait} ms");
        }

        Assert.That(group.Restarts.Select(r => r.Attempt), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(group.Restarts.Select(r => r.Delay), Is.EqualTo(group.Faults.Select(f => f.RestartDelay!.Value)));
    }

    [TestCase(5000, 1)]
    [TestCase(4999, 2)]
    public async Task Row_EndsWhenItHasRunForThePeriod(int ms, int attempt)
    {
        await using var group = new Group(Group.Plain with { RestartsMax = 100 });
        var feeder = group.FeederOf(group.Frail("a"));
        group.Start();

        feeder.Send(-1);
        group.Advance(100);
        group.Advance(ms);
        feeder.Send(-1);
        group.Advance(200);

        Assert.That(group.Restarts.Select(r => r.Attempt), Is.EqualTo(new[] { 1, attempt }));
    }

    [Test]
    public async Task Jitter_WithASeed_TakesTheSameAwayEachTime_AndAnotherPartFromEachChild()
    {
        double[] first = await Delays(seed: 7), again = await Delays(seed: 7), other = await Delays(seed: 8);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first, Is.Unique, "Two children of one seed differ.");
        Assert.That(first, Is.All.InRange(500.0, 1000.0));
        Assert.That(first.Max() - first.Min(), Is.GreaterThan(100), "Twenty draws from 500 ms spread.");
    }

    private static async Task<double[]> Delays(long seed)
    {
        await using var group = new Group(new SupervisionOptions
        {
            Seed = seed,
            Jitter = 0.5,
            RestartsMax = 100,
            BackoffFirst = TimeSpan.FromSeconds(1),
        });
        var feeders = Enumerable.Range(0, 20).Select(i => group.FeederOf(group.Frail($"c{i}"))).ToList();
        group.Start();
        feeders.ForEach(f => f.Send(-1));
        group.Advance(1000);
        return [.. group.Restarts.OrderBy(r => r.Path).Select(r => r.Delay.TotalMilliseconds)];
    }

    [Test]
    public async Task Children_OfOneForOne_WaitEachForItself()
    {
        await using var group = new Group();
        Supervised a = group.Frail("a"), b = group.Frail("b");
        var (toA, toB) = (group.FeederOf(a), group.FeederOf(b));
        group.Start();

        toA.Send(-1);
        group.Advance(50);
        toB.Send(-1);
        group.Advance(50);
        Assert.That((a.Restarts, b.Restarts), Is.EqualTo((1, 0)));
        group.Advance(50);

        Assert.That((a.Restarts, b.Restarts), Is.EqualTo((1, 1)));
        Assert.That(group.Restarts.Select(r => r.Attempt), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public async Task FaultBefore_TheRestOfAGroupIsBack_PutsAllOff()
    {
        await using var group = new Group(Group.Plain with { Strategy = SupervisionStrategy.RestForOne });
        Supervised a = group.Frail("a"), b = group.Frail("b");
        var (toA, toB) = (group.FeederOf(a), group.FeederOf(b));
        group.Start();

        toB.Send(-1);
        group.Advance(50);
        toA.Send(-1);
        group.Advance(199);
        Assert.That((a.Restarts, b.Restarts), Is.EqualTo((0, 0)));
        group.Advance(1);

        Assert.That(group.TakeLog(), Is.EqualTo("+a +b -b -a +a +b"));
    }
}
