using System.Collections.Concurrent;
using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Graphs;

public sealed class WatchdogTests
{
    [Test]
    public async Task Component_ThatBlocksItsScheduler_IsNamedAndThenLetsGo()
    {
        using var gate = new ManualResetEventSlim();
        await using var graph = new Graph("test", new GraphOptions
        {
            Schedulers = 2,
            WatchdogLimit = TimeSpan.FromMilliseconds(50),
            Resources = GraphResources.System.With<ThreadProbe>(new FakeProbe()),
        });
        var events = Gather(graph, out var subscription);
        using (subscription)
        {
            var blocker = Bodies.Of(_ => gate.Wait(Bounded.Wait, CancellationToken.None));
            blocker.Name = "blocker";
            graph.Add(blocker, graph.Schedulers[1]);
            graph.Start();

            await Bounded.Until(() => events.OfType<ComponentHoldsScheduler>().Any(), "the blocker is named");
            gate.Set();
            await Bounded.Until(() => events.OfType<ComponentLetGo>().Any() || graph.Completion.IsCompleted,
                "it lets go");
        }

        var held = events.OfType<ComponentHoldsScheduler>().Single();
        Assert.That((held.Path, held.Scheduler), Is.EqualTo(("/test/blocker", "test/scheduler-1")));
        Assert.That(held.Held, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50)));
        Assert.That(held.Where, Does.Contain("body of").And.Contain("thread"));
        Assert.That(held.Where, Does.EndWith("; thread test/scheduler-1"));
    }

    [Test]
    public async Task Component_ThatLetsGo_IsSaidToWithHowLongItHeld()
    {
        await using var graph = new Graph("test", new GraphOptions
        {
            WatchdogLimit = TimeSpan.FromMilliseconds(40),
        });
        var events = Gather(graph, out var subscription);
        using (subscription)
        {
            var blocker = Bodies.Async(async stop =>
            {
                Thread.Sleep(300);
                await Task.Delay(Timeout.Infinite, stop);
            });
            blocker.Name = "blocker";
            graph.Add(blocker);
            graph.Start();
            await Bounded.Until(() => events.OfType<ComponentLetGo>().Any(), "it lets go");
        }

        var letGo = events.OfType<ComponentLetGo>().First();
        Assert.That(letGo.Path, Is.EqualTo("/test/blocker"));
        Assert.That(letGo.Held, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(40)));
        await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().Within();
    }

    [Test]
    public async Task Graph_ThatOnlyFlows_IsLeftInPeace()
    {
        await using var graph = new Graph("test", new GraphOptions
        {
            WatchdogLimit = TimeSpan.FromSeconds(20),
        });
        var events = Gather(graph, out var subscription);
        using (subscription)
        {
            graph.Pipe(new Feeder<int>(Enumerable.Range(0, 100_000)), new Relay<int>(), new Recorder<int>());
            await graph.RunToEnd();
        }
        Assert.That(events.OfType<ComponentHoldsScheduler>(), Is.Empty);
    }

    // Says which thread it was asked about, by the name that the scheduler gave it.
    private sealed class FakeProbe : ThreadProbe
    {
        private readonly ConcurrentDictionary<int, string> _names = new();

        public override int CurrentThreadId
        {
            get
            {
                int id = Environment.CurrentManagedThreadId;
                _names[id] = Thread.CurrentThread.Name ?? "";
                return id;
            }
        }

        public override string Describe(int threadId) => $"thread {_names[threadId]}";
    }

    private static ConcurrentQueue<GraphEvent> Gather(Graph graph, out IDisposable subscription)
    {
        var events = new ConcurrentQueue<GraphEvent>();
        subscription = graph.Subscribe(events.Enqueue);
        return events;
    }
}
