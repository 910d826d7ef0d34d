using Kamaelia.Axon;
using Microsoft.Extensions.Time.Testing;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>A graph that the test itself steps, on its own thread, with a clock that only the test moves.</summary>
internal sealed class ManualGraph : IAsyncDisposable
{
    // Far more rounds than any test needs: a graph that is busy for longer never comes to rest.
    private const int RoundsMax = 1_000_000;

    public ManualGraph(int schedulers = 1, bool stopOnFault = false)
        => Graph = new Graph("test", new GraphOptions
        {
            ManualScheduling = true,
            Schedulers = schedulers,
            Time = Clock,
            StopOnFault = stopOnFault,
            DrainTimeout = TimeSpan.FromSeconds(1),
            CancelTimeout = TimeSpan.FromSeconds(1),
        });

    public FakeTimeProvider Clock { get; } = new();

    public Graph Graph { get; }

    public T Add<T>(T component)
        where T : Component
        => Graph.Add(component);

    public Puppet<T> Puppet<T>(string name)
        => Graph.Add(new Puppet<T>(this) { Name = name });

    /// <summary>Two puppets, linked and started.</summary>
    public (Puppet<T> From, Puppet<T> To) Pair<T>(LinkOptions? options = null)
    {
        var from = Puppet<T>("from");
        var to = Puppet<T>("to");
        Graph.Link(from.Outbox, to.Inbox, options);
        Start();
        return (from, to);
    }

    public void Start()
    {
        Graph.Start();
        Run();
    }

    /// <summary>Steps until nothing is ready any more; fails when that does not come.</summary>
    public void Run()
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (!Step())
                return;
        }
        Assert.Fail($"The graph is still busy after {RoundsMax} rounds.");
    }

    /// <summary>One round of every scheduler. False when none has anything to do any more.</summary>
    public bool Step()
    {
        var busy = false;
        foreach (var scheduler in Graph.Schedulers)
            busy |= scheduler.Step();
        // A later one may have given work to one that rested in this round.
        return busy || Graph.Schedulers.Any(scheduler => scheduler.HasWork);
    }

    /// <summary>How often a component was given its turn.</summary>
    public static unsafe long Activations(Component component)
        => component.Scheduler is { } scheduler ? scheduler.Header->Slots[component.Id].Activations : 0;

    public void Advance(TimeSpan time)
    {
        Clock.Advance(time);
        Run();
    }

    /// <summary>Steps until it holds, with pauses for what takes the thread pool on its way home.</summary>
    public async Task RunUntil(Func<bool> condition, string what)
        => await Bounded.Until(() =>
        {
            Run();
            return condition();
        }, what);

    /// <inheritdoc cref="RunUntil"/>
    public Task RunUntilEnded(Component component)
        => RunUntil(() => component.State == ComponentState.Ended, $"{component.Path} ends");

    /// <summary>Steps and moves the clock until the task is done, so that deadlines pass without waiting.</summary>
    public async Task<T> Finish<T>(Task<T> task)
    {
        await Finish((Task)task);
        return await task;
    }

    /// <inheritdoc cref="Finish{T}"/>
    public async Task Finish(Task task)
    {
        Run(); // What was asked for is done before its time is over.
        for (var second = 0; second < 60 && !task.IsCompleted; second++)
        {
            Advance(TimeSpan.FromSeconds(1));
            // Some continuations take the thread pool on their way.
            for (var pause = 0; pause < 20 && !task.IsCompleted; pause++)
            {
                await Task.Delay(1).ConfigureAwait(false);
                Run();
            }
        }
        Assert.That(task.IsCompleted, "The task is not done after 60 s of the graph's time.");
        await task;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Graph.Completion.IsCompleted)
        {
            // Whether it threw is the test's to ask; here it only has to end.
            await Finish(Task.WhenAny(Graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask()));
        }
        await Graph.DisposeAsync();
    }
}
