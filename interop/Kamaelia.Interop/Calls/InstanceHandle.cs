using Kamaelia.Interop.Native;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Interop;

/// <summary>Owns a kam_instance.</summary>
internal sealed unsafe class InstanceHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public InstanceHandle(kam_instance* instance) : base(ownsHandle: true) => SetHandle((nint)instance);

    /// <summary>Borrowed: valid until the handle is disposed.</summary>
    public kam_instance* Pointer => (kam_instance*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMethods.kam_instance_destroy((kam_instance*)handle);
        return true;
    }
}
