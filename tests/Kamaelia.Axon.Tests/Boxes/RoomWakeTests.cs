using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Boxes;

/// <summary>Room for one wakes one sender: if that one does not use it, the next must hear of it.</summary>
public sealed class RoomWakeTests
{
    [Test]
    public async Task SenderThatIsWokenAndDoesNotUseTheRoom_KeepsNobodyWaiting([Values] bool ends)
    {
        await using var graph = new ManualGraph();
        var reader = new Late<int>();
        var idle = graph.Add(new Work<int, int>(async (_, outbox, stop) =>
        {
            outbox.TrySend(1);
            await outbox.WaitForRoomAsync(stop);
            if (!ends)
                await Task.Delay(Timeout.Infinite, stop);
        }));
        var eager = graph.Add(new Feeder<int>([2]));
        graph.Add(reader);
        graph.Graph.Link(idle.Outbox, reader.Inbox, new LinkOptions(Capacity: 1));
        graph.Graph.Link(eager.Outbox, reader.Inbox, new LinkOptions(Capacity: 1));
        graph.Start();
        var before = (reader.Inbox.Count, eager.Sent);

        reader.Go.Ring();
        graph.Run();

        Assert.That(before, Is.EqualTo((1, 0)));
        Assert.That(reader.Received, Is.EqualTo(new[] { 1, 2 }), graph.Graph.DescribeWaits());
        Assert.That(eager.State, Is.EqualTo(ComponentState.Ended));
    }

    [Test]
    public async Task StepAtItsEnd_WokenForRoom_LeavesItToTheOther()
    {
        await using var graph = new ManualGraph();
        var feeds = Enumerable.Range(0, 2).Select(n => graph.Puppet<int>($"feed{n}")).ToArray();
        var steps = feeds.Select(_ => graph.Add(new Same())).ToArray();
        var reader = graph.Add(new Late<int>());
        for (var n = 0; n < 2; n++)
        {
            graph.Graph.Link(feeds[n].Outbox, steps[n].Inbox);
            graph.Graph.Link(steps[n].Outbox, reader.Inbox, new LinkOptions(Capacity: 1));
        }
        graph.Start();
        feeds[1].Send(10);
        feeds[0].Finish(); // At its end, but with no room for what it might still owe: it waits, and is the first.
        feeds[1].Send(11);
        var before = (reader.Inbox.Count, steps[0].State);

        reader.Go.Ring();
        graph.Run();

        Assert.That(before, Is.EqualTo((1, ComponentState.Running)));
        Assert.That(reader.Received, Is.EqualTo(new[] { 10, 11 }), graph.Graph.DescribeWaits());
        Assert.That(steps[0].State, Is.EqualTo(ComponentState.Ended));
    }

    private sealed class Same : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            var count = Math.Min(input.Length, output.Length);
            input[..count].CopyTo(output);
            return new StepResult(count, count);
        }
    }
}
