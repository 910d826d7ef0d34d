using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Scheduling;

/// <summary>Anything can be awaited in a body, and it goes on where it was: on its scheduler's thread.</summary>
public sealed class ForeignAwaitTests
{
    private static readonly (string Name, Func<CancellationToken, Task> Await)[] s_awaits =
    [
        ("Task.Delay", stop => Task.Delay(1, stop)),
        ("Task.Yield", async _ => await Task.Yield()),
        ("Task.Run", stop => Task.Run(() => Thread.Sleep(1), stop)),
        ("Task.Run with a result", async stop => await Task.Run(() => 5, stop)),
        ("ConfigureAwait(false) inside", async stop => await Task.Delay(1, stop).ConfigureAwait(false)),
        ("WhenAll", stop => Task.WhenAll(Task.Delay(1, stop), Task.Delay(2, stop))),
        ("a completion source", Completion),
        ("a channel", ReadChannel),
        ("a pipe", ReadPipe),
        ("a socket", ReadSocket),
        ("a semaphore", WaitSemaphore),
        ("await foreach", ReadStream),
    ];

    private static IEnumerable<TestCaseData> Awaits
        => s_awaits.Select(each => new TestCaseData(each.Await).SetArgDisplayNames(each.Name));

    [TestCaseSource(nameof(Awaits))]
    public async Task ForeignAwait_InATaskBody_ComesHome(Func<CancellationToken, Task> foreign)
    {
        var places = new Places();
        var body = Bodies.Async(async stop =>
        {
            places.Note();
            for (var n = 0; n < 3; n++)
            {
                await foreign(stop);
                places.Note();
            }
        });

        await RunAlone(body);

        places.AssertOne(4);
    }

    [TestCaseSource(nameof(Awaits))]
    public async Task ForeignAwait_InARunBody_ComesHome(Func<CancellationToken, Task> foreign)
    {
        var body = new RunBody(foreign);

        await RunAlone(body);

        body.Places.AssertOne(4);
    }

    [Test]
    public async Task ConfigureAwaitFalse_InARunBody_ComesHomeAllTheSame()
    {
        var body = new Careless();

        await RunAlone(body);

        body.Places.AssertOne(4);
    }

    [Test]
    public async Task Components_OnTwoSchedulers_EachStayOnTheirs()
    {
        var graph = new Graph("two", new GraphOptions { Schedulers = 2 });
        var bodies = Enumerable.Range(0, 20).Select(_ => new RunBody(stop => Task.Delay(1, stop))).ToArray();
        for (var n = 0; n < bodies.Length; n++)
            graph.Add(bodies[n], graph.Schedulers[n % 2]);

        await graph.RunToEnd();

        foreach (var body in bodies)
            body.Places.AssertOne(4);
        var threads = bodies.Select(body => body.Places.Thread).Distinct();
        Assert.That(threads.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task ForeignAwait_ThatThrows_ThrowsInTheBody()
    {
        var caught = "";
        var body = Bodies.Async(async stop =>
        {
            try
            {
                await Task.Run(() => throw new InvalidDataException("from the pool"), stop);
            }
            catch (InvalidDataException error)
            {
                caught = error.Message;
            }
        });

        await RunAlone(body);

        Assert.That(caught, Is.EqualTo("from the pool"));
    }

    private static async Task RunAlone(Component component)
    {
        var graph = new Graph("alone");
        graph.Add(component);
        await graph.RunToEnd();
    }

    private static async Task Completion(CancellationToken stop)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.QueueUserWorkItem(_ => source.SetResult());
        await source.Task.WaitAsync(stop);
    }

    private static async Task ReadChannel(CancellationToken stop)
    {
        var channel = Channel.CreateUnbounded<int>();
        ThreadPool.QueueUserWorkItem(_ => channel.Writer.TryWrite(1));
        await channel.Reader.ReadAsync(stop);
    }

    private static async Task ReadPipe(CancellationToken stop)
    {
        var pipe = new Pipe();
        ThreadPool.QueueUserWorkItem(_ => pipe.Writer.Complete());
        await pipe.Reader.ReadAsync(stop);
    }

    private static async Task ReadSocket(CancellationToken stop)
    {
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var receiving = receiver.ReceiveAsync(new byte[16], stop);
        sender.SendTo([1, 2, 3], receiver.LocalEndPoint!);
        await receiving;
    }

    private static async Task WaitSemaphore(CancellationToken stop)
    {
        using var semaphore = new SemaphoreSlim(0);
        ThreadPool.QueueUserWorkItem(_ => semaphore.Release());
        await semaphore.WaitAsync(stop);
    }

    private static async Task ReadStream(CancellationToken stop)
    {
        await foreach (var _ in Numbers(stop))
        {
        }
    }

    private static async IAsyncEnumerable<int> Numbers([EnumeratorCancellation] CancellationToken stop)
    {
        for (var n = 0; n < 3; n++)
        {
            await Task.Delay(1, stop);
            yield return n;
        }
    }

    private sealed class RunBody(Func<CancellationToken, Task> foreign) : Component
    {
        public Places Places { get; } = new();

        protected override async Run RunAsync(CancellationToken stop)
        {
            Places.Note();
            for (var n = 0; n < 3; n++)
            {
                await foreign(stop);
                Places.Note();
            }
        }
    }

    private sealed class Careless : Component
    {
        public Places Places { get; } = new();

        protected override async Run RunAsync(CancellationToken stop)
        {
            Places.Note();
            await Task.Delay(1, stop).ConfigureAwait(false);
            Places.Note();
            await Task.Run(() => 5, stop).ConfigureAwait(false);
            Places.Note();
            await Task.Yield();
            Places.Note();
        }
    }

    /// <summary>On which threads and schedulers a body ran.</summary>
    private sealed class Places
    {
        private readonly List<(int Thread, Scheduler? Scheduler)> _seen = [];

        public int Thread => _seen[0].Thread;

        public void Note() => _seen.Add((Environment.CurrentManagedThreadId, Scheduler.Current));

        public void AssertOne(int? count)
        {
            Assert.That(_seen, count is { } exact ? Has.Count.EqualTo(exact) : Is.Not.Empty);
            Assert.That(_seen.Distinct().Count(), Is.EqualTo(1), string.Join(" ", _seen));
            Assert.That(_seen[0].Scheduler, Is.Not.Null);
        }
    }
}
