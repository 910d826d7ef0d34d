namespace Kamaelia.Axon;

// A component's boxes: declared ones made at first use, and those it adds while running.
public abstract partial class Component
{
    private static readonly PortInfo[] s_basePorts = [PortInfo.Control, PortInfo.Signal];

    /// <summary>Its declared ports. The source generator overrides this where ports are declared.</summary>
    public virtual IReadOnlyList<PortInfo> PortInfos => s_basePorts;

    /// <summary>The boxes there are now: declared ones once they were touched, and added ones.</summary>
    public IEnumerable<Box> Boxes
    {
        get
        {
            for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
                yield return box;
        }
    }

    /// <summary>Shutdown messages in. Unbounded: control always has room.</summary>
    public Inbox<ControlMessage> Control
    {
        get
        {
            if (Extras.Control is { } control)
                return control;
            control = CreateInbox<ControlMessage>(PortInfo.Control);
            control.Policy = LinkPolicy.Unbounded;
            control.KeepOpen = true; // Nothing fed it yet is no reason to end.
            Extras.Control = control;
            if (_state == ComponentState.Running && !HandlesControl)
                OnScheduler(WatchControl); // Made by whoever links to it while the component runs already.
            return control;
        }
    }

    /// <summary>Shutdown messages out. What is sent while it is not linked is dropped.</summary>
    public Outbox<ControlMessage> Signal => Extras.Signal ??= CreateOutbox<ControlMessage>(PortInfo.Signal);

    internal bool HasControl => _extras?.Control is not null;

    /// <summary>The inbox of that name.</summary>
    /// <exception cref="ArgumentException">There is none: the text names those there are.</exception>
    public Inbox FindInbox(string name) => FindBox(name, wantInbox: true) as Inbox
        ?? throw new ArgumentException(NoSuchBox(name, PortDirection.In), nameof(name));

    /// <summary>The outbox of that name.</summary>
    /// <exception cref="ArgumentException">There is none: the text names those there are.</exception>
    public Outbox FindOutbox(string name) => FindBox(name, wantInbox: false) as Outbox
        ?? throw new ArgumentException(NoSuchBox(name, PortDirection.Out), nameof(name));

    /// <summary>The box of that name, inbox or outbox; null when there is none.</summary>
    internal Box? TryFindBox(string name) => FindBox(name, wantInbox: true) ?? FindBox(name, wantInbox: false);

    internal Box? FindBox(string name, bool wantInbox)
    {
        foreach (Box box in Boxes)
        {
            if (box.Name == name && box.IsInbox == wantInbox)
                return box;
        }
        return CreateBox(name) is { } made && made.IsInbox == wantInbox ? made : null;
    }

    /// <summary>Makes the declared box of that name; null when there is no such port. For the source
    /// generator.</summary>
    protected virtual Box? CreateBox(string name) => name switch
    {
        "control" => Control,
        "signal" => Signal,
        _ => null,
    };

    private string NoSuchBox(string name, PortDirection direction)
    {
        IEnumerable<string> names = PortInfos.Where(p => p.Direction == direction).Select(p => p.Name)
            .Concat(Boxes.Where(b => b.Info.Direction == direction).Select(b => b.Name)).Distinct();
        string kind = direction == PortDirection.In ? "inbox" : "outbox";
        return $"{Path} has no {kind} '{name}'; it has {string.Join(", ", names)}";
    }

    /// <summary>For the source generator: the box of a declared port.</summary>
    protected Inbox<T> CreateInbox<T>(PortInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Adopt(new Inbox<T>(this, info));
    }

    /// <summary>For the source generator: the box of a declared port.</summary>
    protected Outbox<T> CreateOutbox<T>(PortInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Adopt(new Outbox<T>(this, info));
    }

    /// <summary>Adds an inbox. If the name is taken the box is called name-2, name-3 and so on.</summary>
    protected Inbox<T> AddInbox<T>(string name, string sentence = "", int capacity = 0) => Adopt(new Inbox<T>(this,
        new PortInfo(FreeName(name), PortDirection.In, typeof(T), sentence) { Capacity = capacity }));

