using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using static Kamaelia.Interop.Tests.NativeGraph;

namespace Kamaelia.Interop.Tests;

/// <summary>A scheduler that sleeps in the native poller: datagrams, posts from other threads and timers all wake it.
/// </summary>
public sealed class NativePollerTests : BalancedFixture
{
    private const int Datagrams = 200;

    [SetUp]
    public void NeedLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because the native poller is Linux's");
    }

    private static long PortOf(NativeComponent receiver) =>
        receiver.Counters.Single(counter => counter.Key == "port").Value;

    private static NativeComponent Receiver() =>
        NativeComponents.Create("udp.recv", ("address", "127.0.0.1:0"), ("packets_max", $"{Datagrams}"));

    [Test]
    public async Task Datagrams_FromASocket_WakeTheSleepingScheduler()
    {
        await using var graph = new Graph();
        var receiver = Receiver();
        var sink = new TagSink();
        graph.Pipe(receiver, Pass(), sink);
        graph.Start();
        await UntilAsync(() => PortOf(receiver) != 0);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, (int)PortOf(receiver));
        for (var sent = 0; sent < Datagrams; sent++)
        {
            socket.SendTo(new byte[100], target);
            await UntilAsync(() => receiver.Out().Sent > sent); // One by one, so that it sleeps in between.
        }

        await graph.Completion.WaitAsync(Patience);

        Assert.That(sink.Tags, Has.Count.EqualTo(Datagrams));
        Assert.That(receiver.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Datagrams_BesideComponentsThatNeverRest_AreHeard([Values] bool isNativeBusy)
    {
        await using var graph = new Graph();
        var receiver = Receiver();
        var sink = new TagSink();
        graph.Pipe(receiver, sink);
        Component busy = isNativeBusy ? Source(0) : new EndlessSource();
        graph.Pipe(busy, isNativeBusy ? Pass() : new ManagedPass(), new CountingSink());
        graph.Start();
        await UntilAsync(() => PortOf(receiver) != 0);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, (int)PortOf(receiver));

        for (var sent = 0; sent < Datagrams; sent++)
        {
            socket.SendTo(new byte[100], target);
            await UntilAsync(() => receiver.Out().Sent > sent);
        }
        await UntilAsync(() => sink.State == ComponentState.Ended);
        await graph.StopWithinAsync();

        Assert.That(sink.Tags, Has.Count.EqualTo(Datagrams));
    }

    [Test]
    public async Task Stop_OfASchedulerThatSleepsInThePoller_WakesIt()
    {
        await using var graph = new Graph();
        var receiver = Receiver();
        graph.Pipe(receiver, new TagSink());
        graph.Start();
        await UntilAsync(() => PortOf(receiver) != 0);

        await graph.StopWithinAsync();

        Assert.That(receiver.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Poller_OfASchedulerSteppedByHand_IsLookedAt()
    {
        await using var graph = new Graph("hand", new GraphOptions { ManualScheduling = true });
        var receiver = Receiver();
        var sink = new TagSink();
        graph.Pipe(receiver, sink);
        graph.Start();
        graph.Schedulers[0].RunUntilIdle();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, (int)PortOf(receiver));
        for (var sent = 0; sent < Datagrams; sent++)
            socket.SendTo(new byte[100], target);

        using var limit = new CancellationTokenSource(Patience);
        while (sink.State != ComponentState.Ended && !limit.IsCancellationRequested)
            graph.Schedulers[0].Step();

        Assert.That(sink.Tags, Has.Count.EqualTo(Datagrams));
        await graph.Completion.WaitAsync(Patience);
    }

    [Test]
    public void Wake_AfterTheEnd_IsNothing()
    {
        using var scheduler = new Scheduler();
        var poller = NativePoller.TryCreate(scheduler)!;
        poller.Wake();
        poller.Wait(-1); // Returns at once: it was woken before it slept.
        poller.Dispose();

        Assert.That(poller.Wake, Throws.Nothing);
    }
}
