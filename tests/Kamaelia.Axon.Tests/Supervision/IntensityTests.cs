namespace Kamaelia.Axon.Tests.Supervision;

public sealed class IntensityTests
{
    private static readonly SupervisionOptions s_atOnce = Group.Plain with { BackoffFirst = TimeSpan.Zero };

    [Test]
    public async Task Restarts_AsManyAsAllowed_AreMade_AndOneMoreEscalates()
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 3 });
        var a = group.Frail("a");
        var b = group.Frail("b");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1, -2, -3, 5);
        Assert.That(a.Restarts, Is.EqualTo(3));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 5 }));
        Assert.That(group.Supervisor.State, Is.EqualTo(ComponentState.Running));
        group.TakeLog();
        feeder.Send(-4);

        Assert.That(group.TakeLog(), Is.EqualTo("-a -b"));
        Assert.That(group.Supervisor.End!.Exception, Is.InstanceOf<SupervisorEscalatedException>());
        Assert.That(group.Faults.Select(f => (f.Path, f.Action)), Is.EqualTo(new[]
        {
            ("/test/group/a/frail-1", FaultAction.Restarts), ("/test/group/a/frail-2", FaultAction.Restarts),
            ("/test/group/a/frail-3", FaultAction.Restarts), ("/test/group/a/frail-4", FaultAction.Escalates),
            ("/test/group", FaultAction.StopsGraph),
        }));
        Assert.That(recorder.InboxEnd!.Exception!.Message, Is.EqualTo("a fell at -4"));
        Assert.That(b.End, Is.EqualTo(EndReason.Cancelled));
    }

    [Test]
    public async Task Escalation_ToTheGraph_ThrowsWhoTheFiguresAndTheLastCause()
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 1, Within = TimeSpan.FromSeconds(2) });
        var feeder = group.FeederOf(group.Frail("a"));
        group.Start();

        feeder.Send(-1, -2);

        var fault = (await Assert.ThrowsAsync<GraphFaultedException>(
            () => group.Manual.Finish(group.Graph.Completion)))!;
        Assert.That(fault.Path, Is.EqualTo("/test/group"));
        Assert.That(fault.Others, Is.Empty, "Those that were handled are no faults of the graph.");
        var escalated = (SupervisorEscalatedException)fault.InnerException!;
        Assert.That(escalated.Message, Is.EqualTo("/test/group gave up: /test/group/a would need a restart beyond the "
            + "1 allowed within 2 s; the last cause: a fell at -2"));
        Assert.That(escalated.InnerException!.Message, Is.EqualTo("a fell at -2"));
        Assert.That((escalated.RestartsMax, escalated.Within.TotalSeconds), Is.EqualTo((1, 2.0)));
    }

    [TestCase(4999, true)]
    [TestCase(5000, false)]
    public async Task Restart_ThatLiesThePeriodBack_IsForgotten(int ms, bool escalates)
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 1 });
        var a = group.Frail("a");
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1);
        group.Advance(ms);
        feeder.Send(-2);

        Assert.That(group.Supervisor.State == ComponentState.Ended, Is.EqualTo(escalates));
        Assert.That(a.Restarts, Is.EqualTo(escalates ? 1 : 2));
    }

    [Test]
    public async Task Restarts_OfAllChildren_CountTogether()
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 1 });
        var toA = group.FeederOf(group.Frail("a"));
        var toB = group.FeederOf(group.Frail("b"));
        group.Start();

        toA.Send(-1);
        toB.Send(-1);

        Assert.That(group.Supervisor.End!.Kind, Is.EqualTo(EndKind.Faulted));
    }

    [Test]
    public async Task Factory_ThatThrows_IsAFaultOfItsPlace()
    {
        await using var group = new Group(Group.Plain with { RestartsMax = 2 });
        int made = 0;
        var a = group.Supervisor.Add("a", () => ++made is 2
            ? throw new IOException("no port free")
            : new Frail(group.Log, "a", n => n < 0));
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1, 1);
        group.Advance(100);
        Assert.That(recorder.Received, Is.Empty);
        group.Advance(200);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1 }), "What waited was kept through both waits.");
        Assert.That(group.Faults.Select(f => (f.Path, f.Exception.Message, f.RestartDelay!.Value.TotalMilliseconds)),
            Is.EqualTo(new[]
            {
                ("/test/group/a/frail-1", "a fell at -1", 100.0), ("/test/group/a", "no port free", 200.0),
            }));
    }

    [Test]
    public async Task Factory_ThatAlwaysThrowsWithoutAWait_Escalates()
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 50 }, stopOnFault: false);
        int made = 0;
        var feeder = group.FeederOf(group.Supervisor.Add("a", () => made++ > 0
            ? throw new IOException("never again")
            : new Frail(group.Log, "a", n => n < 0)));
        group.Start();

        feeder.Send(-1);

        Assert.That(group.Supervisor.End!.Exception!.InnerException!.Message, Is.EqualTo("never again"));
        Assert.That(made, Is.EqualTo(51));
    }

    [Test]
    public async Task Factory_ThatGivesTheSameTwice_IsAFaultThatSaysSo()
    {
        await using var group = new Group(s_atOnce with { RestartsMax = 1 }, stopOnFault: false);
        var only = new Frail(group.Log, "a", n => n < 0);
        var feeder = group.FeederOf(group.Supervisor.Add("a", () => only));
        group.Start();

        feeder.Send(-1);

        Assert.That(group.Supervisor.End!.Exception!.Message, Does.Contain("make another each time"));
    }

    [Test]
    public void Options_ThatMeanNothing_AreRefused()
    {
        foreach (var options in new SupervisionOptions[]
        {
            new() { RestartsMax = -1 }, new() { Jitter = 1.1 }, new() { Jitter = double.NaN },
            new() { BackoffFactor = 0.5 }, new() { Within = TimeSpan.FromSeconds(-1) },
            new() { StopTimeout = TimeSpan.MaxValue }, new() { BackoffFirst = Timeout.InfiniteTimeSpan },
        })
            Assert.That(() => new Supervisor(options), Throws.InstanceOf<ArgumentOutOfRangeException>(), $"{options}");
    }
}
