using Kamaelia.Axon;

namespace Kamaelia.Interop;

/// <summary>
/// Reads a native component's control inbox for it. It has a place of its own in the scheduler's table, in the managed
/// queue, because the component's own place belongs to the native one.
/// </summary>
internal sealed unsafe class ControlWatch : Activation
{
    private readonly NativeComponent _owner;
    private readonly Scheduler _scheduler;
    private readonly int _id;
    private bool _isRemoved;

    public ControlWatch(NativeComponent owner, Scheduler scheduler)
    {
        _owner = owner;
        _scheduler = scheduler;
        _id = scheduler.Place(this);
        owner.Control.Ring->Reader = _id;
        RingOps.Wake(scheduler.Header, _id); // For what is there already.
    }

    internal override void Resume()
    {
        if (_isRemoved)
        {
            _scheduler.Remove(_id);
            return;
        }
        _owner.ActOnControl();
        if (_isRemoved)
            return;
        _owner.Control.Ring->Wait = RingHeader.WaitReader;
        _scheduler.Header->Slots[_id].State = SlotHeader.Parked;
    }

    /// <summary>Its component has ended. A place that is in the ready queue is given back when its turn
    /// comes.</summary>
    public void Remove()
    {
        _isRemoved = true;
        _owner.Control.Ring->Reader = -1;
        _owner.Control.Ring->Wait = 0;
        if (_scheduler.Header->Slots[_id].State != SlotHeader.Ready)
            _scheduler.Remove(_id);
    }
}
