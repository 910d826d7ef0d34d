using Kamaelia.Axon;
using Kamaelia.Interop.Native;
using static Kamaelia.Interop.Native.NativeMethods;

namespace Kamaelia.Interop;

/// <summary>A component whose body is native code: an ordinary component in every other way.</summary>
/// <remarks>
/// Its boxes carry chunks and are those of the type's port table. Its body is stepped by <c>kam_sched_run</c>, together
/// with its native neighbours on the same scheduler; managed code sees it again when it has ended. Made by
/// <see cref="NativeComponents.Create"/>.
/// </remarks>
public sealed unsafe partial class NativeComponent : Component, IDisposable
{
    private readonly InstanceHandle _instance;
    private Inbox<Chunk>[] _ins;
    private Outbox<Chunk>[] _outs;
    private readonly NativeCounters _counters;
    private readonly NativeTimer _timer;
    private ControlWatch? _controlWatch;
    private bool _hasBegun;

    internal NativeComponent(NativeComponentType type, ReadOnlySpan<(string Name, string Value)> options)
    {
        Type = type;
        _instance = CreateInstance(type, options);
        _counters = new NativeCounters(_instance);
        _timer = new NativeTimer(this);
        _ins = type.Ports.Where(port => port.Direction == PortDirection.In).Select(CreateInbox<Chunk>).ToArray();
        _outs = type.Ports.Where(port => port.Direction == PortDirection.Out).Select(CreateOutbox<Chunk>).ToArray();
        foreach (var inbox in _ins)
            inbox.Ring->Flags |= RingHeader.Native;
    }

    /// <summary>Its type, as data.</summary>
    public NativeComponentType Type { get; }

    /// <inheritdoc/>
    public override string TypeName => Type.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos => Type.AllPorts;

    /// <summary>The counters of the native code, by name. After its end: as they were then. Any thread.</summary>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters => _counters.Read();

    /// <summary>The inbox of that name, for typed linkages.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Inbox<Chunk> In(string name = "inbox") => (Inbox<Chunk>)FindInbox(name);

    /// <summary>The outbox of that name, for typed linkages.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Outbox<Chunk> Out(string name = "outbox") => (Outbox<Chunk>)FindOutbox(name);

    private static InstanceHandle CreateInstance(
        NativeComponentType type, ReadOnlySpan<(string Name, string Value)> options)
    {
        using var texts = new OptionTexts(options);
        var text = stackalloc byte[NativeStatus.ErrorTextBytes];
        var error = NativeStatus.ErrorInto(text, NativeStatus.ErrorTextBytes);
        kam_instance* instance = null;
        int status;
        fixed (kam_option* first = texts.Span)
            status = kam_instance_create(type.Pointer, first, (uint)texts.Span.Length, &error, &instance);
        NativeStatus.Check(status, error, $"creating {type.Name}");
        return new InstanceHandle(instance);
    }

    // Begin takes its place: the body is not managed code.
    protected override Run RunAsync(CancellationToken stop) => Run.Completed;

    internal override void Begin()
    {
        var scheduler = Scheduler!;
        NativeScheduling.Attach(scheduler);
        Bind(scheduler);
        _hasBegun = true;
        SetBody(this);
        if (HasControl)
            _controlWatch = new ControlWatch(this, scheduler);
        if (StopRequested == StopKind.Cancel)
            kam_instance_stop(_instance.Pointer, KAM_STOP_CANCEL);
        else if (StopToken.IsCancellationRequested)
            kam_instance_stop(_instance.Pointer, KAM_STOP_DRAIN);
        else if (StopRequested == StopKind.Drain)
            MarkDrain();
        // Its first step comes with this turn's native run.
        scheduler.Header->Slots[Id].State = SlotHeader.Ready;
        scheduler.Header->Native.Push(Id);
    }

    private void Bind(Scheduler scheduler)
    {
        var rings = stackalloc kam_ring*[_ins.Length];
        var outlets = stackalloc kam_outlet*[_outs.Length];
        for (var i = 0; i < _ins.Length; i++)
        {
            rings[i] = (kam_ring*)_ins[i].Ring;
            if (!IsFed(_ins[i]))
                rings[i]->flags |= KAM_RING_UNFED;
        }
        for (var i = 0; i < _outs.Length; i++)
            outlets[i] = (kam_outlet*)_outs[i].Outlet;
        var instance = _instance.Pointer;
        var status = kam_instance_bind(instance, (kam_sched*)scheduler.Header, Id, rings, (uint)_ins.Length, outlets,
            (uint)_outs.Length);
        NativeStatus.Check(status, instance->error, $"binding {Path}");
        // From here on it holds on to its scheduler's memory and poller, so no finalizer may free it, whose order
        // against theirs is unknown: an abandoned component is leaked, one that ends is freed in Bury.
        GC.SuppressFinalize(_instance);
    }

    // What it watches is in its scheduler's poller, which knows it by its place there.
    internal override string? MoveObstacle => _hasBegun && (_instance.Pointer->last_answer & KAM_STEP_WAIT_IO) != 0
        ? $"{Path} ({TypeName}) waits for sockets of its scheduler's poller"
        : base.MoveObstacle;

