using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Stop.Tests.Parts;

namespace Kamaelia.Stop.Tests;

/// <summary>The graph of a cell, brought to where the stop meets it.</summary>
internal sealed class Scene
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // A bound on hanging, never a measurement.

    private readonly Cell _cell;
    private readonly List<Component> _all = [];
    private readonly Feeder? _fullFeeder;
    private readonly SocketWriter? _writer;
    private readonly Blocker? _blocker;
    private readonly Faulty? _faulty;
    private readonly Gate? _gate;
    private Thread? _starter;

    public Scene(Cell cell, string name, int index)
    {
        _cell = cell;
        Graph = new Graph(name, new GraphOptions
        {
            Schedulers = 2,
            StopOnFault = cell.Blocks,
            DrainTimeout = TimeSpan.FromSeconds(60),
            CancelTimeout = TimeSpan.FromSeconds(60), // The stop of the cell is shorter, and that must count.
        });
        AddFlow();
        switch (cell.Hurdle)
        {
            case Hurdle.FullLinkage:
                _fullFeeder = Add(new Feeder(long.MaxValue), 0);
                Graph.Link(_fullFeeder.Outbox, Add(new Deaf(), 0).Inbox);
                break;
            case Hurdle.PeerNotReading:
                _writer = Add(new SocketWriter(), 0);
                Graph.Link(Add(new Feeder(long.MaxValue), 0).Outbox, _writer.Inbox);
                break;
            case Hurdle.BlockedInASystemCall:
                _blocker = Add(new Blocker(index) { Name = "blocked" }, 0);
                break;
            case Hurdle.NativeComponentBusy when Probe.Missing is null:
                Add(NativeComponents.Create("stop.busy"), 0).Name = "blocked";
                break;
        }
        _faulty = cell.When == When.Faulted ? Add(new Faulty(), 1) : null;
        _gate = cell.When == When.Starting && !cell.FromInside ? Add(new Gate(), 1) : null;
        if (cell.When == When.Draining)
            Add(new Lingerer(), 1);
    }

    public Graph Graph { get; }

    // Chunks on their way between the two schedulers, into native code where there is some.
    private void AddFlow()
    {
        var feeder = Add(new Feeder(200), 0);
        if (Probe.Missing is null)
            Graph.Link(feeder.Outbox, Add(NativeComponents.Create("stop.take"), 1).In());
        else
            Graph.Link(feeder.Outbox, Add(new Deaf(), 1).Inbox);
    }

    public T Add<T>(T component, int scheduler) where T : Component
    {
        _all.Add(component);
        return Graph.Add(component, Graph.Schedulers[scheduler]);
    }

    /// <summary>Everything up to the moment of the stop.</summary>
    public void Prepare()
    {
        if (_cell.When == When.Created)
            return;
        if (_cell.When == When.Starting)
        {
            BeginStart();
            return;
        }
        Graph.Start();
        Until(InTrouble, "the hurdle stands");
        switch (_cell.When)
        {
            case When.Paused:
                var pausing = Graph.PauseAsync().AsTask();
                if (!_cell.Blocks && !pausing.Wait(Patience))
                    throw new TimeoutException("it never paused");
                Until(() => Graph.State == GraphState.Paused, "it is paused");
                break;
            case When.Draining:
                Observe(Graph.StopAsync(new StopOptions(Patience * 3, Patience * 3)).AsTask());
                Until(() => Graph.State == GraphState.Draining, "it drains");
                break;
            case When.Stopped:
                Observe(Graph.StopAsync(Asker.Graces(_cell)).AsTask()).WaitQuietly(Patience);
                Until(() => Graph.State == GraphState.Ended, "it has ended");
                break;
            case When.Faulted:
                _faulty!.Trigger();
                Until(() => _faulty.State == ComponentState.Ended, "it faults");
                break;
        }
    }

    // From inside, the first activation asks: the start is hardly over then. Else the gate holds it up in the middle.
    private void BeginStart()
    {
        _gate?.Arm();
        _starter = new Thread(() =>
        {
            try
            {
                Graph.Start();
            }
            catch (InvalidOperationException)
            {
                // The stop was asked for before it could start.
            }
        }) { IsBackground = true, Name = "starter" };
        _starter.Start();
        _gate?.WaitUntilReached(Patience);
    }

    /// <summary>The stop was asked for, or is about to be: a held-up start goes on.</summary>
    public void OpenGate() => _gate?.Open();

    private bool InTrouble() => _cell.Hurdle switch
    {
        Hurdle.FullLinkage => _fullFeeder!.Sent >= 4,
        Hurdle.PeerNotReading => _writer!.IsWaiting,
        Hurdle.BlockedInASystemCall => _blocker!.HasEntered,
        Hurdle.NativeComponentBusy => Probe.HasEntered,
        _ => true,
    };

    /// <summary>What blocked may go on; nothing was waited for.</summary>
    public void Release()
    {
        Probe.Release();
        _blocker?.Release();
        _writer?.Peer.Dispose();
        if (_starter is not null && !_starter.Join(Patience))
            throw new TimeoutException("the start never returned");
    }

    /// <summary>Components of it that have not ended.</summary>
    public IEnumerable<string> Left() => Graph.Components.Concat(_all).Distinct()
        .Where(component => component.State != ComponentState.Ended).Select(component => component.Path);

    public static void Until(Func<bool> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"never: {what}");
            Thread.Sleep(1);
        }
    }

    private static Task Observe(Task task)
    {
        _ = task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        return task;
    }
}

internal static class Tasks
{
    /// <summary>Waits, whatever comes of it; false when it takes too long.</summary>
    public static bool WaitQuietly(this Task task, TimeSpan patience) =>
        Task.WaitAny([task], patience) == 0;
}