    /// <summary>Adds an outbox. If the name is taken the box is called name-2, name-3 and so on.</summary>
    protected Outbox<T> AddOutbox<T>(string name, string sentence = "", bool optional = false) => Adopt(new Outbox<T>(
        this, new PortInfo(FreeName(name), PortDirection.Out, typeof(T), sentence) { IsOptional = optional }));

    internal Inbox OuterInbox<T>(string name, string sentence, string format)
    {
        if (name == PortInfo.Control.Name && typeof(T) == typeof(ControlMessage))
            return Control;
        return Boxes.FirstOrDefault(b => b.Name == name && b.IsInbox) as Inbox ?? CreateInbox<T>(
            new PortInfo(name, PortDirection.In, typeof(T), sentence) { Format = format });
    }

    internal Outbox OuterOutbox<T>(string name, string sentence, string format, bool optional)
    {
        if (name == PortInfo.Signal.Name && typeof(T) == typeof(ControlMessage))
            return Signal;
        return Boxes.FirstOrDefault(b => b.Name == name && !b.IsInbox) as Outbox ?? CreateOutbox<T>(
            new PortInfo(name, PortDirection.Out, typeof(T), sentence) { Format = format, IsOptional = optional });
    }

    private string FreeName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!IsTaken(name))
            return name;
        Dictionary<string, int> counts = Extras.NameCounts ??= [];
        int n = counts.GetValueOrDefault(name, 1);
        string free;
        do
        {
            free = $"{name}-{++n}";
        }
        while (IsTaken(free));
        counts[name] = n;
        return free;
    }

    private bool IsTaken(string name) =>
        PortInfos.Any(p => p.Name == name) || Boxes.Any(b => b.Name == name);

    private TBox Adopt<TBox>(TBox box) where TBox : Box
    {
        box.NextOfOwner = _boxes;
        _boxes = box;
        if (_state == ComponentState.Ended)
            box.Bury();
        else if (_state == ComponentState.Running)
            PlaceLate(box);
        return box;
    }

    private void PlaceLate(Box box)
    {
        box.OnPlaced(_scheduler!, Id);
        if (box is Inbox inbox && _body is RunBox body)
            inbox.OwnToken = body.OwnToken;
    }

    /// <summary>Takes away a box that was added: it ends (Unlinked), its messages are dropped, its linkages
    /// go.</summary>
    /// <exception cref="ArgumentException">The box is not this component's.</exception>
    protected void RemoveBox(Box box)
    {
        ArgumentNullException.ThrowIfNull(box);
        if (!ReferenceEquals(box.Owner, this) || !Detach(box))
            throw new ArgumentException($"{box.Path} is not a box of {Path}", nameof(box));
        foreach (Linkage feeder in box.FeederList.ToArray())
            Forget(feeder);
        Postman.EndBox(box, EndReason.Unlinked);
        if (box.Onward is { } onward)
            Forget(onward);
        if (box is Inbox inbox && _state == ComponentState.Running)
            (Extras.Removed ??= []).Add(inbox.BuryLater()); // A wait of this component may still look at the ring.
        else
            box.Bury();
    }

    private bool Detach(Box box)
    {
        if (ReferenceEquals(_boxes, box))
        {
            _boxes = box.NextOfOwner;
            return true;
        }
        for (Box? at = _boxes; at is not null; at = at.NextOfOwner)
        {
            if (!ReferenceEquals(at.NextOfOwner, box))
                continue;
            at.NextOfOwner = box.NextOfOwner;
            return true;
        }
        return false;
    }

    /// <summary>The box of a port, if it was made.</summary>
    internal Box? BoxOf(PortInfo port)
    {
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (ReferenceEquals(box.Info, port))
                return box;
        }
        return null;
    }

    internal unsafe Box? FindBoxBy(void* ring)
    {
        foreach (Box box in Boxes)
        {
            if (box is Inbox inbox && inbox.Ring == ring)
                return box;
        }
        return null;
    }
}
