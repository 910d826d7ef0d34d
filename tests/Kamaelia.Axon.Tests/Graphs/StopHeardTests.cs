using Kamaelia.Axon.Tests.Harness;
using Kamaelia.Axon.Tests.Supervision;

namespace Kamaelia.Axon.Tests.Graphs;

/// <summary>A stop at an awkward moment: what was accepted is delivered, whoever should hear of it does, and a fault is
/// not lost.</summary>
public sealed partial class StopHeardTests
{
    [Test]
    public async Task Drain_WhileAnInputWaitsForRoom_DeliversAllThatWasAccepted()
    {
        await using var graph = new ManualGraph();
        var to = graph.Puppet<int>("to");
        var input = graph.Graph.Input(to.Inbox);
        to.Inbox.Capacity = 1;
        graph.Start();
        Assert.That(Enumerable.Range(0, 5).Select(input.TryPost), Is.All.True);
        // One is in the inbox, one in the hand of the input, the others behind it.
        await graph.RunUntil(() => to.Inbox.Count == 1, "the first is there");
        await graph.RunUntil(() => input.Outbox.HasPending, "the second waits for room");

        var stop = graph.Graph.StopAsync().AsTask();
        graph.Run();
        var taken = new List<int>();
        for (var round = 0; round < 10; round++)
            taken.AddRange(to.Take());
        to.Finish();
        await graph.Finish(stop);

        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 5)));
    }

    [Test]
    public async Task Drain_RightAfterAPost_IntoAFullInbox_DeliversIt()
    {
        await using var graph = new ManualGraph();
        var to = graph.Puppet<int>("to");
        var input = graph.Graph.Input(to.Inbox);
        to.Inbox.Capacity = 1;
        graph.Start();
        input.TryPost(0);
        await graph.RunUntil(() => to.Inbox.Count == 1, "the first is there");

        Assert.That(Enumerable.Range(1, 3).Select(input.TryPost), Is.All.True);
        var stop = graph.Graph.StopAsync().AsTask(); // The input has not had its turn since.
        await graph.RunUntil(() => input.Outbox.HasPending || input.Outbox.End is not null, "it has now");
        var taken = new List<int>();
        for (var round = 0; round < 10; round++)
            taken.AddRange(to.Take());
        to.Finish();
        await graph.Finish(stop);

        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 4)));
    }

    [Test]
    public async Task Stop_OfOneThatReadsControl_BeforeItTouchedIt_IsHeard(
        [Values(StopKind.Drain, StopKind.Cancel)] StopKind kind, [Values] bool beforeItsFirstTurn)
    {
        await using var graph = new ManualGraph();
        var listener = graph.Add(new Listener());
        var from = graph.Puppet<int>("from");
        graph.Graph.Link(from.Outbox, listener.Inbox);
        graph.Graph.Start();
        if (!beforeItsFirstTurn)
            graph.Run();

        listener.RequestStop(kind);
        if (!beforeItsFirstTurn)
            from.Send(1); // It looks at its control only now.
        graph.Run();

        Assert.That(listener.Heard, Is.EqualTo(
            kind == StopKind.Cancel ? typeof(ShutdownMicroprocess) : typeof(ProducerFinished)));
    }

    [Test]
    public async Task Carousel_WhoseRequestsEndWhileNoneRuns_Ends()
    {
        await using var graph = new ManualGraph();
        var carousel = graph.Add(new Carousel<string, int, int>(name => new Puppet<int>(graph) { Name = name }));
        var requests = graph.Puppet<string>("requests");
        var data = graph.Puppet<int>("data");
        graph.Graph.Link(requests.Outbox, carousel.Next);
        graph.Graph.Link(data.Outbox, carousel.Inbox);
        graph.Graph.Link(carousel.Outbox, data.Inbox);
        graph.Start();

        requests.Finish();

        Assert.That(carousel.State, Is.EqualTo(ComponentState.Ended));
        Assert.That(data.Inbox.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Fault_UnderASupervisorDuringAStop_IsThrownByCompletion()
    {
        await using var group = new Group();
        var child = group.Frail("a");
        var recorder = group.RecorderOf(child);
        var input = group.Graph.Input((Inbox<int>)child.FindInbox("inbox"));
        group.Start();
        foreach (var number in new[] { 1, -2, 3 })
            input.TryPost(number);

        var stop = group.Graph.StopAsync().AsTask(); // Before it has its turn with what was posted.
        group.Manual.Run();
        await group.Manual.Finish(stop);

        var thrown = await Assert.ThrowsAsync<GraphFaultedException>(
            () => group.Manual.Finish(group.Graph.Completion));
        Assert.That(thrown!.ToString(), Does.Contain("a fell at -2"));
        Assert.That(group.Restarts, Is.Empty);
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Fault_ThatWasMendedByARestart_IsNotThrownByCompletion()
    {
        await using var group = new Group();
        var child = group.Frail("a");
        var recorder = group.RecorderOf(child);
        var feeder = group.FeederOf(child);
        group.Start();
        feeder.Send(1, -2, 3);
        group.Advance(1000);

        await group.Manual.Finish(group.Graph.StopAsync().AsTask());
        await group.Manual.Finish(group.Graph.Completion);

        Assert.That(group.Restarts.Count(), Is.EqualTo(1));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 3 }));
    }

    /// <summary>Reads its control, and touches it only after its first message where one came.</summary>
    private sealed partial class Listener : Component
    {
        [Port("One message, or none.")] public partial Inbox<int> Inbox { get; }

        public Type? Heard { get; private set; }

        protected override bool HandlesControl => true;

        protected override async Run RunAsync(CancellationToken stop)
        {
            try
            {
                if (StopRequested == StopKind.None)
                    await Inbox.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                // It looks why.
            }
            if (Control.TryReceive(out var message))
                Heard = message.GetType();
        }
    }
}