    internal override void OnDeparting()
    {
        _controlWatch?.Remove();
        _controlWatch = null;
    }

    internal override void OnArrived()
    {
        if (!_hasBegun)
            return;
        NativeScheduling.Attach(Scheduler!);
        Bind(Scheduler!);
        if (HasControl)
            _controlWatch = new ControlWatch(this, Scheduler!);
    }

    /// <summary>The first time: it starts. Then only once more: native code has put it into the managed queue, ended.
    /// </summary>
    internal override void Resume()
    {
        if (!_hasBegun)
            base.Resume();
        else
            Bury();
    }

    private void Bury()
    {
        var scheduler = Scheduler!;
        var reason = ReasonOfEnd();
        _controlWatch?.Remove();
        scheduler.Header->Slots[Id].Native = 0; // What is woken from here on, by its own boxes, is nobody.
        scheduler.Header->Slots[Id].Instance = null;
        _counters.Freeze();
        _instance.Dispose();
        BodyEnded(reason);
    }

    private Exception? ReasonOfEnd()
    {
        var instance = _instance.Pointer;
        if (instance->last_answer < 0)
        {
            var text = NativeStatus.TextOf(instance->error);
            var sentence = text.Length > 0 ? $"{Type.Name}: {text}" : "";
            return NativeStatus.ToException(instance->last_answer, sentence, Type.Name);
        }
        // One that ended because nobody reads it any more, as a sender does that is told EPIPE.
        var allRead = _ins.Length > 0 && _ins.All(inbox => inbox.IsEnded);
        var unread = _outs.FirstOrDefault(outbox => outbox.IsReceiverEnded);
        return unread is not null && !allRead ? new ReceiverEndedException(unread.Path) : null;
    }

    internal override void OnStop(StopKind kind, bool isSource)
    {
        if (!_hasBegun || Id < 0)
            return;
        if (kind == StopKind.Cancel)
            kam_instance_stop(_instance.Pointer, KAM_STOP_CANCEL);
        else if (isSource)
            kam_instance_stop(_instance.Pointer, KAM_STOP_DRAIN);
        else
            MarkDrain();
    }

    // It is no source, so it goes on until its input ends; one that also waits for something else hears of it here.
    private void MarkDrain()
    {
        foreach (var inbox in _ins)
            inbox.Ring->Flags |= KAM_RING_DRAINS;
        Wake();
    }

    internal override void OnChange()
    {
        _timer.Look();
        foreach (var outbox in _outs)
        {
            if ((outbox.Outlet->Flags & KAM_OUTLET_ENDED) != 0 && outbox.End is null)
                outbox.EndStream();
        }
        Wake();
    }

    // Its end is not the native code's own, which may still hold on to it: the instance is leaked, as after a stop that
    // abandoned it.
    internal override void OnAbandoned()
    {
        _controlWatch?.Remove();
        _counters.Freeze();
        var slot = Scheduler!.Header->Slots + Id;
        slot->Native = 0;
        slot->Instance = null;
    }

    internal override void SetTimer(Timers timers, long atNs) => _timer.Set(timers, atNs);

    internal override string Kind => Type.Name;

    private void Wake()
    {
        if (_hasBegun && Id >= 0)
            RingOps.Wake(Scheduler!.Header, Id);
    }

    internal override WaitReport DescribeWait()
    {
        if (!_hasBegun || _instance.IsClosed)
            return new WaitReport(WaitKind.None, null);
        var answer = _instance.Pointer->last_answer;
        if ((answer & KAM_STEP_WAIT_ROOM) != 0 && _outs.FirstOrDefault(outbox => outbox.Room == 0) is { } full)
            return new WaitReport(WaitKind.Room, full);
        if ((answer & KAM_STEP_WAIT_IN) != 0 && _ins.Length > 0)
            return new WaitReport(_ins.Length == 1 ? WaitKind.Data : WaitKind.Any, _ins[0]);
        return new WaitReport((answer & KAM_STEP_WAIT_TIME) != 0 ? WaitKind.Timer : WaitKind.Code, null);
    }

    internal override IReadOnlyList<Box> WaitBoxes
    {
        get
        {
            if (!_hasBegun || _instance.IsClosed)
                return [];
            var answer = _instance.Pointer->last_answer;
            if (answer < 0 || (answer & ~(KAM_STEP_WAIT_IN | KAM_STEP_WAIT_ROOM)) != 0)
                return []; // It also waits for something that is no box.
            IEnumerable<Box> ins = (answer & KAM_STEP_WAIT_IN) != 0 ? _ins : [];
            return [.. ins, .. (answer & KAM_STEP_WAIT_ROOM) != 0 ? _outs : []];
        }
    }

    /// <summary>Frees the native instance of a component that was never started. The graph does it for those that were.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is running: stop it instead.</exception>
    public void Dispose()
    {
        if (State == ComponentState.Running)
            throw new InvalidOperationException($"{Path} is running: stop it, and it is freed at its end");
        _counters.Freeze();
        _instance.Dispose();
    }
}
