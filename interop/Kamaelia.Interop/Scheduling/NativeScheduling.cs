using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Interop;

/// <summary>Makes a scheduler one that runs native components: its native queue is drained by <c>kam_sched_run</c>, and
/// it sleeps in the native poller.</summary>
internal static unsafe class NativeScheduling
{
    /// <summary>Before a managed component waits for a socket, on its scheduler's thread: whether the scheduler has a
    /// poller that can watch it, which is made at the first.</summary>
    public static bool TryAttachPoller(Scheduler scheduler)
    {
        if (scheduler.NativeRun == null && scheduler.IsStarted && NativeLibraryInfo.IsAvailable)
        {
            try
            {
                Attach(scheduler);
            }
            catch (NativeException)
            {
                return false; // No descriptors left for it, perhaps: the socket waits as .NET's do.
            }
        }
        return scheduler.IsStarted && scheduler.Poller.WatchesDescriptors;
    }

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
