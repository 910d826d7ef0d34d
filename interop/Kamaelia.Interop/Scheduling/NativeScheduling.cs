using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Interop;

/// <summary>Makes a scheduler one that runs native components: its native queue is drained by <c>kam_sched_run</c>, and
/// it sleeps in the native poller.</summary>
internal static unsafe class NativeScheduling
{
    /// <summary>At the first native component of a scheduler, on its thread.</summary>
    public static void Attach(Scheduler scheduler)
    {
        if (scheduler.NativeRun != null)
            return;
        NativeLibraryInfo.Demand();
        if (NativePoller.TryCreate(scheduler) is { } poller)
        {
            scheduler.UsePoller(poller);
            scheduler.Header->Poller = poller.Pointer;
        }
        scheduler.NativeRun = (delegate* unmanaged[Cdecl]<SchedHeader*, uint, uint>)
            NativeLibrary.GetExport(NativeLibraryInfo.Handle, "kam_sched_run");
    }
}
