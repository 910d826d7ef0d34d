using System.Runtime.CompilerServices;

namespace Kamaelia.Axon;

/// <summary>What both sides of the border do to rings and ready queues: the twin of sched.h's inline
/// functions.</summary>
internal static unsafe class RingOps
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wake(SchedHeader* sched, int id)
    {
        SlotHeader* slot = &sched->Slots[id];
        if (slot->State != SlotHeader.Parked)
            return;
        slot->State = SlotHeader.Ready;
        if (slot->Native != 0)
            sched->Native.Push(id);
        else
            sched->Managed.Push(id);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WakeReader(RingHeader* ring)
    {
        if (ring->Wait != 0)
            WakeWaitingReader(ring);
    }

    public static void WakeWaitingReader(RingHeader* ring)
    {
        ring->Wait = 0;
        Wake(ring->Sched, ring->Reader);
    }

    /// <summary>A reader is about to wait. Whoever still waits for room in what it has emptied was passed over: the one
    /// that was woken in its place ended, or did not need it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WaitForData(RingHeader* ring)
    {
        ring->Wait = RingHeader.WaitReader;
        if (ring->RoomLast != null && ring->Count == 0)
            RoomMade(ring, uint.MaxValue);
    }

    /// <summary>Puts an outlet at the end of those who wait for room. No harm if it waits already.</summary>
    public static void RoomWait(RingHeader* ring, OutletHeader* outlet)
    {
        if (outlet->Next != null)
            return;
        if (ring->RoomLast != null)
        {
            outlet->Next = ring->RoomLast->Next;
            ring->RoomLast->Next = outlet;
        }
        else
        {
            outlet->Next = outlet;
        }
        ring->RoomLast = outlet;
    }

    /// <summary>Messages have left: wakes as many of those who wait, the longest waiting first.</summary>
    public static void RoomMade(RingHeader* ring, uint count)
    {
        while (count-- > 0 && ring->RoomLast != null)
        {
            OutletHeader* first = ring->RoomLast->Next;
            if (first == ring->RoomLast)
                ring->RoomLast = null;
            else
                ring->RoomLast->Next = first->Next;
            first->Next = null;
            Wake(ring->Sched, first->Writer);
        }
    }

    /// <summary>Takes an outlet out of the list of those who wait for room, if it is in it.</summary>
    public static void RoomForget(RingHeader* ring, OutletHeader* outlet)
    {
        if (outlet->Next == null || ring == null || ring->RoomLast == null)
            return;
        OutletHeader* before = ring->RoomLast;
        do
        {
            if (before->Next == outlet)
            {
                if (before == outlet)
                {
                    ring->RoomLast = null;
                }
                else
                {
                    before->Next = outlet->Next;
                    if (ring->RoomLast == outlet)
                        ring->RoomLast = before;
                }
                outlet->Next = null;
                return;
            }
            before = before->Next;
        }
        while (before != ring->RoomLast);
    }
}
