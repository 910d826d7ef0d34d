using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Files;
using Kamaelia.Simulation.Tests.Net;

namespace Kamaelia.Simulation.Tests.Faults;

/// <summary>Each kind of fault does what it says, at its time, and is over at its end.</summary>
[TestFixture]
public sealed class FaultTests
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);

    private SimulatedWorld _world = null!;
    private SimulatedHost _a = null!, _b = null!;

    [SetUp]
    public void MakeWorld()
    {
        _world = new SimulatedWorld(1);
        (_a, _b) = (_world.AddHost("a"), _world.AddHost("b"));
        var lan = _world.Network.AddSegment("lan", new LinkProfile { Delay = s_ms });
        lan.Attach(_a, "10.0.0.1");
        lan.Attach(_b, "10.0.0.2");
    }

    [TearDown]
    public void EndWorld() => _world.Dispose();

    private void Plan(params Fault[] faults) => new FaultPlan(faults).ApplyTo(_world);

    // A datagram a millisecond, as long as nothing holds it up.
    private (List<int> Numbers, List<long> TimesNs) Stream(int count = 1000)
    {
        var (receiving, sink, _) = Traffic.Receive(_b, "10.0.0.2:5004");
        _world.RunFor(s_ms);
        var sending = Traffic.Send(_a, "10.0.0.2:5004", count, 10_528_000);
        Traffic.RunToEnd(_world, sending, receiving);
        return (sink.Numbers, sink.TimesNs);
    }

    private static long LongestGapMs(List<long> timesNs) =>
        timesNs.Zip(timesNs.Skip(1)).Max(pair => pair.Second - pair.First) / 1_000_000;

    [TestCase(FaultKind.PauseHost, "a")]
    [TestCase(FaultKind.PauseComponent, "a:/sender/udp-sender-2")]
    public void Pause_OfASender_HoldsItUpAndLosesNothing(FaultKind kind, string target)
    {
        Plan(new Fault(300 * s_ms, kind, target, 200 * s_ms));
        var (numbers, timesNs) = Stream();

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(LongestGapMs(timesNs), Is.InRange(198, 205));
    }

    [Test]
    public void PauseComponent_OfTheSink_LetsTheOthersRunOn()
    {
        Plan(new Fault(300 * s_ms, FaultKind.PauseComponent, "b:/receiver/number-sink-2", 100 * s_ms));
        var (numbers, timesNs) = Stream();

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, 1000)), "what came meanwhile waited in its inbox");
        Assert.That(LongestGapMs(timesNs), Is.InRange(97, 103));
    }

    [TestCase(FaultKind.LinkDown, "a")]
    [TestCase(FaultKind.LinkDown, "b")]
    [TestCase(FaultKind.Isolate, "a")]
    [TestCase(FaultKind.Isolate, "b")]
    public void Network_GoneForATime_LosesWhatWasSentMeanwhile(FaultKind kind, string target)
    {
        Plan(new Fault(300 * s_ms, kind, target, 200 * s_ms));
        var (numbers, _) = Stream();

        int gap = numbers.Zip(numbers.Skip(1)).Max(pair => pair.Second - pair.First);
        Assert.That(gap, Is.InRange(195, 205));
        Assert.That(numbers, Has.Count.EqualTo(1000 - gap + 1));
    }

    [Test]
    public void KillComponent_Alone_IsAFaultOfTheGraph()
    {
        var graph = _a.CreateGraph("g");
        graph.Pipe(new NumberSource(1_000_000), Components.Map<Chunk, Chunk>(c => c), new NumberSink { Name = "sink" });
        graph.Start();
        Plan(new Fault(5 * s_ms, FaultKind.KillComponent, "a:/g/sink"));
        _world.RunUntil(() => graph.Completion.IsCompleted, Traffic.Limit);

        var fault = (GraphFaultedException)graph.Completion.Exception!.InnerException!;
        Assert.That(fault.Path, Is.EqualTo("/g/sink"));
        Assert.That(fault.InnerException, Is.InstanceOf<InjectedFaultException>());
        Traffic.AssertNothingLeft(_world);
    }

    [Test]
    public void KillComponent_UnderASupervisor_IsRestarted()
    {
        var graph = _a.CreateGraph("g");
        var sinks = new List<NumberSink>();
        var supervisor = new Supervisor { Name = "sup" };
        var place = supervisor.Add("sink", () =>
        {
            sinks.Add(new NumberSink());
            return sinks[^1];
        });
        var source = graph.Add(new NumberSource(200));
        graph.Add(supervisor);
        graph.Link(source.Outbox, (Inbox<Chunk>)place.FindInbox("inbox"));
        graph.Start();
        _world.RunUntil(() => sinks[0].Numbers.Count > 0, Traffic.Limit);
        Plan(new Fault(default, FaultKind.KillComponent, "a:" + sinks[0].Path));
        Assert.That(_world.RunUntil(() => graph.Completion.IsCompleted, Traffic.Limit), Is.True);

        Assert.That(sinks, Has.Count.EqualTo(2));
        Assert.That(sinks[1].Numbers[^1], Is.EqualTo(199));
        Traffic.AssertNothingLeft(_world);
    }

    [Test]
    public void KillHost_WithADuration_BootsItAgain()
    {
        var sinks = new List<NumberSink>();
        void Boot(SimulatedHost host) => sinks.Add(Traffic.Receive(host, "10.0.0.2:5004", s_ms * 2000).Sink);
        Boot(_b);
        new FaultPlan([new Fault(300 * s_ms, FaultKind.KillHost, "b", 200 * s_ms)]).ApplyTo(_world, Boot);
        var sending = Traffic.Send(_a, "10.0.0.2:5004", 1000, 10_528_000);
        _world.RunUntil(() => sending.Completion.IsCompleted, Traffic.Limit);
        _world.RunFor(TimeSpan.FromSeconds(5));

        Assert.That(sinks, Has.Count.EqualTo(2));
        Assert.That(sinks[0].Numbers, Has.Count.InRange(290, 305));
        Assert.That(sinks[1].Numbers, Has.Count.InRange(490, 505));
        Assert.That(sinks[1].Numbers[^1], Is.EqualTo(999));
        Traffic.AssertNothingLeft(_world);
    }

    [Test]
    public void RefuseMemory_WhileChunksAreRented_IsTheErrorOfARealSystem()
    {
        var graph = _a.CreateGraph("g");
        graph.Pipe(new NumberSource(100_000_000), new NumberSink());
        graph.Start();
        Plan(new Fault(2 * s_ms, FaultKind.RefuseMemory, "a", 5 * s_ms));
        _world.RunUntil(() => graph.Completion.IsCompleted, Traffic.Limit);

        var cause = graph.Completion.Exception!.InnerException!.InnerException;
        Assert.That(cause, Is.InstanceOf<InsufficientMemoryException>());
        Traffic.AssertNothingLeft(_world);
    }

    [Test]
    public void FillDisk_WhileAFileIsWritten_IsAFaultThatSaysHowFarItGot()
    {
        _a.Files.CapacityBytes = 1_000_000;
        var fault = WriteUntilFault(_a, new FileWriter("out"));

        Assert.That(fault.Message, Is.EqualTo(
            "Writing 'out' failed after 1000000 bytes: No space left on device : 'out'"));
        Assert.That(fault.InnerException!.HResult, Is.EqualTo(28), "ENOSPC");
        Assert.That(_a.Files.Read("out"), Has.Length.EqualTo(1_000_000));
        Traffic.AssertNothingLeft(_world);
    }

    [Test]
    public void FillDisk_ByAPlan_StopsTheWriterAtThatTime()
    {
        Plan(new Fault(s_ms, FaultKind.FillDisk, "a", default, Amount: 10_000));
        var fault = WriteUntilFault(_a, new FileWriter("out"));

        Assert.That(fault.Message, Does.StartWith("Writing 'out' failed after ").And.Contain("No space left"));
    }

    [Test]
    public void FewFiles_WhenOneIsOpened_IsUnavailableAndNamed()
    {
        Plan(new Fault(default, FaultKind.FewFiles, "a"));
        _world.RunFor(s_ms);
        var fault = WriteUntilFault(_a, new FileWriter("out"));

        Assert.That(fault.Message, Is.EqualTo("'out' cannot be opened: Too many open files : 'out'"));
        Assert.That(fault.InnerException!.HResult, Is.EqualTo(24), "EMFILE");
    }

    [Test]
    public void FewSockets_WhenOneIsOpened_IsTheErrorOfARealSocket()
    {
        Plan(new Fault(default, FaultKind.FewSockets, "b"));
        _world.RunFor(s_ms);
        var (graph, _, _) = Traffic.Receive(_b, "10.0.0.2:5004");
        _world.RunUntil(() => graph.Completion.IsCompleted, Traffic.Limit);

        var cause = (SocketException)graph.Completion.Exception!.InnerException!.InnerException!;
        Assert.That(cause.SocketErrorCode, Is.EqualTo(SocketError.TooManyOpenSockets));
    }

    [Test]
    public void SlowDiskAndShortWrites_OnTheWay_ChangeNoByte()
    {
        byte[] bytes = new byte[500_000];
        new SimulatedRandom(1, "bytes").Fill(bytes);
        _a.Files.Write("in", bytes);
        Plan(new Fault(default, FaultKind.ShortWrites, "a", default, 7001),
            new Fault(default, FaultKind.SlowDisk, "a", default, 300));
        _world.RunFor(s_ms);
        var graph = _a.CreateGraph("copy");
        graph.Pipe(new FileReader("in") { ChunkBytes = 1000 }, new FileWriter("out") { Sync = true });
        graph.Start();
        Traffic.RunToEnd(_world, graph);

        Assert.That(_a.Files.Read("out").AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(_world.Time.Elapsed, Is.GreaterThan(TimeSpan.FromMicroseconds(300 * (500_000 / 7001))));
    }

    private Exception WriteUntilFault(SimulatedHost host, FileWriter writer)
    {
        var graph = host.CreateGraph("writing");
        graph.Pipe(new NumberSource(1_000_000), writer);
        graph.Start();
        _world.RunUntil(() => graph.Completion.IsCompleted, Traffic.Limit);
        return ((GraphFaultedException)graph.Completion.Exception!.InnerException!).InnerException!;
    }
}
