using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

public sealed class WaitAnyTests
{
    [Test]
    public async Task WaitAny_OnTwoEmptyBoxes_WaitsForEither()
    {
        await using var graph = new ManualGraph();
        var (from, to) = Two(graph);

        var first = to.Begin(async () => await to.Any(to.Inbox, to.Other));
        var waited = !first.IsCompleted;
        from.Do(() => from.Second.TrySend(2));

        Assert.That(waited);
        Assert.That(await graph.Finish(first));
        Assert.That((to.Inbox.Count, to.Other.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task WaitAny_WhenOneHasData_DoesNotWait()
    {
        await using var graph = new ManualGraph();
        var (from, to) = Two(graph);
        from.Send(1);

        var any = to.Begin(async () => await to.Any(to.Inbox, to.Other));

        Assert.That(any.IsCompletedSuccessfully);
        Assert.That(await any);
    }

    [Test]
    public async Task WaitAny_WithOneEnded_WaitsForTheOther()
    {
        await using var graph = new ManualGraph();
        var (from, to) = Two(graph);
        from.Do(() => from.Outbox.EndStream());

        var any = to.Begin(async () => await to.Any(to.Inbox, to.Other));
        var waited = !any.IsCompleted;
        from.Do(() => from.Second.TrySend(1));

        Assert.That(waited);
        Assert.That(await graph.Finish(any));
    }

    [Test]
    public async Task WaitAny_WhenAllHaveEnded_IsFalse()
    {
        await using var graph = new ManualGraph();
        var (from, to) = Two(graph);

        var any = to.Begin(async () => await to.Any(to.Inbox, to.Other));
        from.Finish();

        Assert.That(await graph.Finish(any), Is.False);
    }

    [Test]
    public async Task WaitAny_WokenByOne_LeavesTheOtherUsable()
    {
        await using var graph = new ManualGraph();
        var (from, to) = Two(graph);

        for (var n = 0; n < 10; n++)
        {
            var any = to.Begin(async () => await to.Any(to.Inbox, to.Other));
            from.Do(() => (n % 2 == 0 ? from.Outbox : from.Second).TrySend(n));
            Assert.That(await graph.Finish(any));
            var taken = to.Ask(() => Puppet<int>.TakeFrom(n % 2 == 0 ? to.Inbox : to.Other));
            Assert.That(taken, Is.EqualTo(new[] { n }));
        }
    }

    [Test]
    public async Task WaitAny_OnDataAndControl_HearsControl()
    {
        await using var graph = new ManualGraph();
        var from = graph.Puppet<int>("from");
        var to = graph.Add(new Puppet<int>(graph) { Name = "to", Handles = true });
        graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Graph.Link(from.Signal, to.Control);
        graph.Start();

        var any = to.Begin(async () => await to.Any(to.Inbox, to.Control));
        from.Do(() => from.Signal.TrySend(new Notify(from, "hello")));

        Assert.That(await graph.Finish(any));
        Assert.That(to.Ask(() => to.Control.TryReceive(out var message) ? message : null),
            Is.EqualTo(new Notify(from, "hello")));
    }

    private static (Puppet<int> From, Puppet<int> To) Two(ManualGraph graph)
    {
        var from = graph.Puppet<int>("from");
        var to = graph.Puppet<int>("to");
        graph.Graph.Link(from.Outbox, to.Inbox);
        graph.Graph.Link(from.Second, to.Other);
        graph.Start();
        return (from, to);
    }
}
