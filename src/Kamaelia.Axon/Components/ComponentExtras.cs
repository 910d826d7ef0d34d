namespace Kamaelia.Axon;

/// <summary>What most of a million components never need.</summary>
internal sealed class ComponentExtras
{
    public string? Name;
    public CancellationTokenSource? Stop;
    public List<Component>? Children;
    public int LiveChildren;
    public int LastOrdinal;
    public bool Dropped;
    public bool Forgotten; // Its parent no longer lists it.
    public bool Abandoned;
    public GraphTransaction? Leaving; // The change of the graph that waits for its end.
    public bool IsEnding;
    public Exception? EndCause;
    public Exception? Injected; // A fault that a simulation put into it.
    public Component.SuspendedBody? Suspended;
    public List<nint>? Removed; // Rings of removed inboxes.
    public List<Linkage>? Linkages;
    public Inbox<ControlMessage>? Control;
    public Outbox<ControlMessage>? Signal;
    public Dictionary<string, int>? NameCounts;
    private HashSet<string>? _childNames;

    public unsafe void ReturnRemoved()
    {
        foreach (nint ring in Removed ?? [])
            Cells.Return((void*)ring);
        Removed = null;
    }

    public bool HasChildNamed(string name) => _childNames is not null && _childNames.Contains(name);

    public void NoteName(string? name)
    {
        if (name is not null)
            (_childNames ??= []).Add(name);
    }

    public void ForgetName(string? name)
    {
        if (name is not null)
            _childNames?.Remove(name);
    }
}
