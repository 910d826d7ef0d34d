using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>Blocking code on a thread of its own, behind ordinary boxes.</summary>
public sealed class ThreadedComponentTests
{
    [Test]
    public async Task Body_RunsOnAThreadOfItsOwn()
    {
        var thread = 0;
        var schedulers = 0;
        var graph = new Graph("threads");
        graph.Add(Bodies.Of(_ => schedulers = Environment.CurrentManagedThreadId));
        Loose(graph, new Threaded((_, _, _) => thread = Environment.CurrentManagedThreadId));

        await graph.RunToEnd();

        Assert.That(thread, Is.Not.Zero.And.Not.EqualTo(schedulers));
    }

    [TestCase(1)]
    [TestCase(64)]
    public async Task Messages_GoInAndOut_InOrder(int capacity)
    {
        var graph = new Graph("threads");
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, 2_000)));
        var doubler = graph.Add(new Threaded((inbox, outbox, _) =>
        {
            while (inbox.Receive(out var number))
                outbox.Send(2 * number);
        }));
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(feeder.Outbox, doubler.Inbox, new LinkOptions(Capacity: capacity));
        graph.Link(doubler.Outbox, recorder.Inbox, new LinkOptions(Capacity: capacity));

        await graph.RunToEnd();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 2_000).Select(n => 2 * n)));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Output_OfAThreadThatHasEnded_IsStillDelivered()
    {
        var graph = new Graph("threads");
        var talker = graph.Add(new Threaded((_, outbox, _) =>
        {
            for (var n = 0; n < 1_000; n++)
                outbox.Send(n);
        }));
        talker.Inbox.KeepOpen = true;
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(talker.Outbox, recorder.Inbox, new LinkOptions(Capacity: 1));

        await graph.RunToEnd();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(0, 1_000)));
    }

    [Test]
    public async Task Input_LeftOver_DoesNotKeepItFromEnding()
    {
        var graph = new Graph("threads");
        var feeder = graph.Add(new Feeder<int>(Enumerable.Range(0, int.MaxValue)));
        var deaf = graph.Add(new Threaded((_, _, _) => { }));
        deaf.Outbox.IsOptional = true;
        graph.Link(feeder.Outbox, deaf.Inbox);

        await graph.RunToEnd();

        Assert.That(deaf.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Exception_InTheThread_IsTheComponentsFault()
    {
        var cause = new InvalidDataException("blocking");
        var graph = new Graph("threads");
        var failing = Loose(graph, new Threaded((_, _, _) => throw cause));

        Assert.That(async () => await graph.RunToEnd(), Throws.Exception);

        Assert.That(failing.End!.Exception, Is.SameAs(cause));
    }

    [Test]
    public async Task Stop_OfAThreadThatWaits_EndsIt()
    {
        var graph = new Graph("threads");
        var waiting = Loose(graph, new Threaded((inbox, _, _) => inbox.Receive(out _)));
        waiting.Inbox.KeepOpen = true;
        graph.Start();
        await Bounded.Until(() => waiting.State == ComponentState.Running, "it runs");

        await graph.StopAsync().AsTask().Within();

        Assert.That(waiting.State, Is.EqualTo(ComponentState.Ended));
    }

    private static Threaded Loose(Graph graph, Threaded component)
    {
        component.Outbox.IsOptional = true;
        return graph.Add(component);
    }

    private sealed class Threaded(Action<BlockingInbox<int>, BlockingOutbox<int>, CancellationToken> body)
        : ThreadedComponent<int, int>
    {
        protected override void RunThread(
            BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop)
            => body(inbox, outbox, stop);
    }
}
