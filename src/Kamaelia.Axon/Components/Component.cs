using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace Kamaelia.Axon;

/// <summary>Where a component is in its life.</summary>
public enum ComponentState : byte
{
    /// <summary>Made, perhaps linked; nothing has run.</summary>
    Created,

    /// <summary>Placed on a scheduler; its body runs or will run.</summary>
    Running,

    /// <summary>Over. <see cref="Component.End"/> says why.</summary>
    Ended,
}

/// <summary>How to stop.</summary>
public enum StopKind : byte
{
    /// <summary>Not asked to.</summary>
    None = 0,

    /// <summary>Sources stop; what is under way is finished.</summary>
    Drain = 1,

    /// <summary>Everything stops at its next wait.</summary>
    Cancel = 2,
}

/// <summary>State, named inboxes and outboxes, and one sequential body that only sees its own boxes.</summary>
/// <remarks>
/// Declare ports as partial properties with <see cref="PortAttribute"/> and override <see cref="RunAsync"/>. All of a
/// component's code runs on the thread of its scheduler, one thing at a time, so it needs no locks. Members say so when
/// they may be called from elsewhere.
/// </remarks>
public abstract partial class Component : Activation
{
    private static readonly SearchValues<char> s_notInNames = SearchValues.Create("/ |;@#[]");

    internal int Id = -1;
    private ComponentState _state; // Three bytes side by side: there may be a million of these.
    private StopKind _stopKind;
    private bool _isSource;
    private int _ordinal;
    private EndReason? _end;
    private Scheduler? _scheduler;
    private Component? _parent;
    private Activation? _body;
    private Box? _boxes;
    private ComponentExtras? _extras;

    /// <summary>For subclasses.</summary>
    protected Component()
    {
    }

    private ComponentExtras Extras => _extras ??= new ComponentExtras();

    /// <summary>Its name among its siblings: letters, digits, '-', '_' and '.'. Set it before the graph
    /// starts.</summary>
    public string Name
    {
        get => _extras?.Name ?? $"{Kind}-{_ordinal}";
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            if (value.AsSpan().ContainsAny(s_notInNames))
                throw new ArgumentException(
                    $"'{value}' cannot be a name: no '/', space, '|', ';', '@', '#' or brackets");
            Extras.Name = value;
        }
    }

    /// <summary>"/graph/parent/name".</summary>
    public string Path => this is RootComponent ? $"/{Name}" : _parent is null ? Name : $"{_parent.Path}/{Name}";

    /// <summary>The component that holds it; null for one that is in no graph.</summary>
    public Component? Parent => _parent is RootComponent ? null : _parent;

    /// <summary>The graph it is in; null before it is added.</summary>
    public Graph? Graph => this is RootComponent root ? root.Owner : _parent?.Graph;

    /// <summary>Where it runs; null before it starts and after it has ended.</summary>
    public Scheduler? Scheduler => _state == ComponentState.Running ? _scheduler : null;

    /// <summary>Where it runs, will run, or ran.</summary>
    internal Scheduler? Home
    {
        get => _scheduler;
        set => _scheduler = value;
    }

    /// <summary>Where it is in its life. Any thread.</summary>
    public ComponentState State => _state;

    /// <summary>Why it ended; null while it lives. Any thread.</summary>
    public EndReason? End => _end;

    /// <summary>The strongest stop it was asked for.</summary>
    public StopKind StopRequested => _stopKind;

    /// <summary>Its scheduler's clock: use it, not the system's, so that a simulation can run the component.</summary>
    protected TimeProvider Time => _scheduler?.Time ?? Graph?.Options.Time ?? TimeProvider.System;

    /// <summary>Whether it reads <see cref="Control"/> itself. If not (the default), the runtime acts on what comes
    /// there: ProducerFinished drains it, ShutdownMicroprocess cancels it.</summary>
    protected virtual bool HandlesControl => false;

    /// <summary>The body. Ends when it returns; its outboxes end with it.</summary>
    /// <param name="stop">Cancelled when it must stop: for a source (nothing feeds it) already when the graph drains.
    /// </param>
    protected abstract Run RunAsync(CancellationToken stop);

    /// <summary>It has ended: release what it holds. The graph completes when this is done.</summary>
    protected virtual ValueTask OnEndedAsync(EndReason reason) => default;

    /// <summary>A child has ended.</summary>
    protected virtual void OnChildEnded(Component child)
    {
    }

    /// <summary>Counters beyond those of its boxes, for introspection: name and value. Any thread.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, long>> Counters => [];

    /// <summary>Waits for that long on the scheduler's clock. Allocates nothing.</summary>
    protected DelayAwaitable DelayAsync(TimeSpan delay, CancellationToken stop = default) =>
        new(this, _scheduler!.Timers.NowNs + (long)(delay.TotalMilliseconds * 1e6), stop);

    /// <summary>The scheduler's clock, ns, monotonic.</summary>
    protected long NowNs => _scheduler!.Timers.NowNs;

    /// <summary>Waits until that time of <see cref="NowNs"/>'s clock. Allocates nothing.</summary>
    protected DelayAwaitable DelayUntilAsync(long atNs, CancellationToken stop = default) => new(this, atNs, stop);

    /// <summary>Waits until one of the inboxes has a message: false when all have ended and are empty.</summary>
    protected static AnyAwaitable WaitAnyAsync(Inbox first, Inbox second, CancellationToken stop = default) =>
        new(first, second, null, stop);

    /// <inheritdoc cref="WaitAnyAsync(Inbox, Inbox, CancellationToken)"/>
    protected static AnyAwaitable WaitAnyAsync(
        Inbox first, Inbox second, Inbox third, CancellationToken stop = default) => new(first, second, third, stop);

    /// <inheritdoc cref="WaitAnyAsync(Inbox, Inbox, CancellationToken)"/>
    protected static AnyAwaitable WaitAnyAsync(Inbox[] inboxes, CancellationToken stop = default) =>
        new(inboxes, stop);

    /// <summary>Waits until every child has ended.</summary>
    protected ChildrenAwaitable WaitChildrenAsync() => new(this);

    /// <summary>What its name begins with while it has none of its own.</summary>
    internal virtual string Kind => KebabOf(GetType());

    /// <summary>What kind of component it is: the class, or the type in a native library.</summary>
    public virtual string TypeName => Postman.NameOf(GetType());

    private static readonly ConcurrentDictionary<Type, string> s_kebabs = new();

    private static string KebabOf(Type type) => s_kebabs.GetOrAdd(type, MakeKebab);

    private static string MakeKebab(Type type)
    {
        string name = type.Name.Split('`')[0];
        var kebab = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(name[i]));
        }
        return kebab.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"Component {Path} [{string.Join(", ", Boxes.Select(b => b.Name))}]";
}
