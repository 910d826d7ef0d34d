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

    public override void Unwatch(int descriptor) => IfOpen(descriptor, &Unwatch);

    private static void Unwatch(kam_poller* poller, int descriptor) => kam_poller_unwatch(poller, descriptor);

    // Any thread, so perhaps one that saw the scheduler asleep just before that woke by itself, ended and was disposed.
    public override void Wake() => IfOpen(0, &Wake);

    private static void Wake(kam_poller* poller, int unused) => kam_poller_wake(poller);

    private void IfOpen(int argument, delegate*<kam_poller*, int, void> call)
    {
        var isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            call(_handle.Pointer, argument);
        }
        catch (ObjectDisposedException)
        {
            // Nobody sleeps in it any more, and what it watched it has forgotten.
        }
        finally
        {
            if (isHeld)
                _handle.DangerousRelease();
        }
    }

    public override void Dispose() => _handle.Dispose();
}
