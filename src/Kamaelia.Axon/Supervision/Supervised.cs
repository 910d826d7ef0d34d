namespace Kamaelia.Axon;

/// <summary>A child's place in a <see cref="Supervisor"/>: it stays while instances come and go.</summary>
/// <remarks>
/// Its boxes are those of the child, under the same names, and pass through to the instance of the moment; link to
/// these.
/// While there is no instance, what is sent to the child waits here, as much as the child's inbox would hold, and
/// senders wait for room as usual. The stream out does not end with an instance; it ends with the place.
/// </remarks>
public sealed partial class Supervised : Chassis
{
    private readonly Func<Component> _factory;
    private EndReason? _final;
    private bool _begun;
    private bool _isLooking;
    private int _closing;

    internal Supervised(Supervisor supervisor, string name, Func<Component> factory, Restart restart)
    {
        Supervisor = supervisor;
        _factory = factory;
        Name = name;
        Restart = restart;
        Backoff = new Backoff(supervisor.Options);
    }

    internal Supervisor Supervisor { get; }

    /// <summary>When its child is started again.</summary>
    public Restart Restart { get; }

    /// <summary>The child of the moment; null while there is none.</summary>
    public Component? Instance { get; private set; }

    /// <summary>How often the child was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Restarts; messages that went from an instance to the next, that were dropped, that became dead letters.
    /// </summary>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
        [new("restarts", Restarts), new("kept", Kept), new("dropped", Dropped), new("dead_letters", DeadLettered)];

    internal long Kept { get; private set; }

    internal long Dropped { get; private set; }

    internal long DeadLettered { get; private set; }

    // ---- what the supervisor plans for it ----

    internal int Index { get; init; }

    internal Backoff Backoff { get; }

    /// <summary>What to do about the instance's end is decided; its end itself brings no second decision.</summary>
    internal bool IsJudged { get; set; }

    internal bool WillRestart { get; set; }

    /// <summary>The supervisor wants the instance to end.</summary>
    internal bool MustStop { get; set; }

    /// <summary>When an instance that was told to stop, or what an ended one still closes, is given up; 0: not told.
    /// </summary>
    internal long DeadlineNs { get; set; }

    internal long RestartAtNs { get; set; }

    internal TimeSpan RestartDelay { get; set; }

    internal int Attempt { get; set; }

    /// <summary>The fault that ended the latest instance; null: none did.</summary>
    internal Exception? Cause { get; set; }

    internal EndReason? EndedAs { get; private set; }

    internal bool IsClosing => _closing > 0;

    internal bool IsDown => Instance is null && _final is null;

    internal bool IsOver => _final is not null;

    /// <summary>The place in whose instance this component is, however deep; null when nobody supervises it.</summary>
    internal static Supervised? Above(Component component)
    {
        Component? up = component.Parent;
        while (up is not null and not Supervised)
            up = up.Parent;
        return up as Supervised;
    }

    internal void Judge(bool willRestart, Exception? cause)
    {
        IsJudged = true;
        WillRestart = willRestart;
        Cause ??= cause;
    }

    // ---- its own life: it only waits to be told that it is over ----

    internal override EndReason? GivenEnd => _final;

    internal override bool HearsStopOnControl => false; // The stop reaches the instance by itself.

    /// <inheritdoc/>
    protected override bool HandlesControl => _passesControl;

    /// <inheritdoc/>
    protected override Run RunAsync(CancellationToken stop) => Run.Completed;

    internal override void Resume()
    {
        if (_begun)
        {
            Look();
            return;
        }
        _begun = true;
        Backoff.Started(NowNs);
        base.Resume();
    }

    internal override void Begin() => Look();

    private unsafe void Look()
    {
        _isLooking = true;
        if (HasControl && !_passesControl && Control.Count > 0)
            ActOnControl();
        _isLooking = false;
        if (_final is not null)
        {
            DiscardQueued();
            BodyEnded(null);
            return;
        }
        Scheduler!.Header->Slots[Id].State = SlotHeader.Parked;
        if (HasControl && !_passesControl)
            Control.Ring->Wait = RingHeader.WaitReader;
    }

