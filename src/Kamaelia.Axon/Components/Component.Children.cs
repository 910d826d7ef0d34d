namespace Kamaelia.Axon;

// Children and the linkages a component makes: what a chassis is made of.
public abstract partial class Component
{
    /// <summary>The components inside this one, ended ones included until they are removed.</summary>
    public IReadOnlyList<Component> Children => (IReadOnlyList<Component>?)_extras?.Children ?? [];

    internal IReadOnlyList<Linkage> Linkages => (IReadOnlyList<Linkage>?)_extras?.Linkages ?? [];

    /// <summary>Takes a component in. It starts when this one does, at once if this one runs (but not before the
    /// activation at hand is over, so it can still be linked).</summary>
    protected T AddChild<T>(T child) where T : Component
    {
        AdoptChild(child);
        return child;
    }

    internal void AdoptChild(Component child)
    {
        ArgumentNullException.ThrowIfNull(child);
        if (child._parent is not null)
            throw new InvalidOperationException($"{child.Path} is in {child._parent.Path} already: "
                + "a component has one place, so make another");
        if (child._state != ComponentState.Created)
            throw new InvalidOperationException($"{child.Name} has run before: a component runs once, so make another");
        for (Component? up = this; up is not null; up = up._parent)
        {
            if (ReferenceEquals(up, child))
                throw new InvalidOperationException($"{child.Name} cannot be inside itself");
        }
        List<Component> children = Extras.Children ??= [];
        child._ordinal = ++Extras.LastOrdinal;
        if (child._extras?.Name is { } name && Extras.HasChildNamed(name))
            throw new ArgumentException($"{Path} has a component named '{name}' already");
        child._parent = this;
        children.Add(child);
        Extras.NoteName(child._extras?.Name);
        if (_state == ComponentState.Running && this is not RootComponent)
            child.StartOn(_scheduler!);
    }

    /// <summary>Lets a component go: what this component linked to it is unlinked; if it still runs it is cancelled.
    /// </summary>
    protected void RemoveChild(Component child) => DropChild(child);

    internal void DropChild(Component child)
    {
        ArgumentNullException.ThrowIfNull(child);
        if (_extras?.Children is not { } children || !children.Contains(child))
            return;
        if (_extras.Linkages is { } linkages)
        {
            for (int i = linkages.Count - 1; i >= 0; i--)
            {
                Linkage linkage = linkages[i];
                if (!ReferenceEquals(linkage.From.Owner, child) && !ReferenceEquals(linkage.To.Owner, child))
                    continue;
                linkages.RemoveAt(i);
                Postman.Unlink(linkage, ReferenceEquals(linkage.To.Owner, child) ? EndReason.Unlinked : null);
            }
        }
        if (child._state == ComponentState.Running)
        {
            child.Extras.Dropped = true;
            child.RequestStop(StopKind.Cancel);
            return; // It leaves the list when it has ended.
        }
        Forget(child);
    }

    /// <summary>A child that does not end is nobody's any more but the graph's, which still waits for it.</summary>
    internal void AbandonChild(Component child)
    {
        child.Extras.Abandoned = true;
        _extras!.LiveChildren--;
        _extras.ForgetName(child._extras?.Name); // The next one may be called the same.
        Graph!.Hold();
        WakeForChange();
    }

    private void ForgetAbandoned(Component child)
    {
        _extras!.Children!.Remove(child);
        child.Graph!.Release();
    }

    internal void Forget(Component child)
    {
        if (_extras is null || !_extras.Children!.Remove(child))
            return;
        _extras.ForgetName(child._extras?.Name);
        child.Extras.Forgotten = true;
    }

    /// <summary>Outbox to inbox.</summary>
    protected Linkage Link<T>(Outbox<T> from, Inbox<T> to, LinkOptions? options = null) => LinkBoxes(from, to, options);

    /// <summary>Pass-through in: this component's inbox to a child's. What waits in mine moves on, in order.</summary>
    protected Linkage Link<T>(Inbox<T> from, Inbox<T> to) => LinkBoxes(from, to);

    /// <summary>Pass-through out: a child's outbox to this component's.</summary>
    protected Linkage Link<T>(Outbox<T> from, Outbox<T> to) => LinkBoxes(from, to);

    /// <summary>Two boxes whose types only the run knows.</summary>
    protected Linkage LinkBoxes(Box from, Box to, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Linkage linkage = Postman.Link(from, to, this, options);
        (Extras.Linkages ??= []).Add(linkage);
        return linkage;
    }

    /// <summary>Undoes a linkage that this component made. Delivered messages stay; the inbox stays open.</summary>
    protected void Unlink(Linkage linkage)
    {
        ArgumentNullException.ThrowIfNull(linkage);
        if (_extras?.Linkages is not { } linkages || !linkages.Remove(linkage))
            return; // Not ours, or gone already.
        Postman.Unlink(linkage);
    }

    internal int LiveChildren => _extras?.LiveChildren ?? 0;

    private void ChildEnded(Component child)
    {
        _extras!.LiveChildren--;
        bool dropped = _state != ComponentState.Ended && child._extras is { Dropped: true };
        OnChildEnded(child);
        if (dropped)
            Forget(child);
        if (_extras.IsEnding && _extras.LiveChildren == 0)
            EndNow(_extras.EndCause);
        else
            WakeForChange();
    }
}
