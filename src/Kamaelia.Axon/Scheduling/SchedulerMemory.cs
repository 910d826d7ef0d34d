using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>The few shared structs that stand for "none", so that hot paths need no null test.</summary>
internal static unsafe class SchedulerMemory
{
    /// <summary>The scheduler of what is not placed yet: a budget to count down and nobody to wake.</summary>
    public static SchedHeader* Detached { get; } = MakeDetached();

    /// <summary>The ring of an inbox whose component has ended: empty, closed, full.</summary>
    public static RingHeader* DeadRing { get; } = MakeDeadRing();

    /// <summary>The outlet of an outbox whose component has ended: it leads to the dead ring.</summary>
    public static OutletHeader* DeadOutlet { get; } = MakeDeadOutlet();

    private static T* Zeroed<T>() where T : unmanaged
    {
        var memory = (T*)NativeMemory.AlignedAlloc((nuint)Unsafe.SizeOf<T>(), 64);
        *memory = default;
        return memory;
    }

    private static SchedHeader* MakeDetached()
    {
        var sched = Zeroed<SchedHeader>();
        sched->Budget = int.MaxValue;
        sched->BatchMax = int.MaxValue;
        return sched;
    }

    private static RingHeader* MakeDeadRing()
    {
        var ring = Zeroed<RingHeader>();
        ring->Flags = RingHeader.Closed | RingHeader.Ended;
        ring->Reader = -1;
        ring->Sched = Detached;
        return ring;
    }

    private static OutletHeader* MakeDeadOutlet()
    {
        var outlet = Zeroed<OutletHeader>();
        outlet->Ring = DeadRing;
        outlet->Writer = -1;
        return outlet;
    }
}
