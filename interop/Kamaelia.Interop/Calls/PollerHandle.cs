using Kamaelia.Interop.Native;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Interop;

/// <summary>Owns a kam_poller.</summary>
internal sealed unsafe class PollerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public PollerHandle(kam_poller* poller) : base(ownsHandle: true) => SetHandle((nint)poller);

    /// <summary>Borrowed: valid until the handle is disposed.</summary>
    public kam_poller* Pointer => (kam_poller*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMethods.kam_poller_destroy((kam_poller*)handle);
        return true;
    }
}
