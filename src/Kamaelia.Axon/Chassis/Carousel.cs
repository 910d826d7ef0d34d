namespace Kamaelia.Axon;

/// <summary>Runs one component at a time, made to order: a message on <c>next</c> has the factory make the next one.
/// </summary>
/// <typeparam name="TRequest">What the factory makes a component from.</typeparam>
/// <typeparam name="TIn">What passes in to the component of the moment.</typeparam>
/// <typeparam name="TOut">What comes out of it.</typeparam>
/// <remarks>
/// A request while one runs: that one is told to shut down, the request waits until it has ended. When one ends and
/// nothing is queued, "NEXT" goes out on <c>requestNext</c>. What comes to <c>inbox</c> while none runs waits for the
/// next. ProducerFinished on control: queued requests are still served. ShutdownMicroprocess: they are dropped.
/// </remarks>
public sealed class Carousel<TRequest, TIn, TOut> : Component
{
    private static readonly PortInfo[] s_ports =
    [
        PortInfo.Control, PortInfo.Signal, DataPorts.In<TIn>(), DataPorts.Out<TOut>(),
        new("next", PortDirection.In, typeof(TRequest), "What to make the next component from."),
        new("requestNext", PortDirection.Out, typeof(string), "\"NEXT\" when one has ended and none is queued.")
        {
            IsOptional = true,
        },
    ];

    private readonly Func<TRequest, Component> _factory;
    private readonly bool _makeFirstRequest;
    private Inbox<TIn>? _inbox;
    private Outbox<TOut>? _outbox;
    private Inbox<TRequest>? _next;
    private Outbox<string>? _requestNext;
    private Inbox<Component>? _ended;
    private Component? _child;
    private ControlMessage? _finish;

    /// <summary>A carousel around a factory.</summary>
    /// <param name="factory">Makes a component with an "inbox" of TIn and an "outbox" of TOut (either may be missing).
    /// </param>
    /// <param name="makeFirstRequest">Whether to ask on requestNext at the start.</param>
    public Carousel(Func<TRequest, Component> factory, bool makeFirstRequest = false)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _factory = factory;
        _makeFirstRequest = makeFirstRequest;
        Inbox.KeepOpen = true;   // Its end is passed to no component in particular.
        Outbox.KeepOpen = true;  // Components come and go; the stream goes on.
    }

    /// <summary>Data for the component of the moment.</summary>
    public Inbox<TIn> Inbox => _inbox ??= CreateInbox<TIn>(s_ports[2]);

    /// <summary>Data from the component of the moment.</summary>
    public Outbox<TOut> Outbox => _outbox ??= CreateOutbox<TOut>(s_ports[3]);

    /// <summary>What to make the next component from.</summary>
    public Inbox<TRequest> Next => _next ??= CreateInbox<TRequest>(s_ports[4]);

    /// <summary>"NEXT" when one has ended and none is queued.</summary>
    public Outbox<string> RequestNext => _requestNext ??= CreateOutbox<string>(s_ports[5]);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    internal override bool KeepsForNext => true;

    /// <inheritdoc/>
    protected override bool HandlesControl => true;

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) => name switch
    {
        "inbox" => Inbox,
        "outbox" => Outbox,
        "next" => Next,
        "requestNext" => RequestNext,
        _ => base.CreateBox(name),
    };

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        _ended = AddInbox<Component>("_ended", "The component of the moment has ended.");
        _ended.KeepOpen = true;
        if (_makeFirstRequest)
            await RequestNext.SendAsync("NEXT", stop);
        Inbox[] all = [Next, Control, _ended];
        Inbox[] others = [Control, _ended];
        while (true)
        {
            if (_child is null && Next.Count > 0 && _finish is not ShutdownMicroprocess)
                Start();
            else if (_child is null && (_finish is not null || Next.IsEnded))
                break;
            bool mayMake = _child is null || StopRequested == StopKind.None;
            await new AnyAwaitable(NextIsNews ? all : others, stop, orEnd: true);
            ReadControl();
            if (NextIsNews && Next.Count > 0)
                TellChildToStop(new ShutdownMicroprocess(this));
            bool ended = false;
            while (_ended.TryReceive(out Component? child))
                ended |= Drop(child);
            if (ended && mayMake && Next.Count == 0 && _finish is null && !Next.IsEnded)
                await RequestNext.SendAsync("NEXT", stop);
        }
        if (Signal.IsLinked)
            Signal.TrySend(_finish ?? new ProducerFinished(this));
    }

    private bool _told;

    // While a child runs that was told already, more requests only queue.
    private bool NextIsNews => _child is null ? !Next.IsEnded : !_told && !Next.IsEnded;

    private void Start()
    {
        if (!Next.TryReceive(out TRequest? request))
            return;
        _told = false;
        _child = AddChild(_factory(request));
        if (_child.PortInfos.Any(p => p is { Name: "inbox", Direction: PortDirection.In }))
        {
            _child.FindInbox("inbox").TakeOptionsOf(Inbox);
            LinkBoxes(Inbox, _child.FindInbox("inbox"));
        }
        if (_child.PortInfos.Any(p => p is { Name: "outbox", Direction: PortDirection.Out }))
            LinkBoxes(_child.FindOutbox("outbox"), Outbox);
    }

    private bool Drop(Component child)
    {
        if (!ReferenceEquals(child, _child))
            return false;
        _child = null;
        RemoveChild(child);
        return true;
    }

    private void ReadControl()
    {
        while (Control.TryReceive(out ControlMessage? message))
        {
            if (message is not (ProducerFinished or ShutdownMicroprocess))
                continue;
            if (_finish is not ShutdownMicroprocess)
                _finish = message;
            if (_finish is ShutdownMicroprocess || Next.Count == 0)
                TellChildToStop(message);
        }
    }

    private void TellChildToStop(ControlMessage how)
    {
        if (_child is null || _told)
            return;
        _told = how is ShutdownMicroprocess;
        if (_child.ReadsControl)
            _child.Control.ForcePush(how);
        else
            _child.RequestStop(how is ShutdownMicroprocess ? StopKind.Cancel : StopKind.Drain);
    }

    /// <inheritdoc/>
    protected override void OnChildEnded(Component child) => _ended?.ForcePush(child);
}
