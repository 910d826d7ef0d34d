using Kamaelia.Axon;

namespace Kamaelia.Interop;

/// <summary>The one timer of a native component: a later call wins.</summary>
/// <remarks>
/// The scheduler's queue cannot take an entry back, and a component may ask for a new time at every step. So at most
/// one entry is waiting per earlier time; one that fires too early is put in again at the time now wanted.
/// </remarks>
internal sealed class NativeTimer(NativeComponent owner)
{
    private const long None = long.MaxValue;

    private long _wantedNs = None;
    private long _queuedNs = None;

    public void Set(Timers timers, long atNs)
    {
        _wantedNs = atNs;
        if (atNs < _queuedNs)
            Enqueue(timers, atNs);
    }

    /// <summary>The component was woken, perhaps by its entry.</summary>
    public void Look()
    {
        if (_queuedNs == None || owner.Scheduler is not { } scheduler)
            return;
        var now = scheduler.Timers.NowNs;
        if (now < _queuedNs)
            return;
        _queuedNs = None;
        if (_wantedNs > now && _wantedNs != None)
            Enqueue(scheduler.Timers, _wantedNs);
        else
            _wantedNs = None;
    }

    private void Enqueue(Timers timers, long atNs)
    {
        _queuedNs = atNs;
        timers.AddWake(owner, atNs);
    }
}
