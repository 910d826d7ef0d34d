using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

public sealed class BackPressureTests
{
    [Test]
    public async Task Send_IntoAFullBox_WaitsForRoom()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 2));
        from.Send(1, 2);

        var sending = from.Begin(async () => await from.Outbox.SendAsync(3));
        var waited = !sending.IsCompleted;
        to.Do(() => to.Inbox.TryReceive(out _));
        await graph.Finish(sending);

        Assert.That(waited);
        Assert.That(to.Take(), Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public async Task Producer_WithoutAReader_SendsExactlyTheCapacity()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 99_999)));
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(feeder.Outbox, to.Inbox, new LinkOptions(Capacity: 20));

        graph.Start();

        Assert.That(feeder.Sent, Is.EqualTo(20));
        Assert.That(to.Inbox.Count, Is.EqualTo(20));
    }

    [Test]
    public async Task Taking_FromAFullBox_LetsExactlyThatManyIn()
    {
        await using var graph = new ManualGraph();
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 99_999)));
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(feeder.Outbox, to.Inbox, new LinkOptions(Capacity: 5));
        graph.Start();

        to.Do(() =>
        {
            for (var n = 0; n < 3; n++)
                to.Inbox.TryReceive(out _);
        });

        Assert.That(feeder.Sent, Is.EqualTo(8));
    }

    [Test]
    public async Task Producers_OfOneInbox_ShareItsLimit()
    {
        await using var graph = new ManualGraph();
        var to = graph.Puppet<int>("to");
        to.Inbox.Capacity = 16;
        var producers = Enumerable.Range(0, 4).Select(n => graph.Puppet<int>($"p{n}")).ToArray();
        foreach (var producer in producers)
            graph.Graph.Link(producer.Outbox, to.Inbox);
        graph.Start();

        var accepted = producers.Sum(producer => producer.Ask(() =>
            Enumerable.Range(0, 5).Count(n => producer.Outbox.TrySend(n))));

        Assert.That(accepted, Is.EqualTo(16));
        Assert.That(producers.All(producer => producer.Outbox.Room == 0));
    }

    [Test]
    public async Task Senders_WaitingForRoom_AreServedInTurn()
    {
        await using var graph = new ManualGraph();
        var feeders = Enumerable.Range(0, 4)
            .Select(n => graph.Add(new Feeder<int>(Enumerable.Repeat(n, 100_000))))
            .ToArray();
        var to = graph.Puppet<int>("to");
        foreach (var feeder in feeders)
            graph.Graph.Link(feeder.Outbox, to.Inbox, new LinkOptions(Capacity: 1));
        graph.Start();

        var received = new List<int>();
        for (var n = 0; n < 200; n++)
            received.AddRange(to.Take());

        var counts = Enumerable.Range(0, 4).Select(n => received.Count(message => message == n)).ToArray();
        Assert.That(received, Has.Count.GreaterThanOrEqualTo(200));
        Assert.That(counts.Max() - counts.Min(), Is.LessThanOrEqualTo(2), string.Join(" ", counts));
    }

    [Test]
    public async Task WaitForRoom_OnAFullBox_ComesTrueWhenSomethingIsTaken()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>(new LinkOptions(Capacity: 1));
        from.Send(1);

        var room = from.Begin(async () => await from.Outbox.WaitForRoomAsync());
        var waited = !room.IsCompleted;
        to.Take();

        Assert.That(waited);
        Assert.That(await graph.Finish(room));
        Assert.That(from.Outbox.Room, Is.EqualTo(1));
    }

    [Test]
    public async Task Taking_WhenNobodyWaits_WakesNobody()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();
        from.Send(1);
        var acts = from.Acts;

        to.Take();

        Assert.That(from.Acts, Is.EqualTo(acts));
        Assert.That(graph.Step(), Is.False);
    }

    [Test]
    public async Task PassThrough_InBothDirections_KeepsBackPressure()
    {
        await using var graph = new ManualGraph();
        var nestOut = graph.Add(new Nest<int> { Name = "out" });
        var nestIn = graph.Add(new Nest<int> { Name = "in" });
        var feeder = nestOut.Adopt(new Feeder<int>(Enumerable.Range(0, 100)));
        var to = nestIn.Adopt(new Puppet<int>(graph) { Name = "to" });
        nestOut.Out(feeder.Outbox);
        graph.Graph.Link(nestOut.Outbox, nestIn.Inbox);
        nestIn.In(to.Inbox);
        to.Inbox.Capacity = 3;
        graph.Start();

        var first = feeder.Sent;
        to.Do(() => to.Inbox.TryReceive(out _));

        Assert.That((first, feeder.Sent), Is.EqualTo((3, 4)));
    }
}
