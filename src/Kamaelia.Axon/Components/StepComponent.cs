namespace Kamaelia.Axon;

/// <summary>What a step used and made.</summary>
/// <param name="Consumed">Messages of the input that are done with.</param>
/// <param name="Produced">Messages written to the output.</param>
public readonly record struct StepResult(int Consumed, int Produced);

/// <summary>A component that only maps batches: the scheduler hands it a run of messages and a run of free slots.
/// </summary>
/// <typeparam name="TIn">What comes in.</typeparam>
/// <typeparam name="TOut">What goes out.</typeparam>
/// <remarks>The cheapest form, and the shape of a native component. It has no async body and awaits nothing.</remarks>
public abstract class StepComponent<TIn, TOut> : Component
{
    private static readonly PortInfo[] s_ports =
    [
        PortInfo.Control, PortInfo.Signal,
        new("inbox", PortDirection.In, typeof(TIn), "What is to be worked on."),
        new("outbox", PortDirection.Out, typeof(TOut), "What was made of it."),
    ];

    private Inbox<TIn>? _inbox;
    private Outbox<TOut>? _outbox;
    private bool _begun;
    private bool _cancelled;
    private TOut[]? _scratch;
    private int _scratchAt, _scratchEnd;
    private int _heldBack; // Messages that were there at the last step, which needed more.

    /// <summary>What is to be worked on.</summary>
    public Inbox<TIn> Inbox => _inbox ??= CreateInbox<TIn>(PortOf("inbox"));

    /// <summary>What was made of it.</summary>
    public Outbox<TOut> Outbox => _outbox ??= CreateOutbox<TOut>(PortOf("outbox"));

    /// <inheritdoc/>
    /// <remarks>A component may say more of its two ports: it overrides this with the same names.</remarks>
    public override IReadOnlyList<PortInfo> PortInfos => s_ports;

    private PortInfo PortOf(string name) => PortInfos.First(port => port.Name == name);

    /// <inheritdoc/>
    protected override Box? CreateBox(string name) =>
        name switch { "inbox" => Inbox, "outbox" => Outbox, _ => base.CreateBox(name) };

    /// <summary>Works on some of the input. Both spans are borrowed for the call and lie in one piece of the rings, so
    /// there may be more than they show.</summary>
    /// <returns>Consumed nothing and produced nothing: it needs more input than it was shown.</returns>
    /// <remarks>A step that throws has used and made nothing, and what it throws is about the first message: it returns
    /// what it did before a message it cannot handle, and throws when it meets that message again in front. The message
    /// is released with the fault.</remarks>
    protected abstract StepResult Step(ReadOnlySpan<TIn> input, Span<TOut> output);

    /// <summary>After the last input, until it returns 0: what is still owed.</summary>
    protected virtual int Finish(Span<TOut> output) => 0;

    /// <summary>Not used: a step component has no async body.</summary>
    protected sealed override Run RunAsync(CancellationToken stop) => Run.Completed;

    internal override void Begin() => Go();

    internal override void Resume()
    {
        if (_begun)
        {
            Go();
            return;
        }
        _begun = true;
        base.Resume();
    }

    private void Go()
    {
        if (HasControl && Control.Count > 0)
            ActOnControl();
        Exception? fault = null;
        try
        {
            if (!Work())
                return;
        }
        catch (Exception e)
        {
            fault = e;
        }
        for (; _scratchAt < _scratchEnd; _scratchAt++)
            MessageTraits<TOut>.Release(_scratch![_scratchAt]);
        BodyEnded(fault);
    }

    /// <summary>One turn; true when it is over for good.</summary>
    private bool Work()
    {
        Inbox<TIn> inbox = Inbox;
        Outbox<TOut> outbox = Outbox;
        if (_cancelled)
            throw new OperationCanceledException();
        if (outbox.IsReceiverEnded)
            throw new ReceiverEndedException(outbox.Path);
        // A batch that lies across the end of a ring comes in two pieces, and so may the room for it.
        for (int piece = 0; piece < PiecesMax; piece++)
        {
            ReadOnlySpan<TIn> input = inbox.FrontSpan(int.MaxValue);
            Span<TOut> output = Room(outbox, Math.Max(1, input.Length), out bool isScratch);
            if (input.IsEmpty && inbox.IsEnded && !output.IsEmpty)
                return WorkAtEnd(outbox, output, isScratch);
            if (input.IsEmpty || output.IsEmpty || !WorkOnPiece(inbox, outbox, input, output, isScratch))
                break;
        }
        Park(inbox, outbox);
        return false;
    }