    /// <summary>There will be no further instance: it ends at its next turn.</summary>
    internal void Finish(EndReason reason)
    {
        _final = reason;
        Wake();
    }

    internal override void OnChange()
    {
        if (!_isLooking && HasControl && !_passesControl)
            Wake(); // Its control may have been made just now.
    }

    internal override void OnStop(StopKind kind, bool isSource) => Supervisor.OnChange();

    private unsafe void Wake()
    {
        if (Id >= 0)
            RingOps.Wake(Scheduler!.Header, Id);
    }

    internal override WaitReport DescribeWait() => new(WaitKind.Children, null);

    // ---- what becomes of an instance ----

    /// <summary>An instance, or something in it, is about to give up its boxes: what waits there is saved.</summary>
    internal void BeforeBurial(Component component, EndReason reason)
    {
        bool isInstance = ReferenceEquals(component, Instance);
        if (isInstance)
        {
            EndedAs = reason;
            Supervisor.JudgeEnd(this);
        }
        if (WillRestart)
            SaveQueued(component);
    }

    /// <inheritdoc/>
    protected override void OnChildEnded(Component child)
    {
        if (!ReferenceEquals(child, Instance))
            return;
        RemoveChild(child);
        Instance = null;
        MustStop = false;
        DeadlineNs = 0;
        Supervisor.OnChange();
    }

    /// <summary>Something in an instance closes, which takes a while: the next one does not start before.</summary>
    internal void BeginClosing() => _closing++;

    internal void EndClosing()
    {
        if (_closing > 0)
            _closing--;
        Supervisor.OnChange();
    }

    /// <summary>It did not end in time: the place goes on without it.</summary>
    internal void Abandon()
    {
        if (Instance is { } instance)
        {
            Graph!.Report(new ComponentAbandoned(instance.Path, WaitsOf(instance)));
            CutOff();
            AbandonChild(instance);
            Instance = null;
        }
        else
        {
            Graph!.Report(new ComponentAbandoned(Path, "closes what it held"));
        }
        _closing = 0;
        MustStop = false;
        DeadlineNs = 0;
    }

    private static string WaitsOf(Component component)
    {
        IEnumerable<Component> inside = component.Children.Where(c => c.State == ComponentState.Running);
        return inside.Any() ? string.Join(Environment.NewLine, inside.Select(WaitsOf)) : component.WaitText;
    }

    /// <summary>The next instance, linked. False: the factory, or what it made, is not what is wanted here.</summary>
    internal bool TryStart(out Exception? failure)
    {
        failure = null;
        Component? fresh = null;
        try
        {
            fresh = MakeInstance();
            Box[] boxes = BoxesOf(fresh);
            AddChild(fresh);
            LinkAll(boxes);
        }
        catch (Exception e)
        {
            failure = e;
            Discard(fresh);
            return false;
        }
        Instance = fresh;
        IsJudged = WillRestart = MustStop = false;
        Cause = null;
        EndedAs = null;
        Restarts++;
        Backoff.Started(NowNs);
        return true;
    }

    /// <summary>The first instance: its boxes become this place's.</summary>
    internal void MakeFirst()
    {
        Component first = MakeInstance();
        try
        {
            Instance = AddChild(first);
            AdoptBoxes(first);
        }
        catch
        {
            BuryUnstarted();
            (first as IDisposable)?.Dispose();
            throw;
        }
    }

    private Component MakeInstance()
    {
        Component made = _factory()
            ?? throw new InvalidOperationException($"{Path}: the factory made nothing");
        if (made.Graph is not null || made.Parent is not null || made.State != ComponentState.Created)
            throw new InvalidOperationException($"{Path}: the factory gave {made.Path}, which is in a graph already: "
                + "a component runs once, so make another each time");
        return made;
    }

    private void Discard(Component? fresh)
    {
        if (fresh is null || fresh.Graph is not null && fresh.Parent != this)
            return;
        if (fresh.Parent == this)
        {
            CutOff();
            RemoveChild(fresh); // It has begun to start: it is cancelled, and goes when it has ended.
            return;
        }
        if (fresh.State != ComponentState.Created)
            return;
        fresh.BuryUnstarted();
        (fresh as IDisposable)?.Dispose();
    }
}
