using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

/// <summary>Every kind of component is restarted alike: what met the fault is gone, all else arrives in
/// order.</summary>
public sealed partial class KindTests
{
    private static readonly SupervisionOptions s_often = Group.Plain with
    {
        RestartsMax = 1000,
        BackoffFirst = TimeSpan.FromMilliseconds(1),
        BackoffFactor = 1,
    };

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData((Func<Component>)(() => new Frail([], "a", Bad))).SetArgDisplayNames("async");
        yield return new TestCaseData((Func<Component>)(() => Components.Map<int, int>(n => n % 10 == 3
            ? throw new InvalidDataException($"{n}") : n))).SetArgDisplayNames("map (a step)");
        yield return new TestCaseData((Func<Component>)(() => new StepByStep())).SetArgDisplayNames("step");
        yield return new TestCaseData((Func<Component>)(() => new Work<int, int>(PassTask)))
            .SetArgDisplayNames("task");
        yield return new TestCaseData((Func<Component>)(() => new OnThread())).SetArgDisplayNames("thread");
        yield return new TestCaseData((Func<Component>)(() => new Pipeline(new Frail([], "a", Bad))))
            .SetArgDisplayNames("pipeline of one");
    }

    private static bool Bad(int n) => n % 10 == 3;

    [TestCaseSource(nameof(Kinds))]
    public async Task Child_OfAnyKind_LosesOnlyWhatItFellOver(Func<Component> make)
    {
        await using var group = new Group(s_often);
        var a = group.Supervisor.Add("a", make);
        var recorder = group.RecorderOf(a);
        var feeder = group.Manual.Add(new Feeder<int>(Enumerable.Range(1, 100)));
        group.Graph.Link(feeder.Outbox, (Inbox<int>)a.FindInbox("inbox"));
        group.Start();

        await Bounded.Until(() =>
        {
            group.Advance(1);
            return recorder.InboxEnd is not null;
        }, "all has come through");

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(1, 100).Where(n => !Bad(n))));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(group.Faults.Count(), Is.EqualTo(10));
        Assert.That(group.Faults.Select(f => f.MessageNumber),
            Is.EqualTo(new long?[] { 3, 10, 10, 10, 10, 10, 10, 10, 10, 10 }));
        Assert.That(a.Restarts, Is.EqualTo(10));
    }

    [Test]
    public async Task Chassis_WhoseInnerComponentFalls_IsStoppedAndMadeAnewAsAWhole()
    {
        await using var group = new Group();
        var both = group.Supervisor.Add("both", () => new Pipeline(
            new Frail(group.Log, "first", n => n == -1), new Frail(group.Log, "second", n => n == -2)));
        var recorder = group.RecorderOf(both);
        var feeder = group.FeederOf(both);
        group.Start();
        group.TakeLog();

        feeder.Send(1, -2);
        Assert.That(group.TakeLog(), Is.EqualTo("-second -first"));
        feeder.Send(3);
        group.Advance(100);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(group.Faults.Single().Path, Is.EqualTo("/test/group/both/pipeline-1/frail-2"));
        Assert.That(group.Restarts.Single().Path, Is.EqualTo("/test/group/both"));
    }

    [Test]
    public async Task Chassis_ManyOfWhoseComponentsFall_IsRestartedOnceAndEachFaultIsTold()
    {
        await using var group = new Group();
        var both = group.Supervisor.Add("both", () => new Pipeline(
            new Frail(group.Log, "first", n => n < 0), new Work<int, int>((_, _, stop) => FallWhenTold(stop))));
        var feeder = group.FeederOf(both);
        group.Start();

        feeder.Send(-1);
        await group.Manual.RunUntil(() => group.Faults.Count() == 2, "the second falls when it is told to stop");
        group.Advance(100);

        Assert.That(group.Faults.Select(f => f.Action), Is.All.EqualTo(FaultAction.Restarts));
        Assert.That(both.Restarts, Is.EqualTo(1));
    }

    [Test]
    public async Task Child_OnAnotherScheduler_IsRestartedThereAndTheCrossingStays()
    {
        await using var graph = new Graph("two", new GraphOptions { Schedulers = 2 });
        var supervisor = graph.Add(new Supervisor(s_often), graph.Schedulers[1]);
        var a = supervisor.Add("a", () => new Frail([], "a", Bad));
        var source = graph.Add(Components.Source(Enumerable.Range(1, 1000)));
        var recorder = graph.Add(new Recorder<int>());
        graph.Link(source, "outbox", a, "inbox");
        graph.Link(a, "outbox", recorder, "inbox");

        await graph.RunToEnd();

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(1, 1000).Where(n => !Bad(n))));
        Assert.That(a.Restarts, Is.EqualTo(100));
    }

    [Test]
    public async Task Events_OfFaults_ComeExactlyOnceEach()
    {
        await using var group = new Group(s_often);
        var children = Enumerable.Range(0, 5).Select(i => group.Frail($"c{i}")).ToList();
        var feeders = children.ConvertAll(c => group.FeederOf(c));
        group.Start();

        for (int round = 0; round < 10; round++)
        {
            feeders.ForEach(f => f.Send(-1));
            group.Advance(1);
        }

        Assert.That(group.Faults.Count(), Is.EqualTo(50));
        Assert.That(group.Faults.Select(f => f.Exception), Is.Unique);
        Assert.That(group.Faults.Select(f => f.Path), Is.Unique, "Each instance has a path of its own.");
        Assert.That(group.Faults.Select(f => f.Action), Is.All.EqualTo(FaultAction.Restarts));
        Assert.That(group.Restarts.Count(), Is.EqualTo(50));
    }

    [Test]
    public async Task FaultOfAComponentNobodySupervises_SaysWhatItDoesToTheGraph(
        [Values] bool stopOnFault)
    {
        await using var group = new Group(stopOnFault: stopOnFault);
        var alone = group.Manual.Add(new Frail(group.Log, "alone", n => n < 0));
        var feeder = group.Manual.Puppet<int>("feeder");
        group.Graph.Link(feeder.Outbox, alone.Inbox);
        group.Frail("a");
        group.Start();

        feeder.Send(1, 2, -3);

        var fault = group.Faults.Single();
        Assert.That((fault.MessageNumber, fault.Action, fault.RestartDelay),
            Is.EqualTo((3L, stopOnFault ? FaultAction.StopsGraph : FaultAction.Ignored, (TimeSpan?)null)));
    }

    [Test]
    public async Task Snapshot_OfAGroup_ShowsThePlacesTheInstancesAndTheRestarts()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();
        feeder.Send(1, -2);
        group.Advance(100);
        feeder.Send(3);

        var snapshot = group.Graph.Snapshot();

        var supervisor = snapshot.Components.Single(c => c.Path == "/test/group");
        var place = supervisor.Children.Single();
        Assert.That((supervisor.Type, place.Type, place.Path),
            Is.EqualTo(("Supervisor", "Supervised", "/test/group/a")));
        Assert.That(place.Children.Single().Path, Is.EqualTo("/test/group/a/frail-2"));
        Assert.That(place.Counters, Does.Contain(KeyValuePair.Create("restarts", 1L)));
        Assert.That(supervisor.Counters, Does.Contain(KeyValuePair.Create("restarts", 1L)));
        Assert.That(place.Boxes.Single(b => b.Name == "outbox").Messages, Is.EqualTo(2), "Of both instances.");
        Assert.That(snapshot.ToDot(), Does.Contain("\"/test/to-a\" -> \"/test/group/a\""));
        Assert.That(snapshot.ToJson(), Does.Contain("frail-2"));
    }

    private static async Task PassTask(Inbox<int> inbox, Outbox<int> outbox, CancellationToken stop)
    {
        while (await inbox.WaitAsync(stop))
        {
            while (inbox.TryReceive(out int n))
            {
                if (Bad(n))
                    throw new InvalidDataException($"{n}");
                await outbox.SendAsync(n, stop);
            }
        }
    }

    private static async Task FallWhenTold(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidDataException("not like this");
        }
    }

    /// <summary>As steps are to be: what was done before a bad message is returned, and it throws when that is first.
    /// </summary>
    private sealed class StepByStep : StepComponent<int, int>
    {
        protected override StepResult Step(ReadOnlySpan<int> input, Span<int> output)
        {
            int count = 0;
            for (; count < Math.Min(input.Length, output.Length); count++)
            {
                if (Bad(input[count]))
                    return count > 0 ? new StepResult(count, count) : throw new InvalidDataException($"{input[0]}");
                output[count] = input[count];
            }
            return new StepResult(count, count);
        }
    }

    private sealed class OnThread() : ThreadedComponent<int, int>(queueLength: 4)
    {
        protected override void RunThread(BlockingInbox<int> inbox, BlockingOutbox<int> outbox, CancellationToken stop)
        {
            while (inbox.Receive(out int n))
            {
                if (Bad(n))
                    throw new InvalidDataException($"{n}");
                outbox.Send(n);
            }
        }
    }
}
