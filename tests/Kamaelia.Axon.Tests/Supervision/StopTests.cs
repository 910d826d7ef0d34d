using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

/// <summary>A stop in every phase of a group ends it, restarts nothing and leaves nothing.</summary>
public sealed partial class StopTests
{
    public enum Phase
    {
        Unstarted, Starting, Running, WaitingToRestart, StoppingSiblings, Escalating,
    }

    [Test, Combinatorial]
    public async Task Stop_InEveryPhase_EndsAllAndRestartsNothing(
        [Values] Phase phase, [Values(StopKind.Drain, StopKind.Cancel)] StopKind kind, [Values] RestartQueue queue)
    {
        long before = ChunkPool.TotalOutstanding();
        await using (var group = new Group(Group.Plain with
        {
            Strategy = SupervisionStrategy.OneForAll,
            RestartsMax = phase == Phase.Escalating ? 0 : 3,
            Queue = queue,
        }, stopOnFault: false))
        {
            var ending = new TaskCompletionSource();
            var a = group.Supervisor.Add("a", () => new ChunkEater(group.Log));
            group.Supervisor.Add("b", () => new Deaf(group.Log, "b", ending.Task));
            group.Frail("c");
            var feeder = group.Manual.Puppet<Chunk>("feeder");
            group.Graph.Link(feeder.Outbox, (Inbox<Chunk>)a.FindInbox("inbox"));
            if (phase != Phase.Unstarted)
                group.Graph.Start();
            if (phase > Phase.Starting)
                group.Manual.Run();
            if (phase > Phase.Running)
            {
                feeder.Do(() => SendChunks(feeder.Outbox, 5));
                Assert.That(group.TakeLog(), Does.EndWith("-c"), "b does not end yet.");
            }
            if (phase == Phase.WaitingToRestart)
            {
                ending.SetResult();
                await group.Manual.RunUntil(() => group.Supervisor["b"].Instance is null, "all are down");
                feeder.Do(() => SendChunks(feeder.Outbox, 3));
            }
            group.TakeLog();

            Task stop = group.Graph.StopAsync(
                kind == StopKind.Cancel ? new StopOptions(TimeSpan.Zero) : null).AsTask();
            group.Manual.Run();
            ending.TrySetResult();
            await group.Manual.Finish(Task.WhenAny(stop));

            Assert.That(stop.IsCompleted);
            Assert.That(group.Supervisor.State, Is.EqualTo(ComponentState.Ended));
            if (phase > Phase.Starting)
                Assert.That(group.Log, Has.None.StartsWith("+"), "Nothing is started by a stop.");
            Assert.That(group.Restarts, Is.Empty);
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task Cancel_DuringAWait_EndsAtOnce()
    {
        await using var group = new Group(Group.Plain with { BackoffFirst = TimeSpan.FromSeconds(9) });
        var a = group.Frail("a");
        var feeder = group.FeederOf(a);
        group.Start();
        feeder.Send(-1, 2, 3);

        group.Supervisor.RequestStop(StopKind.Cancel);
        group.Manual.Run();

        Assert.That(group.Supervisor.State, Is.EqualTo(ComponentState.Ended), "No time has passed.");
        Assert.That(feeder.Ask(() => feeder.Outbox.IsReceiverEnded), "Its sender hears of it.");
        Assert.That(Group.Counter(a, "dropped"), Is.EqualTo(2));
    }

    [Test]
    public async Task Drain_OfARunningGroup_FinishesWhatIsUnderWay()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();
        feeder.Send(1, 2, 3);

        Task stop = group.Graph.StopAsync().AsTask();
        group.Manual.Run();
        await group.Manual.Finish(stop);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(group.Supervisor.End, Is.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task OneChild_StoppedByItself_EndsItsPlaceAlone()
    {
        await using var group = new Group();
        Supervised a = group.Frail("a", restart: Restart.Permanent), b = group.Frail("b");
        var recorder = group.RecorderOf(a);
        group.FeederOf(a);
        group.FeederOf(b);
        group.Start();

        a.RequestStop(StopKind.Cancel);
        group.Advance(1000);

        Assert.That(a.End, Is.EqualTo(EndReason.Cancelled));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Cancelled));
        Assert.That(b.State, Is.EqualTo(ComponentState.Running));
    }

    [Test]
    public async Task SlowDisposal_OfAnInstance_IsWaitedForBeforeTheNextBegins()
    {
        await using var group = new Group();
        var closing = new TaskCompletionSource();
        int made = 0;
        var a = group.Supervisor.Add("a", () => new Slow(++made == 1 ? closing.Task : Task.CompletedTask));
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1);
        group.Advance(1000);
        Assert.That(a.Instance, Is.Null, "Its port would still be taken.");
        closing.SetResult();
        await group.Manual.RunUntil(() => a.Instance is not null, "then it starts");

        Assert.That(made, Is.EqualTo(2));
    }

    [Test]
    public async Task Threads_RestartsOnThem_EndAtAStopWithNothingLeft()
    {
        for (int round = 0; round < 8; round++)
        {
            await using var graph = new Graph("threads", new GraphOptions { Schedulers = 2 });
            var supervisor = graph.Add(new Supervisor(new SupervisionOptions
            {
                RestartsMax = int.MaxValue,
                BackoffFirst = TimeSpan.FromMilliseconds(0.1),
                BackoffMax = TimeSpan.FromMilliseconds(1),
            }), graph.Schedulers[1]);
            var log = new List<string>();
            var a = supervisor.Add("a", () => new Frail(log, "a", n => n % 7 == 0));
            var source = graph.Add(Components.Source(Enumerable.Range(1, int.MaxValue)));
            int received = 0;
            var sink = graph.Add(Components.Sink<int>(_ => Volatile.Write(ref received, received + 1)));
            graph.Link(source, "outbox", a, "inbox");
            graph.Link(a, "outbox", sink, "inbox");
            graph.Start();
            await Bounded.Until(() => a.Restarts >= 5 && Volatile.Read(ref received) > 20, "it falls and goes on");

            await graph.StopAsync(round % 2 == 0 ? null : new StopOptions(TimeSpan.Zero)).AsTask().Within();

            Assert.That(graph.Completion.IsCompletedSuccessfully, $"{graph.Completion.Exception}");
        }
    }

    private static void SendChunks(Outbox<Chunk> outbox, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var chunk = Chunk.Rent(8);
            if (!outbox.TrySend(chunk))
                chunk.Dispose();
        }
    }

    private sealed partial class ChunkEater(List<string> log) : Component
    {
        [Port("Chunks; the first is too much.")] public partial Inbox<Chunk> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            log.Add("+a");
            if (!await Inbox.WaitAsync(stop))
                return;
            Inbox.TryReceive(out var chunk);
            chunk.Dispose();
            throw new InvalidDataException("too much");
        }
    }

    private sealed partial class Slow(Task closing) : Component
    {
        [Port("Any.")] public partial Inbox<int> Inbox { get; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            if (await Inbox.WaitAsync(stop) && Inbox.TryReceive(out _))
                throw new InvalidDataException("at anything");
        }

        protected override async ValueTask OnEndedAsync(EndReason reason) => await closing;
    }
}
