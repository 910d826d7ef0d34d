using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

public sealed class EscalationTests
{
    [Test]
    public async Task InnerSupervisor_ThatGivesUp_IsMadeAnewByTheOuterAndNothingThatWaitedIsLost()
    {
        await using var group = new Group();
        var inner = group.Supervisor.Add("inner", () => Inner(group));
        var feeder = group.Manual.Puppet<int>("feeder");
        var recorder = group.Manual.Add(new Recorder<int> { Name = "recorder" });
        group.Graph.Link(feeder.Outbox, inner.FindInbox("a.inbox"));
        group.Graph.Link(inner.FindOutbox("b.outbox"), recorder.Inbox);
        group.Start();

        feeder.Send(1, -2, 3, 4);
        Assert.That(group.TakeLog(), Is.EqualTo("+a +b -a -b"));
        feeder.Send(5);
        group.Advance(100);
        feeder.Send(6);

        Assert.That(group.TakeLog(), Is.EqualTo("+a +b"));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 3, 4, 5, 6 }));
        Assert.That(recorder.InboxEnd, Is.Null);
        Assert.That(inner.Restarts, Is.EqualTo(1));
        Assert.That(group.Faults.Select(f => (f.Path, f.Action)), Is.EqualTo(new[]
        {
            ("/test/group/inner/supervisor-1/a/frail-1", FaultAction.Escalates),
            ("/test/group/inner/supervisor-1", FaultAction.Restarts),
        }));
        Assert.That(group.Faults.Last().RestartDelay, Is.EqualTo(TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public async Task TemporaryInnerSupervisor_ThatGivesUp_LeavesTheRestAlone()
    {
        await using var group = new Group();
        var inner = group.Supervisor.Add("inner", () => Inner(group), Restart.Temporary);
        var beside = group.Frail("beside");
        var recorder = group.RecorderOf(beside);
        var feeder = group.Manual.Puppet<int>("feeder");
        group.Graph.Link(feeder.Outbox, inner.FindInbox("a.inbox"));
        var (toBeside, fromInner) = (group.FeederOf(beside), group.Manual.Add(new Recorder<int> { Name = "from" }));
        group.Graph.Link(inner.FindOutbox("b.outbox"), fromInner.Inbox);
        group.Start();

        feeder.Send(-1);
        toBeside.Send(7);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 7 }), "P5: a fault in one group does not stop another.");
        Assert.That(fromInner.InboxEnd!.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(group.Supervisor.State, Is.EqualTo(ComponentState.Running));
        Assert.That(group.Graph.Completion.IsCompleted, Is.False);
    }

    [Test]
    public async Task Escalation_StopsTheChildrenInReverseOrderOneAfterTheOther()
    {
        await using var group = new Group(Group.Plain with { RestartsMax = 0 }, stopOnFault: false);
        var ending = new TaskCompletionSource();
        var b = group.Frail("a");
        var faulty = group.Frail("b");
        group.Supervisor.Add("c", () => new Deaf(group.Log, "c", ending.Task) { Name = "deaf" });
        group.Frail("d");
        var feeder = group.FeederOf(faulty);
        group.Start();
        group.TakeLog();

        feeder.Send(-1);
        Assert.That(group.TakeLog(), Is.EqualTo("-b -d"), "c is waited for before a is stopped.");
        group.Advance(5000);

        Assert.That(group.TakeLog(), Is.EqualTo("-a"));
        Assert.That(group.Events.OfType<ComponentAbandoned>().Single().Path, Is.EqualTo("/test/group/c/deaf"));
        Assert.That(group.Supervisor.End!.Exception, Is.InstanceOf<SupervisorEscalatedException>());
        Assert.That(group.Graph.Completion.IsCompleted, Is.False, "The graph still waits for the abandoned one.");
        feeder.Finish();
        ending.SetResult();
        await group.Manual.RunUntil(() => group.Graph.Completion.IsCompleted, "the last one has ended");
        Assert.That(b.End, Is.EqualTo(EndReason.Cancelled));
    }

    [Test]
    public async Task OuterSupervisor_ThatGivesUpToo_IsTheGraphsFaultWithAllCauses()
    {
        await using var group = new Group(Group.Plain with { RestartsMax = 0 });
        var inner = group.Supervisor.Add("inner", () => Inner(group));
        var feeder = group.Manual.Puppet<int>("feeder");
        group.Graph.Link(feeder.Outbox, inner.FindInbox("a.inbox"));
        group.Start();

        feeder.Send(-1);

        var fault = (await Assert.ThrowsAsync<GraphFaultedException>(
            () => group.Manual.Finish(group.Graph.Completion)))!;
        Assert.That(fault.Path, Is.EqualTo("/test/group"));
        Assert.That(fault.InnerException!.InnerException!.InnerException!.Message, Is.EqualTo("a fell at -1"));
        Assert.That(fault.Others, Is.Empty);
    }

    private static Supervisor Inner(Group group)
    {
        var inner = new Supervisor(Group.Plain with { RestartsMax = 0 });
        var a = inner.Add("a", () => new Frail(group.Log, "a", n => n < 0));
        var b = inner.Add("b", () => new Frail(group.Log, "b", n => n < 0));
        inner.Link(a, b);
        return inner;
    }
}
