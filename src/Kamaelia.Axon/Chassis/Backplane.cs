namespace Kamaelia.Axon;

/// <summary>Publish and subscribe by name within a graph: what any <see cref="PublishTo{T}"/> sends, every
/// <see cref="SubscribeTo{T}"/> receives.</summary>
/// <typeparam name="T">The messages. Chunks are shared.</typeparam>
/// <remarks>A subscriber's policy says what happens when it is slow; the default drops the oldest, so that nobody holds
/// the others up. All of one backplane live on one scheduler. When the backplane ends, so do its subscribers' streams.
/// </remarks>
public sealed class Backplane<T> : FanOut<T>
{
    private readonly string _name;
    private InvalidOperationException? _taken;

    /// <summary>A backplane of that name.</summary>
    public Backplane(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name;
        Inbox.KeepOpen = true; // Publishers come and go.
    }

    /// <summary>How many subscribe now.</summary>
    public int SubscriberCount => OutputCount;

    internal static string ServiceName(string name) => $"backplane/{typeof(T).Name}/{name}";

    /// <summary>The backplane, if it is there, takes more, and is on the same scheduler: else null, and
    /// <see cref="Find"/> says why.</summary>
    internal static Backplane<T>? TryFind(Component who, string name) =>
        who.Graph!.Services.TryFind(ServiceName(name), out Inbox? inbox) && inbox.Owner is Backplane<T> found
            && inbox.End is null && ReferenceEquals(found.Scheduler, who.Scheduler) ? found : null;

    /// <summary>The same, or an exception; or null when the user of it is being stopped: a drain may have ended the
    /// backplane before a chassis began what is in it.</summary>
    internal static Backplane<T>? FindUnlessStopped(Component who, string name) =>
        TryFind(who, name) ?? (who.StopRequested == StopKind.None ? Find(who, name) : null);

    internal static Backplane<T> Find(Component who, string name)
    {
        if (!who.Graph!.Services.TryFind(ServiceName(name), out Inbox? inbox) || inbox.Owner is not Backplane<T> found)
            throw new InvalidOperationException($"{who.Path}: there is no backplane '{name}' of {typeof(T).Name}; "
                + "add it to the graph before those that use it");
        return ReferenceEquals(found.Scheduler, who.Scheduler)
            ? found
            : throw new InvalidOperationException($"{who.Path} and {found.Path} are on different schedulers: "
                + "place a backplane's publishers and subscribers where it is");
    }

    internal Linkage Connect(Outbox<T> publisher) => LinkBoxes(publisher, Inbox);

    internal Outbox<T> Subscribe(Inbox<T> inbox, LinkOptions options)
    {
        Outbox<T> outbox = AddCopy("to", "What was published.");
        LinkBoxes(outbox, inbox, options);
        return outbox;
    }

    internal void Unsubscribe(Outbox<T> outbox)
    {
        if (!DropCopy(outbox))
            return;
        outbox.EndStream(); // It leaves of its own accord: its stream was not taken away from it.
        RemoveBox(outbox);
    }

    // Before anything runs, so that it does not matter whose turn comes first.
    internal override void OnPlacing()
    {
        try
        {
            Graph!.Services.Register(ServiceName(_name), Inbox);
        }
        catch (InvalidOperationException taken)
        {
            _taken = taken; // This component's fault, not that of whoever starts the graph.
        }
    }

    private protected override void OnBegin()
    {
        if (_taken is not null)
            throw _taken;
    }

    private protected override void Leave(Outbox<T> outbox) => Unsubscribe(outbox);
}

/// <summary>Sends what comes in to a backplane.</summary>
/// <typeparam name="T">The messages.</typeparam>
public sealed class PublishTo<T> : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.In<T>()];

    private readonly string _name;
    private Inbox<T>? _inbox;

    /// <summary>A publisher to the backplane of that name.</summary>
    public PublishTo(string name) => _name = name;

    /// <summary>What to publish.</summary>
    public Inbox<T> Inbox => _inbox ??= CreateInbox<T>(s_ports[2]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "inbox" ? Inbox : base.CreateBox(name);

    private Outbox<T>? _out;

    // Before anything runs: a stop that comes before its first turn finds it linked, and drains it like the others.
    internal override void OnPlacing()
    {
        if (_out is null && Backplane<T>.TryFind(this, _name) is { } backplane)
            Connect(backplane);
    }

    internal override void OnNeighboursPlaced() => OnPlacing(); // The backplane may have come after this one.

    private void Connect(Backplane<T> backplane)
    {
        _out = AddOutbox<T>("_outbox", "To the backplane.");
        backplane.Connect(_out);
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        if (_out is null && Backplane<T>.FindUnlessStopped(this, _name) is { } backplane)
            Connect(backplane);
        if (_out is not { } out_)
            return;
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out T? message))
                await out_.SendAsync(message, stop);
        }
    }
}

/// <summary>Passes on what is published to a backplane from its start on.</summary>
/// <typeparam name="T">The messages.</typeparam>
public sealed class SubscribeTo<T> : Component
{
    private static readonly PortInfo[] s_ports = [PortInfo.Control, PortInfo.Signal, DataPorts.Out<T>()];

    private readonly string _name;
    private readonly LinkOptions _options;
    private Outbox<T>? _outbox;

    /// <summary>A subscriber to the backplane of that name.</summary>
    /// <param name="name">The backplane's.</param>
    /// <param name="options">What happens when this subscriber is slow; by default the oldest go.</param>
    public SubscribeTo(string name, LinkOptions? options = null)
    {
        _name = name;
        _options = options ?? new LinkOptions(Policy: LinkPolicy.DropOldest);
    }

    /// <summary>What was published.</summary>
    public Outbox<T> Outbox => _outbox ??= CreateOutbox<T>(s_ports[2]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name == "outbox" ? Outbox : base.CreateBox(name);

    private Inbox<T>? _in;
    private Backplane<T>? _backplane;
    private Outbox<T>? _subscription;

    // Before anything runs: what the first publisher says is heard.
    internal override void OnPlacing()
    {
        if (_in is null && Backplane<T>.TryFind(this, _name) is { } backplane)
            Subscribe(backplane);
    }

    internal override void OnNeighboursPlaced() => OnPlacing();

    private void Subscribe(Backplane<T> backplane)
    {
        _in = AddInbox<T>("_inbox", "From the backplane.");
        _backplane = backplane;
        _subscription = backplane.Subscribe(_in, _options);
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        if (_in is null && Backplane<T>.FindUnlessStopped(this, _name) is { } backplane)
            Subscribe(backplane);
        if (_in is not { } inbox)
            return;
        try
        {
            // Without the token, which a drain cancels if it subscribed only now: what waits is still to be passed on.
            while (await inbox.WaitAsync(CancellationToken.None))
            {
                while (inbox.TryReceive(out T? message))
                    await Outbox.SendAsync(message, CancellationToken.None);
            }
        }
        finally
        {
            if (_backplane!.State == ComponentState.Running)
                _backplane.Unsubscribe(_subscription!);
        }
    }
}
