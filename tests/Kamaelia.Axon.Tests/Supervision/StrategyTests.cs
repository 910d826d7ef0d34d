namespace Kamaelia.Axon.Tests.Supervision;

public sealed class StrategyTests
{
    [TestCase(SupervisionStrategy.OneForOne, "-b", "+b")]
    [TestCase(SupervisionStrategy.OneForAll, "-b -d -c -a", "+a +b +c +d")]
    [TestCase(SupervisionStrategy.RestForOne, "-b -d -c", "+b +c +d")]
    public async Task Fault_OfOneChild_RestartsWhomTheStrategyNamesInOrder(
        SupervisionStrategy strategy, string stopped, string started)
    {
        await using var group = new Group(Group.Plain with { Strategy = strategy });
        group.Frail("a");
        var b = group.Frail("b");
        group.Frail("c");
        group.Frail("d");
        var feeder = group.FeederOf(b);
        group.Start();
        Assert.That(group.TakeLog(), Is.EqualTo("+a +b +c +d"));

        feeder.Send(-1);
        Assert.That(group.TakeLog(), Is.EqualTo(stopped));
        group.Advance(99);
        Assert.That(group.Log, Is.Empty);
        group.Advance(1);

        Assert.That(group.TakeLog(), Is.EqualTo(started));
        Assert.That(group.Restarts.Select(r => r.Path),
            Is.EqualTo(started.Split(' ').Select(s => $"/test/group/{s[1..]}")));
        Assert.That(group.Faults.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Siblings_OfAFault_AreStoppedOneAfterTheOther()
    {
        await using var group = new Group(Group.Plain with { Strategy = SupervisionStrategy.OneForAll });
        var ending = new TaskCompletionSource();
        var a = group.Frail("a");
        group.Frail("b");
        group.Supervisor.Add("c", () => new Deaf(group.Log, "c", ending.Task));
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1);

        Assert.That(group.TakeLog(), Is.EqualTo("+a +b +c -a"), "b may only be stopped when c has ended.");
        ending.SetResult();
        await group.Manual.RunUntil(() => group.Log.Contains("-b"), "b is stopped");
        group.Advance(100);
        Assert.That(group.TakeLog(), Is.EqualTo("-b +a +b +c"));
    }

    [Test]
    public async Task Sibling_ThatDoesNotEnd_IsAbandonedByNameAndTheOthersGoOn()
    {
        await using var group = new Group(Group.Plain with { Strategy = SupervisionStrategy.OneForAll });
        var ending = new TaskCompletionSource();
        var a = group.Frail("a");
        group.Frail("b");
        var c = group.Supervisor.Add("c", () => new Deaf(group.Log, "c", ending.Task) { Name = "deaf" });
        var feeder = group.FeederOf(a);
        group.Start();
        feeder.Send(-1);
        group.TakeLog();

        group.Advance(4999);
        Assert.That(group.Log, Is.Empty);
        group.Advance(1);

        Assert.That(group.TakeLog(), Is.EqualTo("-b +a +b +c"));
        var abandoned = group.Events.OfType<ComponentAbandoned>().Single();
        Assert.That(abandoned.Path, Is.EqualTo("/test/group/c/deaf"));
        Assert.That(abandoned.Text, Does.Contain("/test/group/c/deaf waits for something outside the graph"));
        var stop = group.Graph.StopAsync().AsTask();
        Assert.That(async () => await group.Manual.Finish(stop), Throws.InstanceOf<GraphAbandonedException>()
            .With.Message.Contain("/test/group/c/deaf"));
        Assert.That(c.State, Is.EqualTo(ComponentState.Running), "Its next instance is deaf too.");
        ending.SetResult();
        await group.Manual.RunUntil(() => c.State == ComponentState.Ended, "all end once the deaf ones do");
    }

    [Test]
    public async Task ChildThatHasDoneItsWork_IsNotStartedWithTheOthers()
    {
        await using var group = new Group(Group.Plain with { Strategy = SupervisionStrategy.OneForAll });
        var a = group.Frail("a");
        var done = group.Supervisor.Add("done", () => Components.Source([7]));
        var recorder = group.RecorderOf(done);
        var feeder = group.FeederOf(a);
        group.Start();
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));

