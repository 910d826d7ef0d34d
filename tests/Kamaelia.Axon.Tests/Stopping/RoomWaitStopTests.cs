using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Stopping;

/// <summary>A sender that always finds room hears of a stop at its next wait, as one that waits does.</summary>
public sealed class RoomWaitStopTests
{
    [TestCase(StopKind.Drain)]
    [TestCase(StopKind.Cancel)]
    public async Task Source_ThatOnlyWaitsForRoom_EndsWithoutBeingAbandoned(StopKind kind)
    {
        await using var graph = new ManualGraph();
        var source = graph.Add(new Flood());
        var sink = graph.Add(new Swallower());
        graph.Graph.Link(source.Outbox, sink.Inbox);
        graph.Graph.Start();
        for (var step = 0; step < 10; step++)
            graph.Step();

        var options = kind == StopKind.Drain ? null : new StopOptions(TimeSpan.Zero);
        var stop = graph.Graph.StopAsync(options).AsTask();
        await graph.Finish(stop);

        Assert.That(source.Outbox.Sent, Is.Positive);
        Assert.That(source.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(source.End!.Kind, Is.Not.EqualTo(EndKind.Faulted));
        Assert.That(sink.Inbox.Received, Is.EqualTo(source.Outbox.Sent).Or.GreaterThanOrEqualTo(
            source.Outbox.Sent - sink.Inbox.Capacity), "a drain delivers what was sent");
    }

    private sealed class Flood : Component
    {
        private Outbox<int>? _outbox;

        public Outbox<int> Outbox => _outbox ??= AddOutbox<int>("outbox", "Numbers.");

        protected override async Run RunAsync(CancellationToken stop)
        {
            var numbers = new int[8];
            while (await Outbox.WaitForRoomAsync(stop))
                Outbox.TrySendBatch(numbers);
        }
    }
}
