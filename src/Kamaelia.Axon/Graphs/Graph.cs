namespace Kamaelia.Axon;

/// <summary>Components, the linkages between them, and the schedulers they run on.</summary>
/// <remarks>
/// Build it on one thread, then <see cref="Start"/>. While it runs, every public member may be called from any thread;
/// components that are added or linked then are on their scheduler's thread before the call returns.
/// </remarks>
public sealed partial class Graph : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly RootComponent _root;
    private readonly List<Scheduler> _schedulers = [];
    private readonly List<Linkage> _linkages = [];
    private bool _started;

    /// <summary>An empty graph.</summary>
    public Graph(string name = "graph", GraphOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Options = options ?? new GraphOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Schedulers, 1);
        // Whoever steps a graph by hand decides what happens when: nothing of it may go to the thread pool.
        Continuations =
            Options.ManualScheduling ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
        _completion = new TaskCompletionSource(Continuations);
        _stop = new StopMachine(this, Continuations);
        _root = new RootComponent(this);
        long origin = Options.Time.GetTimestamp();
        for (int i = 0; i < Options.Schedulers; i++)
        {
            var scheduler = new Scheduler(new SchedulerOptions
            {
                Name = $"{name}/scheduler-{i}",
                Time = Options.Time,
                BatchMax = Options.BatchMax,
                Origin = origin,
            });
            scheduler.Escaped = e => Report(new CallbackFaulted(scheduler.Name, e));
            _schedulers.Add(scheduler);
        }
        Services = new ServiceDirectory();
    }

    /// <summary>Where whoever awaits an answer of the graph goes on.</summary>
    internal TaskCreationOptions Continuations { get; }

    /// <summary>The first part of every path.</summary>
    public string Name { get; }

    /// <summary>As given.</summary>
    public GraphOptions Options { get; }

    /// <summary>Its threads (or, with manual scheduling, what to step).</summary>
    public IReadOnlyList<Scheduler> Schedulers => _schedulers;

    /// <summary>Boxes and values by name, for components that must find each other.</summary>
    public ServiceDirectory Services { get; }

    /// <summary>The top-level components, ended ones included.</summary>
    public IReadOnlyList<Component> Components
    {
        get
        {
            lock (_lock)
                return _root.Children.ToArray();
        }
    }

    /// <summary>Puts a component into the graph; it starts with the graph, or at once when the graph runs.</summary>
    /// <param name="component">New: it has run nowhere and is in nothing.</param>
    /// <param name="on">Where it shall run; by default the first scheduler.</param>
    public T Add<T>(T component, Scheduler? on = null) where T : Component
    {
        ArgumentNullException.ThrowIfNull(component);
        if (on is not null && !_schedulers.Contains(on))
            throw new ArgumentException($"{on.Name} is not a scheduler of {Name}", nameof(on));
        Scheduler home = on ?? _schedulers[0];
        lock (_lock)
        {
            ThrowIfOver();
            _root.AdoptChild(component);
            component.Home = home;
            Interlocked.Increment(ref _live);
        }
        if (_started)
        {
            Invoke(home, () => component.StartOn(home));
            if (_stop.Reached is var asked and not StopKind.None)
                home.Post(() => component.RequestStop(asked)); // It came too late to be asked with the others.
        }
        return component;
    }

    /// <summary>Where a top-level component runs or will run.</summary>
    public Scheduler PlacementOf(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        Component top = component;
        while (top.Parent is { } parent)
            top = parent;
        return ReferenceEquals(top.Graph, this) && top.Home is { } home
            ? home
            : throw new ArgumentException($"{component.Path} is not in {Name}: add it first", nameof(component));
    }

    /// <summary>Links an outbox to an inbox, across schedulers where they are on different ones.</summary>
    /// <exception cref="LinkException">The outbox is linked already, the inbox has ended, the types differ.</exception>
    public Linkage Link<T>(Outbox<T> from, Inbox<T> to, LinkOptions? options = null) => Link((Outbox)from, to, options);

    /// <inheritdoc cref="Link{T}"/>
    public Linkage Link(Outbox from, Inbox to, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Linkage? linkage;
        do
        {
            // On their own threads they stay; until it is there, one of them may be moved to another.
            Scheduler source = PlacementOf(from.Owner), sink = PlacementOf(to.Owner);
            linkage = ReferenceEquals(source, sink)
                ? Invoke(source, () => IsAt(source, from) && IsAt(sink, to)
                    ? Postman.Link(from, to, null, options) : null)
                : LinkAcross(from, to, source, sink, options);
        }
        while (linkage is null);
        linkage.Options = options;
        lock (_lock)
            _linkages.Add(linkage);
        return linkage;
    }

    /// <summary>Links boxes by name: "outbox" and "inbox" are the default ones.</summary>
    public Linkage Link(Component from, string outbox, Component to, string inbox, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return Link(from.FindOutbox(outbox), to.FindInbox(inbox), options);
    }

    /// <summary>Undoes a linkage: delivered messages stay, the inbox stays open for another.</summary>
    public void Unlink(Linkage linkage)
    {
        ArgumentNullException.ThrowIfNull(linkage);
        lock (_lock)
        {
            if (!_linkages.Remove(linkage))
                return;
        }
        // The crossing behind it ends when it is empty; the inbox beyond stays open.
        EndReason? reason = linkage.Beyond is null ? null : EndReason.Detached;
        Invoke(PlacementOf(linkage.From.Owner), () => Postman.Unlink(linkage, reason));
    }

    /// <summary>Adds components (those not added yet) and links each one's "outbox" to the next one's
    /// "inbox".</summary>
    public Graph Pipe(params ReadOnlySpan<Component> components)
    {
        Component? before = null;
        foreach (Component component in components)
        {
            if (component.Graph is null)
                Add(component);
            if (before is not null)
                Link(before, "outbox", component, "inbox");
            before = component;
        }
        return this;
    }

    private bool IsAt(Scheduler scheduler, Box box) => ReferenceEquals(PlacementOf(box.Owner), scheduler);

    private Linkage? LinkAcross(Outbox from, Inbox to, Scheduler source, Scheduler sink, LinkOptions? options)
    {
        if (options is not null && !Invoke(sink, () => TryApply(to, sink, options)))
            return null;
        (Component egress, Component ingress) = from.MakeCrossing(to.Capacity);
        egress.Name = $"{from.Owner.Name}-{from.Name}-out";
        ingress.Name = $"{to.Owner.Name}-{to.Name}-in-{Interlocked.Increment(ref _crossings)}";
        egress.Name += $"-{_crossings}";
        Add(ingress, sink);
        Add(egress, source);
        bool isThere = Invoke(sink, () => IsAt(sink, to)
            && Postman.Link(ingress.FindOutbox("outbox"), to, null) is not null);
        ((CrossingEnd)ingress).Follow(from, sink);
        Linkage? linkage = isThere
            ? Invoke(source, () => IsAt(source, from) ? Postman.Link(from, egress.FindInbox("inbox"), null) : null)
            : null;
        if (linkage is null) // Another will be made.
            Invoke(source, () => Postman.EndBox(egress.FindInbox("inbox"), EndReason.Detached));
        else
            linkage.Beyond = to;
        return linkage;
    }

    private bool TryApply(Inbox to, Scheduler sink, LinkOptions options)
    {
        if (!IsAt(sink, to))
            return false;
        to.Apply(options);
        return true;
    }

    private int _crossings;

    /// <summary>Runs something on a scheduler's thread and waits for it; at once where there is no such
    /// thread.</summary>
    private T Invoke<T>(Scheduler scheduler, Func<T> action)
    {
        if (!scheduler.IsStarted || ReferenceEquals(Scheduler.Current, scheduler))
            return action();
        ThrowIfOver(); // Nobody would answer.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Post(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        int first = Task.WaitAny([done.Task, _completion.Task], s_invokeTimeout);
        if (first < 0)
            throw new TimeoutException($"{scheduler.Name} did not answer within {s_invokeTimeout.TotalSeconds} s: "
                + "a component on it is blocking its thread");
        if (!done.Task.IsCompleted)
            ThrowIfOver();
        return done.Task.GetAwaiter().GetResult();
    }

    private static readonly TimeSpan s_invokeTimeout = TimeSpan.FromSeconds(10);

    private void Invoke(Scheduler scheduler, Action action) => Invoke(scheduler, () =>
    {
        action();
        return true;
    });

    private void ThrowIfOver()
    {
        if (_over)
            throw new InvalidOperationException($"{Name} has ended: a graph runs once, so make another");
    }
}
