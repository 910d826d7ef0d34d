namespace Kamaelia.Simulation.Tests.Net;

/// <summary>Multicast: islands, hops, sources, and many receivers.</summary>
[TestFixture]
public sealed class GroupTests
{
    private const string Group = "239.1.1.1:5004";

    private static readonly LinkProfile s_lan = new() { Delay = TimeSpan.FromMicroseconds(200) };

    [Test]
    public void Island_OfAThousandHosts_EachReceivesTheWholeStream()
    {
        using var world = new SimulatedWorld(1);
        var island = world.Network.AddSegment("island", s_lan);
        var sender = world.AddHost("sender");
        island.Attach(sender, "10.0.0.1");
        var receivers = Enumerable.Range(0, 1000).Select(i =>
        {
            var host = world.AddHost($"r{i}");
            island.Attach(host, $"10.1.{i / 250}.{i % 250 + 1}");
            return Traffic.Receive(host, Group, TimeSpan.FromSeconds(1));
        }).ToList();
        world.RunFor(TimeSpan.FromSeconds(1)); // Until all have joined.
        var sending = Traffic.Send(sender, Group, 30, 2_000_000);
        Traffic.RunToEnd(world, [sending, .. receivers.Select(each => each.Graph)]);

        foreach (var (_, sink, _) in receivers)
            Assert.That(sink.Numbers, Is.EqualTo(Enumerable.Range(0, 30)));
    }

    [TestCase(1, new[] { true, false, false })]
    [TestCase(2, new[] { true, true, false })]
    [TestCase(3, new[] { true, true, true })]
    public void Hops_OfADatagram_SayHowFarItGoes(int hops, bool[] hears)
    {
        using var world = new SimulatedWorld(1);
        var segments = Enumerable.Range(0, 3).Select(i => world.Network.AddSegment($"s{i}", s_lan)).ToList();
        world.Network.AddRouter(segments[0], segments[1]);
        world.Network.AddRouter(segments[1], segments[2]);
        world.Network.AddRouter(segments[2], segments[0], forwardsGroups: false);
        Assert.That(Heard(world, segments, hops), Is.EqualTo(hears));
    }

    [Test]
    public void Island_WhoseRouterForwardsNoGroups_KeepsThemIn()
    {
        using var world = new SimulatedWorld(1);
        var segments = Enumerable.Range(0, 2).Select(i => world.Network.AddSegment($"s{i}", s_lan)).ToList();
        world.Network.AddRouter(segments[0], segments[1], forwardsGroups: false);
        Assert.That(Heard(world, segments, 16), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void Ring_OfRouters_DeliversOnceEverywhere()
    {
        using var world = new SimulatedWorld(1);
        var segments = Enumerable.Range(0, 4).Select(i => world.Network.AddSegment($"s{i}", s_lan)).ToList();
        for (int i = 0; i < 4; i++)
            world.Network.AddRouter(segments[i], segments[(i + 1) % 4]);
        Assert.That(Heard(world, segments, 64), Is.EqualTo(new[] { true, true, true, true }));
    }

    // A receiver on each segment, and a sender on the first: who gets all of it, once.
    private static bool[] Heard(SimulatedWorld world, List<NetworkSegment> segments, int hops)
    {
        var sender = world.AddHost("sender");
        segments[0].Attach(sender, "10.9.0.1");
        var receivers = segments.Select((segment, i) =>
        {
            var host = world.AddHost($"r{i}");
            segment.Attach(host, $"10.0.{i}.1");
            return Traffic.Receive(host, Group);
        }).ToList();
        world.RunFor(TimeSpan.FromSeconds(1));
        var sending = Traffic.Send(sender, Group, 20, 1_000_000, hops);
        world.RunFor(TimeSpan.FromSeconds(10));
        foreach (var (_, sink, _) in receivers)
            Assert.That(sink.Numbers, Is.Empty.Or.EqualTo(Enumerable.Range(0, 20)), "all of it once, or nothing");
        Assert.That(sending.Completion.IsCompletedSuccessfully, Is.True);
        return [.. receivers.Select(each => each.Sink.Numbers.Count > 0)];
    }

    [Test]
    public void Receive_FromOneSource_HearsItThroughRouters()
    {
        using var world = new SimulatedWorld(1);
        var (near, far) = (world.Network.AddSegment("near", s_lan), world.Network.AddSegment("far", s_lan));
        world.Network.AddRouter(near, far, new LinkProfile { Delay = TimeSpan.FromMilliseconds(30) });
        var (wanted, other, receiver) = (world.AddHost("wanted"), world.AddHost("other"), world.AddHost("receiver"));
        near.Attach(wanted, "10.0.0.1");
        near.Attach(other, "10.0.0.2");
        far.Attach(receiver, "10.0.1.1");
        var (receiving, sink, _) = Traffic.Receive(receiver, "232.1.1.1:5004", null, "10.0.0.1");
        world.RunFor(TimeSpan.FromSeconds(1));
        var noise = Traffic.Send(other, "232.1.1.1:5004", 500, 1_000_000, hops: 4);
        var sending = Traffic.Send(wanted, "232.1.1.1:5004", 30, 1_000_000, hops: 4);
        Traffic.RunToEnd(world, sending, receiving, noise);

        Assert.That(sink.Numbers, Is.EqualTo(Enumerable.Range(0, 30)));
    }
}
