namespace Kamaelia.Axon;

// How a component is taken out of a running graph. Its scheduler's thread, or anybody's before it starts.
public abstract partial class Component
{
    /// <summary>The component right below the graph that holds it; itself when it is that, or in no graph.</summary>
    internal Component Top
    {
        get
        {
            Component top = this;
            while (top._parent is { } parent and not RootComponent)
                top = parent;
            return top;
        }
    }

    /// <summary>Whether anything holds it.</summary>
    internal bool HasPlace => _parent is not null;

    /// <summary>Whether what held it has let it go.</summary>
    internal bool IsForgotten => _extras is { Forgotten: true };

    /// <summary>The name it was given; null while it has only its kind and number.</summary>
    internal string? GivenName => _extras?.Name;

    /// <summary>The change of the graph that waits until this one has ended and released what it held.</summary>
    internal GraphTransaction? Leaving
    {
        get => _extras?.Leaving;
        set
        {
            if (value is not null || _extras is not null)
                Extras.Leaving = value;
        }
    }

    /// <summary>Whether this thread is inside its body, or inside that of a component in it.</summary>
    internal bool IsRunningHere
    {
        get
        {
            if (HasTurnHere)
                return true;
            foreach (Component child in Children)
            {
                if (child.IsRunningHere)
                    return true;
            }
            return false;
        }
    }

    private unsafe bool HasTurnHere => Id >= 0 && Scheduler is { } home && ReferenceEquals(Scheduler.Current, home)
        && home.Header->Slots[Id].State == SlotHeader.Running;

    /// <summary>Ends it although its body does not: nothing resumes that body again, and its boxes are dead to it.
    /// </summary>
    internal void AbandonNow()
    {
        foreach (Component child in Children.ToArray())
            child.AbandonNow();
        if (_state != ComponentState.Running)
            return; // The end of the last child may have been its own.
        _stopKind = StopKind.Cancel;
        (_body as RunBox)?.Extras?.Forget();
        _scheduler!.Unqueue(Id);
        OnAbandoned();
        EndNow(new OperationCanceledException($"{Path} did not end in time"));
    }

    /// <summary>Messages that fit into queues of its own beside its boxes.</summary>
    internal virtual int HeldMax => 0;

    /// <summary>It is given up while its body still waits for something.</summary>
    internal virtual void OnAbandoned()
    {
    }

    /// <summary>It has left: linkages that others made to it are undone and forgotten by their makers.</summary>
    internal void UnlinkFromOthers()
    {
        foreach (Component child in Children)
            child.UnlinkFromOthers();
        foreach (Box box in Boxes)
        {
            if (box.Onward is { } onward)
                Forget(onward);
            foreach (Linkage feeder in box.FeederList.ToArray())
                Forget(feeder);
        }
    }

    private static void Forget(Linkage linkage)
    {
        Postman.Unlink(linkage);
        linkage.Maker?._extras?.Linkages?.Remove(linkage);
    }
}