        feeder.Send(-1);
        group.Advance(100);

        Assert.That(group.TakeLog(), Is.EqualTo("+a -a +a"));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 7 }));
        Assert.That(done.Restarts, Is.Zero);
    }

    [Test]
    public async Task TemporaryChild_ThatFalls_EndsItsStreamAndNothingElse()
    {
        await using var group = new Group();
        var a = group.Frail("a", restart: Restart.Temporary);
        group.Frail("b");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(1, -1);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(recorder.InboxEnd!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(group.TakeLog(), Is.EqualTo("+a +b -a"));
        Assert.That(group.Faults.Single().Action, Is.EqualTo(FaultAction.Ignored));
        Assert.That(feeder.Ask(() => feeder.Outbox.IsReceiverEnded));
        await group.Manual.Finish(group.Graph.StopAsync().AsTask());
        Assert.That(group.Graph.Completion.IsCompletedSuccessfully,
            "A fault that a supervisor took is not the graph's.");
    }

    [Test]
    public async Task TemporarySibling_OfOneForAll_IsStoppedAndStaysSo()
    {
        await using var group = new Group(Group.Plain with { Strategy = SupervisionStrategy.OneForAll });
        var a = group.Frail("a");
        var t = group.Frail("t", restart: Restart.Temporary);
        var recorder = group.RecorderOf(t);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1);
        group.Advance(100);

        Assert.That(group.TakeLog(), Is.EqualTo("+a +t -a -t +a"));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Cancelled));
    }

    [Test]
    public async Task PermanentChild_ThatEndsByItself_RunsAgainWhileThereIsSomethingToDo()
    {
        await using var group = new Group();
        var one = group.Supervisor.Add("one", () => Components.Transform<int, int>((from, _) => from.Take(1)),
            Restart.Permanent);
        var recorder = group.RecorderOf(one);
        var feeder = group.FeederOf(one);
        group.Start();

        feeder.Send(1, 2);
        await group.Manual.RunUntil(() => one.Instance is null, "the first has taken its one");
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }));
        group.Advance(100);
        await group.Manual.RunUntil(() => recorder.Received.Count == 2, "the second takes what waited");
        feeder.Finish();
        group.Advance(200);
        await group.Manual.RunUntil(() => recorder.InboxEnd is not null, "no third one starts without input");

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(group.Faults, Is.Empty);
        Assert.That(one.Restarts, Is.InRange(1, 2));
    }

    [Test]
    public async Task TransientChild_ThatEndsByItself_HasDoneItsWork()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(1);
        feeder.Finish();

        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(group.Supervisor.State, Is.EqualTo(ComponentState.Ended));
        await group.Manual.Finish(group.Graph.Completion);
    }

    [Test]
    public async Task Groups_SideBySide_DoNotConcernEachOther()
    {
        await using var group = new Group(Group.Plain with { RestartsMax = 0 }, stopOnFault: false);
        var a = group.Frail("a");
        var other = group.Manual.Add(new Supervisor(Group.Plain) { Name = "other" });
        var b = other.Add("b", () => new Frail(group.Log, "b", n => n < 0));
        var recorder = group.RecorderOf(b);
        var (toA, toB) = (group.FeederOf(a), group.FeederOf(b));
        group.Start();

        toB.Send(1);
        toA.Send(-1);
        toB.Send(2);

        Assert.That(group.Supervisor.End!.Kind, Is.EqualTo(EndKind.Faulted), "The first group gave up.");
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(b.Restarts, Is.Zero);
        toB.Finish();
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
    }
}
