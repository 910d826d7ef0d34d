namespace Kamaelia.Axon;

/// <summary>Keeps its children running: one that faults is started again, after a wait, within limits.</summary>
/// <remarks>
/// <para>A component runs once, so children are declared with factories:
/// <c>supervisor.Add("enc", () => new Encoder())</c>. Link to what <see cref="Add"/> returns: the child's place, whose
/// boxes stay while instances come and go.</para>
/// <para>A fault in a child (anywhere in it, if it is a chassis) is this supervisor's to handle: it is told in an
/// event, once, and neither stops the graph nor is thrown by its completion. Too many restarts within a period: the
/// children are stopped in reverse order and the supervisor itself faults
/// (<see cref="SupervisorEscalatedException"/>), which the supervisor above it handles in its turn, or the
/// graph.</para>
/// <para>It ends when all its places have. Drained or cancelled, it restarts nothing. See
/// Supervision/README.md.</para>
/// </remarks>
public sealed partial class Supervisor : Chassis
{
    private static readonly PortInfo s_deadLetter = new("dead-letter", PortDirection.Out, typeof(DeadLetter),
        "What waited in a child's inbox when the child went down (queue: dead-letter).") { IsOptional = true };

    private readonly List<Supervised> _slots = [];
    private readonly Dictionary<string, Supervised> _byName = [];
    private Outbox<DeadLetter>? _deadLetters;

    /// <summary>A group without children yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A figure among the options that means nothing.</exception>
    public Supervisor(SupervisionOptions? options = null)
    {
        Options = (options ?? new SupervisionOptions()).Checked();
        _backoff = new Backoff(Options);
    }

    /// <summary>As given.</summary>
    public SupervisionOptions Options { get; }

    /// <summary>The children's places, in the order in which they were declared.</summary>
    public IReadOnlyList<Supervised> Places => _slots;

    /// <summary>The place of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Supervised this[string name] => _byName.TryGetValue(name, out Supervised? slot)
        ? slot
        : throw new KeyNotFoundException($"{Path} has no child '{name}'");

    /// <summary>With <see cref="RestartQueue.DeadLetter"/>: what waited for a child that went down. Unlinked: released
    /// and counted.</summary>
    public Outbox<DeadLetter> DeadLetters => _deadLetters ??= CreateOutbox<DeadLetter>(s_deadLetter);

    /// <summary>Declares a child. The factory is called at once (its boxes become the place's) and for each restart, on
    /// the scheduler's thread then.</summary>
    /// <param name="name">Its name in the group.</param>
    /// <param name="factory">Makes a new component at each call.</param>
    /// <param name="restart">When it is started again.</param>
    /// <returns>The place, to link to.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The factory gave a component that is used already; or the supervisor
    /// runs and this is another thread than its scheduler's.</exception>
    public Supervised Add(string name, Func<Component> factory, Restart restart = Restart.Transient)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (State == ComponentState.Ended || (Scheduler is { } home && !ReferenceEquals(Scheduler.Current, home)))
            throw new InvalidOperationException(
                $"{Path} runs or has ended: children are declared before, or on its scheduler's thread");
        ArgumentNullException.ThrowIfNull(name);
        if (_byName.ContainsKey(name))
            throw new ArgumentException($"{Path} has a child named '{name}' already", nameof(name));
        var slot = new Supervised(this, name, factory, restart) { Index = _slots.Count };
        slot.MakeFirst();
        AddChild(slot);
        _slots.Add(slot);
        _byName.Add(name, slot);
        return slot;
    }

    /// <summary>Links two children of this group: the linkage stays while instances come and go.</summary>
    /// <exception cref="ArgumentException">No such box; the text names those there are.</exception>
    /// <exception cref="LinkException">The outbox is linked already, or the types differ.</exception>
    public Linkage Link(Supervised from, string outbox, Supervised to, string inbox, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return LinkBoxes(from.FindOutbox(outbox), to.FindInbox(inbox), options);
    }

    /// <summary>Links the first one's "outbox" to the second one's "inbox".</summary>
    /// <exception cref="LinkException">The outbox is linked already, or the types differ.</exception>
    public Linkage Link(Supervised from, Supervised to, LinkOptions? options = null) =>
        Link(from, "outbox", to, "inbox", options);

    internal Linkage LinkInside(Outbox from, Inbox to, LinkOptions? options) => LinkBoxes(from, to, options);

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> PortInfos =>
        _deadLetters is null ? [.. base.PortInfos, s_deadLetter] : base.PortInfos;

    /// <summary>Restarts within it so far, and dead letters that nobody took.</summary>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters =>
        [new("restarts", _slots.Sum(s => (long)s.Restarts)), new("letters_lost", _lettersLost)];

    /// <summary>Knows <c>dead-letter</c>, and <c>child.box</c>: a box of a child passed through to the outside, for a
    /// supervisor that is itself supervised.</summary>
    protected override Box? CreateBox(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == s_deadLetter.Name)
            return DeadLetters;
        foreach (Supervised slot in _slots)
        {
            if (name.StartsWith(slot.Name + ".", StringComparison.Ordinal)
                && slot.TryFindBox(name[(slot.Name.Length + 1)..]) is { } box)
                return box is Inbox inbox ? PassIn(name, inbox) : PassOut((Outbox)box, name);
        }
        return base.CreateBox(name);
    }
}