    private const int PiecesMax = 3;

    private bool WorkAtEnd(Outbox<TOut> outbox, Span<TOut> output, bool isScratch)
    {
        int made = Finish(output);
        Send(outbox, made, isScratch);
        if (made == 0)
            return true;
        Again();
        return false;
    }

    /// <summary>One step; true when it did something.</summary>
    private bool WorkOnPiece(
        Inbox<TIn> inbox, Outbox<TOut> outbox, ReadOnlySpan<TIn> input, Span<TOut> output, bool isScratch)
    {
        StepResult did = StepOrDropFirst(inbox, input, output);
        if (did.Consumed > 0)
            inbox.Consumed(did.Consumed);
        Send(outbox, did.Produced, isScratch);
        if (did is not { Consumed: 0, Produced: 0 })
        {
            _heldBack = 0;
            return true;
        }
        _heldBack = inbox.Count;
        if (inbox.End is not null || inbox.Count >= inbox.Capacity)
            throw new InvalidOperationException($"{Path} used nothing of {_heldBack} messages and no more can come");
        return false;
    }

    private StepResult StepOrDropFirst(Inbox<TIn> inbox, ReadOnlySpan<TIn> input, Span<TOut> output)
    {
        try
        {
            return Step(input, output);
        }
        catch
        {
            if (inbox.TryReceive(out TIn? met))
                MessageTraits<TIn>.Release(met); // What it cannot handle is not for a later instance either.
            throw;
        }
    }

    /// <summary>Where a step may write: the ring itself, or (byte limits, dropping policies, no linkage) a buffer whose
    /// messages are then sent one by one.</summary>
    private Span<TOut> Room(Outbox<TOut> outbox, int wanted, out bool isScratch)
    {
        isScratch = false;
        if (!FlushScratch(outbox))
            return default; // What was made before comes first, also when a new linkage has room of its own.
        Span<TOut> room = outbox.RoomSpan(wanted, all: true);
        if (!room.IsEmpty || !outbox.MayProceed)
            return room;
        isScratch = true;
        return _scratch ??= new TOut[LinkOptions.DefaultCapacity];
    }

    private void Send(Outbox<TOut> outbox, int count, bool isScratch)
    {
        if (count == 0)
            return;
        if (!isScratch)
        {
            outbox.Produced(count);
            return;
        }
        _scratchAt = 0;
        _scratchEnd = count;
        FlushScratch(outbox);
    }

    private bool FlushScratch(Outbox<TOut> outbox)
    {
        if (_scratchAt < _scratchEnd)
            _scratchAt += outbox.TrySendBatch(_scratch.AsSpan(_scratchAt, _scratchEnd - _scratchAt));
        return _scratchAt == _scratchEnd;
    }

    private unsafe void Park(Inbox<TIn> inbox, Outbox<TOut> outbox)
    {
        Scheduler!.Header->Slots[Id].State = SlotHeader.Parked;
        if (_cancelled || outbox.IsReceiverEnded)
            Again();
        else if (!OwesWork)
            RingOps.WaitForData(inbox.Ring); // Room is of no use without something to fill it.
        else if (outbox.Room == 0 || _scratchAt < _scratchEnd)
            outbox.WaitForRoom();
        else
            Again();
        if (HasControl)
            Control.Ring->Wait = RingHeader.WaitReader;
    }

    private bool OwesWork => Inbox.Count > _heldBack || Inbox.IsEnded || _scratchAt < _scratchEnd;

    private unsafe void Again()
    {
        Scheduler!.Header->Slots[Id].State = SlotHeader.Ready;
        Scheduler.Header->Managed.Push(Id);
    }

    internal override unsafe void OnChange()
    {
        if (Id >= 0)
            RingOps.Wake(Scheduler!.Header, Id);
    }

    internal override void OnStop(StopKind kind, bool isSource)
    {
        _cancelled |= kind == StopKind.Cancel;
        OnChange();
    }

    internal override WaitReport DescribeWait() => OwesWork && Outbox.Room == 0
        ? new WaitReport(WaitKind.Room, Outbox)
        : new WaitReport(Inbox.Count > _heldBack ? WaitKind.None : WaitKind.Data, Inbox);
}
