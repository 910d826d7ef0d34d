namespace Kamaelia.Axon;

// What fault injection does to a component. Its scheduler's thread, or between two steps of a simulation.
public abstract partial class Component
{
    /// <summary>Whether faults in it, its own included, stay there: the graph is told of them and runs on.</summary>
    internal virtual bool KeepsFaults => false;

    /// <summary>Whether something around it keeps its fault, nearer than any supervisor.</summary>
    internal bool IsFaultKept
    {
        get
        {
            for (Component? up = this; up is not null and not Supervised; up = up._parent)
            {
                if (up.KeepsFaults)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Tells those who watch the graph of something that is not as it should be, and that it copes
    /// with.</summary>
    internal void Warn(string text) => Graph?.Report(new ComponentWarned(Path, text));

    /// <summary>Ends it at its next wait, as if its own code had thrown that.</summary>
    internal void Kill(Exception fault)
    {
        if (_state == ComponentState.Ended)
            return;
        Extras.Injected ??= fault;
        ApplyStop(StopKind.Cancel);
    }

    /// <summary>It gets no turn until <see cref="GoOn"/>; what wakes it meanwhile is kept. Not a native one: its turns
    /// are native.</summary>
    internal unsafe void Suspend()
    {
        if (_state != ComponentState.Running || Id < 0 || _scheduler!.Header->Slots[Id].Native != 0
            || _extras?.Suspended is not null)
            return;
        Extras.Suspended = new SuspendedBody(this, _body ?? this);
        _scheduler.Replace(Id, Extras.Suspended);
    }

    internal void GoOn()
    {
        if (_extras?.Suspended is not { } suspended)
            return;
        _extras.Suspended = null;
        if (_state != ComponentState.Running || Id < 0)
            return;
        _scheduler!.Replace(Id, _body ?? suspended.Instead);
        if (suspended.WasWoken)
            RingOpsWake();
    }

    internal sealed class SuspendedBody(Component owner, Activation instead) : Activation
    {
        public Activation Instead { get; } = instead;

        public bool WasWoken { get; private set; }

        internal override unsafe void Resume()
        {
            WasWoken = true;
            owner._scheduler!.Header->Slots[owner.Id].State = SlotHeader.Parked;
        }

        internal override void OnStop(StopKind kind, bool isSource) => Instead.OnStop(kind, isSource);

        internal override void OnChange() => Instead.OnChange();

        internal override WaitReport DescribeWait() => Instead.DescribeWait();

        internal override void SetTimer(Timers timers, long atNs) => Instead.SetTimer(timers, atNs);
    }
}
