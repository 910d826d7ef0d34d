using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

/// <summary>Components that add and remove boxes while they run.</summary>
public sealed class AdaptiveTests
{
    [Test]
    public async Task AddedBoxes_HaveTheNameAskedFor_AndWork()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        var outbox = from.NewOutbox<string>("extra");
        var inbox = to.NewInbox<string>("extra");
        graph.Graph.Link(outbox, inbox);
        graph.Run();
        from.Do(() => outbox.TrySend("hello"));

        Assert.That((outbox.Name, inbox.Name), Is.EqualTo(("extra", "extra")));
        Assert.That(to.Ask(() => inbox.TryReceive(out var message) ? message : ""), Is.EqualTo("hello"));
    }

    [TestCase("inbox")]
    [TestCase("outbox")]
    public async Task AddedBoxes_WithATakenName_GetOneThatStartsWithIt(string name)
    {
        await using var graph = new ManualGraph();
        var (puppet, _) = graph.Pair<int>();

        Box first = name == "inbox" ? puppet.NewInbox<int>(name) : puppet.NewOutbox<int>(name);
        Box second = name == "inbox" ? puppet.NewInbox<int>(name) : puppet.NewOutbox<int>(name);

        Assert.That(new[] { first.Name, second.Name }, Is.All.StartsWith(name + "-"));
        Assert.That(first.Name, Is.Not.EqualTo(second.Name));
    }

    [Test]
    public async Task AddAndRemoveOfFour_LeavesTheDeclaredBoxes()
    {
        await using var graph = new ManualGraph();
        var (puppet, _) = graph.Pair<int>();
        var before = puppet.Boxes.Select(box => box.Name).ToArray();

        var added = Enumerable.Range(0, 4).SelectMany(n => new Box[]
        {
            puppet.NewInbox<int>($"in{n}"), puppet.NewOutbox<int>($"out{n}"),
        }).ToArray();
        var between = puppet.Boxes.Count();
        foreach (var box in added)
            puppet.Remove(box);

        Assert.That(between, Is.EqualTo(before.Length + 8));
        Assert.That(puppet.Boxes.Select(box => box.Name), Is.EquivalentTo(before));
        Assert.That(() => puppet.FindInbox("in0"), Throws.ArgumentException);
    }

    [Test]
    public async Task RemovedBox_OfAnotherComponent_IsRefused()
    {
        await using var graph = new ManualGraph();
        var (from, to) = graph.Pair<int>();

        Assert.That(() => from.Remove(to.Inbox), Throws.ArgumentException);
    }

    [Test]
    public async Task RemovedInbox_EndsItsSenders_AndUnlinks()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        graph.Start();
        var inbox = to.NewInbox<int>("extra");
        graph.Graph.Link(from.Outbox, inbox);
        graph.Run();

        to.Remove(inbox);
        graph.Run();

        Assert.That(from.Outbox.IsLinked, Is.False);
        Assert.That(to.Boxes, Does.Not.Contain(inbox));
    }

    [Test]
    public async Task RemovedOutbox_EndsItsReceiver()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        graph.Start();
        var outbox = from.NewOutbox<int>("extra");
        graph.Graph.Link(outbox, to.Inbox);
        graph.Run();
        from.Do(() => outbox.TrySend(1));

        from.Remove(outbox);
        graph.Run();

        Assert.That(to.Take(), Is.EqualTo(new[] { 1 }));
        Assert.That(to.Inbox.IsEnded);
    }

    [Test]
    public async Task ArrayOfBoxes_MadeOnDemand_EachCarryTheirOwn()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = Enumerable.Range(0, 10).Select(n => graph.Puppet<int>($"to{n}")).ToArray();
        graph.Start();

        var outboxes = to.Select((puppet, n) =>
        {
            var outbox = from.NewOutbox<int>($"out{n}");
            graph.Graph.Link(outbox, puppet.Inbox);
            return outbox;
        }).ToArray();
        graph.Run();
        from.Do(() =>
        {
            for (var n = 0; n < 10; n++)
                outboxes[n].TrySend(n);
        });

        Assert.That(to.Select(puppet => puppet.Take().Single()), Is.EqualTo(Enumerable.Range(0, 10)));
    }
}
