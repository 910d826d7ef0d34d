using Kamaelia.Axon;

namespace Kamaelia.Simulation;

/// <summary>A machine in a simulated world: its clock, and the graphs that run on it.</summary>
/// <remarks>The world's thread only.</remarks>
public sealed partial class SimulatedHost
{
    private readonly List<Graph> _graphs = [];

    internal SimulatedHost(SimulatedWorld world, string name, HostOptions options)
    {
        World = world;
        Name = name;
        Time = new SimulatedTime(world, options);
    }

    /// <summary>The world it is in.</summary>
    public SimulatedWorld World { get; }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>Its own clock.</summary>
    public SimulatedTime Time { get; }

    /// <summary>Its graphs; ended ones included.</summary>
    public IReadOnlyList<Graph> Graphs => _graphs;

    /// <summary>While it is paused nothing on it runs; its clock goes on.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether it was killed.</summary>
    public bool IsDead { get; private set; }

    /// <summary>An empty graph that the world steps: on this host's clock, whatever the options say.</summary>
    public Graph CreateGraph(string name = "graph", GraphOptions? options = null) =>
        CreateGraph(prepared => new Graph(name, prepared), options);

    /// <summary>As <see cref="CreateGraph(string, GraphOptions?)"/>, for a graph that something else builds.</summary>
    /// <param name="make">Makes the graph with exactly the options it is given, and does not start it.</param>
    /// <param name="options">What the host's own are put on top of.</param>
    public Graph CreateGraph(Func<GraphOptions, Graph> make, GraphOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (IsDead)
            throw new InvalidOperationException($"{Name} was killed: restart it first");
        var graph = make(Prepare((options ?? new GraphOptions()) with { Time = Time, ManualScheduling = true }));
        _graphs.Add(graph);
        World.Take(this, graph);
        return graph;
    }

    /// <summary>Nothing on it runs until <see cref="Resume"/>: a machine that swaps, a debugger, a long collection.
    /// </summary>
    public void Pause() => IsPaused = true;

    /// <summary>Goes on.</summary>
    public void Resume() => IsPaused = false;

    /// <summary>A power cut: its network and files are gone at once, then its graphs, without a drain. From inside
    /// a component: when its activation is over.</summary>
    /// <remarks>What the graphs hold is given back, so that a world that kills a thousand hosts does not grow. Nothing
    /// of that is seen from outside.</remarks>
    public void Kill()
    {
        if (IsDead)
            return;
        if (Scheduler.Current is not null)
        {
            World.AtTrueNs(0, Kill);
            return;
        }
        IsDead = true;
        OnKilled();
        World.Drop(this);
    }

    /// <summary>Switched on again, with nothing running.</summary>
    public void Restart()
    {
        Kill();
        IsDead = false;
        IsPaused = false;
        _graphs.Clear();
        OnRestarted();
    }

    private GraphOptions Prepare(GraphOptions options)
    {
        OnGraphCreating(ref options);
        return options;
    }

    // What the network and the files of a host have to do with it lies in other files.
    partial void OnGraphCreating(ref GraphOptions options);

    partial void OnKilled();

    partial void OnRestarted();
}
