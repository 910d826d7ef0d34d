using System.Net;
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Net;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Net;

/// <summary>A socket in the poller of a scheduler that sleeps.</summary>
[TestFixture]
internal sealed class ReadWatchTests
{
    [SetUp]
    public void NeedPoller()
    {
        if (!NativeLibraryInfo.IsAvailable || !OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because there is no native poller here");
    }

    [Test]
    public async Task Watched_WakesItsComponent_UnwatchedDoesNot()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using var graph = new Graph("watching");
        var looker = graph.Add(new Looker(new ReadWatch(socket)));
        graph.Start();
        await Graphs.UntilAsync(() => looker.Looks == 1, "the first look");

        sender.SendTo([1], socket.LocalEndPoint!);
        await Graphs.UntilAsync(() => looker.Looks == 2, "the second look");
        looker.IsUnwatching = true;
        sender.SendTo([2], socket.LocalEndPoint!);
        await Graphs.UntilAsync(() => looker.Looks == 3, "the third look");
        sender.SendTo([3], socket.LocalEndPoint!);
        await Task.Delay(100);

        Assert.That(looker.Looks, Is.EqualTo(3), "nothing wakes it any more");
        await graph.StopAsync(new StopOptions(TimeSpan.Zero));
        Assert.That(looker.End!.Kind, Is.EqualTo(EndKind.Cancelled));
    }

    [Test]
    public async Task Wait_WithAnothersToken_EndsWithIt()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var other = new CancellationTokenSource();
        await using var graph = new Graph("watching");
        var looker = graph.Add(new Looker(new ReadWatch(socket)) { Until = other.Token });
        graph.Start();
        await Graphs.UntilAsync(() => looker.Looks == 1, "the first look");

        await other.CancelAsync();
        await graph.Completion.WaitAsync(Graphs.Bound);

        Assert.That(looker.WasCancelled, Is.True);
    }

    [Test]
    public async Task Wait_InAnOrdinaryAsyncMethod_LooksAgain()
    {
        await using var graph = new Graph("watching");
        graph.Add(Components.Body<Chunk, Chunk>(async (_, outbox, stop) => await HelpAsync(outbox.Owner, stop)))
            .FindOutbox("outbox").IsOptional = true;

        await graph.RunAsync().WaitAsync(Graphs.Bound);

        Assert.That(graph.Completion.IsCompletedSuccessfully);

        static async Task HelpAsync(Component owner, CancellationToken stop) =>
            await new ReadinessAwaitable(owner, stop);
    }

    /// <summary>Counts its looks and reads nothing.</summary>
    private sealed class Looker(ReadWatch watch) : Component
    {
        private int _looks;
        private volatile bool _isUnwatching;

        public int Looks => Volatile.Read(ref _looks);

        public bool IsUnwatching
        {
            set => _isUnwatching = value;
        }

        public CancellationToken? Until { get; init; }

        public bool WasCancelled { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (true)
            {
                if (_isUnwatching)
                    watch.Unwatch();
                else
                    Assert.That(watch.TryWatch(this), Is.True);
                Volatile.Write(ref _looks, _looks + 1);
                try
                {
                    await new ReadinessAwaitable(this, Until ?? stop);
                }
                catch (OperationCanceledException) when (Until is { IsCancellationRequested: true })
                {
                    WasCancelled = true;
                    return;
                }
            }
        }
    }
}
