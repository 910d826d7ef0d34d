using Kamaelia.Axon;
using Kamaelia.Interop.Native;
using static Kamaelia.Interop.Native.NativeMethods;

namespace Kamaelia.Interop;

/// <summary>A scheduler's sleep in a kam_poller: sockets, the wake-ups of other threads, and time in one
/// wait.</summary>
internal sealed unsafe class NativePoller : Poller
{
    private readonly PollerHandle _handle;

    private NativePoller(kam_poller* poller) => _handle = new PollerHandle(poller);

    /// <summary>Null where this platform has none: the scheduler then keeps the one it has, and components that need a
    /// poller say so themselves.</summary>
    public static NativePoller? TryCreate(Scheduler scheduler)
    {
        var text = stackalloc byte[NativeStatus.ErrorTextBytes];
        var error = NativeStatus.ErrorInto(text, NativeStatus.ErrorTextBytes);
        kam_poller* poller = null;
        var status = kam_poller_create((kam_sched*)scheduler.Header, &error, &poller);
        if (status == KAM_E_UNSUPPORTED)
            return null;
        NativeStatus.Check(status, error, "making a poller");
        return new NativePoller(poller);
    }

    /// <summary>Borrowed: for <c>kam_sched.poller</c>.</summary>
    public void* Pointer => _handle.Pointer;

    public override bool WatchesDescriptors => true;

    public override void Wait(long timeoutNs) =>
        NativeStatus.Check(kam_poller_wait(_handle.Pointer, timeoutNs), "waiting in the poller");

    public override bool TryWatch(int descriptor, int id) =>
        kam_poller_watch(_handle.Pointer, descriptor, id, KAM_POLL_READ) == KAM_OK;

    public override void Unwatch(int descriptor)
    {
        if (!TryHold())
            return; // What it watched it has forgotten.
        kam_poller_unwatch(_handle.Pointer, descriptor);
        _handle.DangerousRelease();
    }

    public override void Wake()
    {
        if (!TryHold())
            return; // Nobody sleeps in it any more.
        kam_poller_wake(_handle.Pointer);
        _handle.DangerousRelease();
    }

    // Any thread, so perhaps one that saw the scheduler asleep just before that woke by itself, ended and was disposed.
    private bool TryHold()
    {
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            // As the answer says.
        }
        return isHeld;
    }

    public override void Dispose() => _handle.Dispose();
}
