using Kamaelia.Axon;

namespace Kamaelia.Simulation.Tests.Net;

/// <summary>udp.send and udp.recv over networks that lose, delay, reorder, double and divide.</summary>
[TestFixture]
public sealed class UdpTests
{
    private static readonly LinkProfile s_slow = new() { Delay = TimeSpan.FromMilliseconds(10) };

    private sealed record Result(List<int> Numbers, List<long> TimesNs, ulong Hash, SimulatedLink Link, long Packets);

    private static Result Exchange(ulong seed, LinkProfile link, int count = 2000, HostOptions? sender = null)
    {
        using var world = new SimulatedWorld(seed);
        var (a, b) = (world.AddHost("a", sender), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan");
        var ends = lan.Attach(a, "10.0.0.1", up: link);
        lan.Attach(b, "10.0.0.2");
        var (receiving, sink, receiver) = Traffic.Receive(b, "10.0.0.2:5004");
        var sending = Traffic.Send(a, "b:5004", count, 10_000_000);
        Traffic.RunToEnd(world, sending, receiving);
        return new Result(sink.Numbers, sink.TimesNs, world.TraceHash, ends.Up, receiver.Packets);
    }

    [Test]
    public void Exchange_OverAPerfectLink_LosesNothing()
    {
        var result = Exchange(1, s_slow);

        Assert.That(result.Numbers, Is.EqualTo(Enumerable.Range(0, 2000)));
        Assert.That(result.Packets, Is.EqualTo(2000));
    }

    [TestCase(1ul, 0.1)]
    [TestCase(2ul, 0.01)]
    [TestCase(3ul, 0.5)]
    public void Exchange_OverALossyLink_LosesExactlyWhatTheLinkCounts(ulong seed, double loss)
    {
        var result = Exchange(seed, s_slow with { Loss = loss });

        Assert.That(result.Link.Offered, Is.EqualTo(2000));
        Assert.That(result.Numbers, Has.Count.EqualTo(2000 - result.Link.Lost).And.Ordered.And.Unique);
        Assert.That(result.Link.Lost / 2000.0, Is.EqualTo(loss).Within(4 * Math.Sqrt(loss * (1 - loss) / 2000)));
    }

    // The very figures: a change of the generator or of who draws when would show here.
    [TestCase(1ul, 181)]
    [TestCase(2ul, 173)]
    public void Exchange_KnownSeed_LosesTheKnownNumber(ulong seed, int lost) =>
        Assert.That(Exchange(seed, s_slow with { Loss = 0.1 }).Link.Lost, Is.EqualTo(lost));

    [Test]
    public void Exchange_WithBursts_LosesNeighbours()
    {
        var result = Exchange(5, s_slow with { Bursts = new BurstLoss(Begin: 0.01, End: 0.2) }, 10_000);

        int runs = result.Numbers.Zip(result.Numbers.Skip(1)).Count(pair => pair.Second > pair.First + 1);
        Assert.That(result.Link.Lost, Is.InRange(250, 750), "a burst every 100 of 5 on average");
        Assert.That((double)result.Link.Lost / runs, Is.InRange(3.5, 6.5), "packets a burst");
    }

    [Test]
    public void Exchange_WithDuplicatesAndReordering_DeliversExactlyThose()
    {
        var result = Exchange(7, s_slow with { Duplicate = 0.05, Reorder = 0.05 });

        int late = result.Numbers.Zip(result.Numbers.Skip(1)).Count(pair => pair.Second < pair.First);
        Assert.That(result.Numbers, Has.Count.EqualTo(2000 + result.Link.Duplicated));
        Assert.That(result.Numbers.Distinct().Count(), Is.EqualTo(2000));
        Assert.That(result.Link.Duplicated, Is.InRange(70, 130));
        Assert.That(result.Link.Reordered, Is.InRange(70, 140));
        Assert.That(late, Is.InRange(result.Link.Reordered / 2, result.Link.Reordered));
    }

    [Test]
    public void Exchange_WithJitter_KeepsOrderAndTakesLonger()
    {
        var result = Exchange(9, s_slow with { Jitter = TimeSpan.FromMilliseconds(20) });

        Assert.That(result.Numbers, Is.EqualTo(Enumerable.Range(0, 2000)));
        Assert.That(Gaps(result).Max(), Is.GreaterThan(5_000_000), "ns between two that were sent 1 ms apart");
    }

    [Test]
    public void Exchange_OverANarrowLink_ArrivesAtItsRate()
    {
        var result = Exchange(1, s_slow with { BitsPerSecond = 1_000_000, QueueBytes = 20_000 }, 200);

        double seconds = (result.TimesNs[^1] - result.TimesNs[0]) / 1e9;
        Assert.That(result.Numbers, Is.EqualTo(Enumerable.Range(0, 200)), "the sender waits, and nothing is dropped");
        Assert.That(199 * (Traffic.PayloadBytes + 28) * 8 / seconds, Is.EqualTo(1_000_000).Within(1000));
    }

    [Test]
    public void Exchange_LongerThanTheMtu_GoesInPiecesOfWhichAnyMayBeLost()
    {
        double whole = Exchange(3, s_slow with { Loss = 0.05 }, 5000).Link.Lost;
        double inPieces = Exchange(3, s_slow with { Loss = 0.05, MtuBytes = 576 }, 5000).Link.Lost;

        Assert.That(inPieces / whole, Is.EqualTo((1 - Math.Pow(0.95, 3)) / 0.05).Within(0.4), "three pieces each");
    }

    [Test]
    public void Send_LongerThanTheLinkTakes_IsTheFaultOfARealSocket()
    {
        using var world = new SimulatedWorld(1);
        var (a, b) = (world.AddHost("a"), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan", new LinkProfile { MtuBytes = 1280, Oversize = OversizeRule.Refuse });
        lan.Attach(a, "10.0.0.1");
        lan.Attach(b, "10.0.0.2");
        var sending = Traffic.Send(a, "10.0.0.2:5004", 3, 0);
        world.RunUntil(() => sending.Completion.IsCompleted, Traffic.Limit);

        Assert.That(sending.Completion.Exception!.InnerException!.Message,
            Does.Contain("a datagram of 1316 bytes is longer than the way there carries"));
    }

    [Test]
    public void Exchange_SameSeed_IsTheSameToTheByteAndTheTick()
    {
        var rough = s_slow with { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(3), Reorder = 0.1, Duplicate = 0.1 };
        for (ulong seed = 0; seed < 20; seed++)
        {
            var (first, second) = (Exchange(seed, rough, 200), Exchange(seed, rough, 200));
            var other = Exchange(seed + 1000, rough, 200);
            Assert.That(second.Numbers, Is.EqualTo(first.Numbers));
            Assert.That(second.TimesNs, Is.EqualTo(first.TimesNs));
            Assert.That(second.Hash, Is.EqualTo(first.Hash), $"seed {seed}");
            Assert.That(other.Numbers, Is.Not.EqualTo(first.Numbers));
            Assert.That(other.Hash, Is.Not.EqualTo(first.Hash));
        }
    }

    [TestCase(0)]
    [TestCase(200)]
    [TestCase(-200)]
    [TestCase(20_000)]
    public void Pace_OnAClockThatIsWrong_KeepsTheRateOfThatClock(double skewPpm)
    {
        var result = Exchange(1, s_slow, sender: new HostOptions { ClockSkewPpm = skewPpm });

        double seconds = (result.TimesNs[^1] - result.TimesNs[0]) / 1e9;
        double rate = 1999.0 * Traffic.PayloadBytes * 8 / seconds; // The receiver's clock is right.
        Assert.That(rate, Is.EqualTo(10_000_000 * (1 + skewPpm / 1e6)).Within(0.05).Percent);
    }

    [Test]
    public void Exchange_PartitionedAndHealed_LosesWhatWasSentMeanwhile()
    {
        using var world = new SimulatedWorld(1);
        var (a, b) = (world.AddHost("a"), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan", s_slow);
        lan.Attach(a, "10.0.0.1");
        lan.Attach(b, "10.0.0.2");
        var (receiving, sink, _) = Traffic.Receive(b, "10.0.0.2:5004");
        var sending = Traffic.Send(a, "10.0.0.2:5004", 1000, 10_528_000); // One a millisecond.
        world.At(TimeSpan.FromMilliseconds(300), () => world.Network.Partition([a], [b]));
        world.At(TimeSpan.FromMilliseconds(500), world.Network.Heal);
        Traffic.RunToEnd(world, sending, receiving);

        int gap = sink.Numbers.Zip(sink.Numbers.Skip(1)).Max(pair => pair.Second - pair.First);
        Assert.That(sink.Numbers, Is.Ordered.And.Unique);
        Assert.That(gap, Is.InRange(180, 220));
        Assert.That(sink.Numbers, Has.Count.EqualTo(1000 - gap + 1), "all others are there");
    }

    [Test]
    public void Cut_InOneDirection_LeavesTheOther()
    {
        using var world = new SimulatedWorld(1);
        var (a, b) = (world.AddHost("a"), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan", s_slow);
        lan.Attach(a, "10.0.0.1");
        lan.Attach(b, "10.0.0.2");
        world.Network.Cut(a, b);
        var (atB, atBSink, _) = Traffic.Receive(b, "10.0.0.2:5004", TimeSpan.FromSeconds(1));
        var (atA, atASink, _) = Traffic.Receive(a, "10.0.0.1:5004", TimeSpan.FromSeconds(1));
        var fromA = Traffic.Send(a, "10.0.0.2:5004", 10, 1_000_000);
        var fromB = Traffic.Send(b, "10.0.0.1:5004", 10, 1_000_000);
        world.RunUntil(() => atA.Completion.IsCompleted, Traffic.Limit);

        Assert.That(atASink.Numbers, Has.Count.EqualTo(10));
        Assert.That(atBSink.Numbers, Is.Empty);
        _ = atB.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask();
        world.RunUntil(() => atB.Completion.IsCompleted, Traffic.Limit);
        Traffic.RunToEnd(world, fromA, fromB);
    }

    private static IEnumerable<long> Gaps(Result result) =>
        result.TimesNs.Zip(result.TimesNs.Skip(1)).Select(pair => pair.Second - pair.First);
}
