namespace Kamaelia.Axon;

// How a component goes to another scheduler while it runs: away on the old one's thread, in on the new one's.
public abstract partial class Component
{
    /// <summary>True for one that keeps more on its scheduler's thread than its waits (a captured synchronization
    /// context, helper methods that await sockets while the body goes on, a thread of its own): such a one cannot be
    /// moved while it runs.</summary>
    protected virtual bool IsBoundToScheduler => false;

    /// <summary>Why it cannot be moved as it is now; null: it can. A wait for something outside the graph ends, the
    /// others do not.</summary>
    internal virtual string? MoveObstacle =>
        IsBoundToScheduler ? $"{Path} ({TypeName}) is bound to its scheduler's thread" : null;

    /// <summary>A body that waits for something outside the graph may be resumed by a thread that is under way.
    /// </summary>
    internal bool IsFitToMove => _body is not RunBox { WaitsOutside: true };

    /// <summary>Its scheduler's thread: calls back when it is fit, if its life has so much time.</summary>
    internal void TellWhenFit(Action tell) => (_body as RunBox)?.TellWhenFit(tell);

    /// <summary>Leaves its place for one that is kept for it. From here on the other scheduler's thread.</summary>
    internal unsafe uint Depart(Scheduler to, int place)
    {
        Scheduler from = _scheduler!;
        SlotHeader slot = from.Header->Slots[Id];
        bool isQueued = slot is { State: SlotHeader.Ready, Native: 0 };
        if (slot is { State: SlotHeader.Ready, Native: not 0 })
            from.Unqueue(Id);
        OnDeparting();
        from.Remove(Id, isQueued);
        _scheduler = to;
        Id = place;
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
            box.OnPlaced(to, place);
        return slot.Activations;
    }

    /// <summary>Takes its new place, and looks at what it waits for there.</summary>
    internal unsafe void Arrive(uint activations)
    {
        if (_state != ComponentState.Running)
            return; // It was abandoned on its way.
        SchedHeader* header = _scheduler!.Header;
        header->Slots[Id].Activations = activations;
        _scheduler.Replace(Id, _body ?? this);
        OnArrived();
        (_body ?? this).OnChange();
        RingOps.Wake(header, Id);
    }

    /// <summary>It still has its place.</summary>
    internal virtual void OnDeparting()
    {
    }

    /// <summary>It has its new one.</summary>
    internal virtual void OnArrived()
    {
    }
}
