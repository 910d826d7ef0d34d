using Kamaelia.Axon;
using Kamaelia.Simulation;

namespace Kamaelia.Testing;

/// <summary>Runs one component alone, on a virtual clock, network and disk, in the thread of the test.</summary>
/// <remarks>
/// Its inboxes are fed by the test and its outboxes read by it; nothing happens but in calls of the bench. Every
/// <c>Expect</c> lets the component run until what is expected is there, up to <see cref="Patience"/> of virtual time,
/// and throws <see cref="ExpectationException"/> otherwise. Works in any test framework. One thread.
/// </remarks>
public sealed partial class ComponentBench : IAsyncDisposable
{
    private readonly Dictionary<Box, Feeder> _feeders = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Box, Collector> _collectors = new(ReferenceEqualityComparer.Instance);
    private readonly List<Collector> _inOrder = [];

    private ComponentBench(Component component, ulong seed)
    {
        World = new SimulatedWorld(seed);
        Host = World.AddHost("bench");
        World.Network.AddSegment("net").Attach(Host, "10.0.0.1");
        Component = component;
        Graph = Host.CreateGraph("bench", new GraphOptions { StopOnFault = false });
        Graph.Add(component);
        var linker = new Linker(this);
        foreach (var port in component.PortInfos)
        {
            if (!ReferenceEquals(port, PortInfo.Control) && !ReferenceEquals(port, PortInfo.Signal))
                BoxOf(component, port).Accept(linker);
        }
        Graph.Start();
    }

    private static Box BoxOf(Component component, PortInfo port) => port.Direction == PortDirection.In
        ? component.FindInbox(port.Name)
        : component.FindOutbox(port.Name);

    /// <summary>A bench for a component that has not run yet. It runs when the test first waits for
    /// something.</summary>
    /// <param name="component">Made, and in no graph.</param>
    /// <param name="seed">Of the order in which things happen where there is a choice.</param>
    public static ComponentBench Of(Component component, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(component);
        return new ComponentBench(component, seed);
    }

    /// <summary>What is tested.</summary>
    public Component Component { get; }

    /// <summary>The graph it is in.</summary>
    public Graph Graph { get; }

    /// <summary>The machine it is on: its <see cref="SimulatedHost.Files"/> and
    /// <see cref="SimulatedHost.Network"/> are those the component sees.</summary>
    public SimulatedHost Host { get; }

    /// <summary>The world around: its clock, its random numbers, its network.</summary>
    public SimulatedWorld World { get; }

    /// <summary>How long an expectation waits, of virtual time.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gives messages to an inbox, behind those given before. A chunk is given away.</summary>
    public void Feed<T>(Inbox<T> inbox, params ReadOnlySpan<T> messages) =>
        ((Feeder<T>)FeederOf(inbox)).Feed(messages);

    /// <summary>Gives bytes to an inbox, a chunk each.</summary>
    public void Feed(Inbox<Chunk> inbox, params ReadOnlySpan<byte[]> messages)
    {
        foreach (byte[] message in messages)
        {
            var chunk = Graph.Schedulers[0].Pool.Rent(message.Length); // Where AssertNoLeaks looks.
            message.CopyTo(chunk.Writable);
            Feed(inbox, chunk);
        }
    }

    /// <summary>Ends an inbox, behind what it was fed.</summary>
    public void EndInput(Inbox inbox, EndReason? reason = null) =>
        FeederOf(inbox).Finish(reason ?? EndReason.Completed);

    /// <summary>Lets so much time pass on the component's clock.</summary>
    public void Advance(TimeSpan time) => World.RunFor(time);

    /// <summary>Asks the component to stop, and lets it.</summary>
    public void Stop(StopKind kind = StopKind.Drain)
    {
        Component.RequestStop(kind);
        Until(() => Component.State == ComponentState.Ended, () => $"{Component.Path} to end after a stop ({kind})");
    }

    private Feeder FeederOf(Inbox inbox)
    {
        ArgumentNullException.ThrowIfNull(inbox);
        return _feeders.TryGetValue(inbox, out var feeder)
            ? feeder
            : throw new ArgumentException($"{inbox.Path} is no inbox of {Component.Path}", nameof(inbox));
    }

    private Collector CollectorOf(Outbox outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        return _collectors.TryGetValue(outbox, out var collector)
            ? collector
            : throw new ArgumentException($"{outbox.Path} is no outbox of {Component.Path}", nameof(outbox));
    }

    private void Until(Func<bool> condition, Func<string> expected)
    {
        if (!World.RunUntil(condition, Patience) && !condition())
            throw Unmet(expected());
    }

    private ExpectationException Unmet(string expected)
    {
        string state = Component.End is { } end ? $"it has ended: {end}" : Component.WaitText;
        string outputs = string.Concat(_inOrder.Select(c => $"{Environment.NewLine}  {c.Name}: {c.Describe()}"));
        return new ExpectationException($"expected {expected}; {state}{outputs}{Environment.NewLine}  {World.Repro}",
            Component.End?.Exception);
    }

    /// <summary>Stops what runs, and gives everything back.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await Graph.DisposeAsync().ConfigureAwait(false);
        World.Dispose();
    }

    private void End()
    {
        if (!Graph.Completion.IsCompleted)
        {
            var stopping = Graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask();
            World.RunUntil(() => stopping.IsCompleted && Graph.Completion.IsCompleted, TimeSpan.FromMinutes(1));
        }
        foreach (var collector in _inOrder)
            collector.Release();
    }

    private sealed class Linker(ComponentBench bench) : IBoxVisitor
    {
        public void Visit<T>(Inbox<T> inbox)
        {
            var feeder = bench.Graph.Add(new Feeder<T> { Name = $"feeds-{inbox.Name}" });
            bench.Graph.Link(feeder.Outbox, inbox);
            bench._feeders.Add(inbox, feeder);
        }

        public void Visit<T>(Outbox<T> outbox)
        {
            var collector = bench.Graph.Add(new Collector<T> { Name = outbox.Name });
            bench.Graph.Link(outbox, collector.Inbox);
            bench._collectors.Add(outbox, collector);
            bench._inOrder.Add(collector);
        }
    }
}
