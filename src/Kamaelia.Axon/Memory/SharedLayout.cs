using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

// The structs of native/include/kamaelia, as this side sees them: both languages read and write the same memory.
// Names and order follow the C headers; a test compares measured offsets with what the library reports.

/// <summary>kam_block: the header in front of a block's bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockHeader
{
    public const int Bytes = 64;

    public int Refs;
    public uint CapacityBytes;
    public PoolHeader* Pool;
    public BlockHeader* Next;
    public uint SizeClass;
    public uint Reserved0;
    public ulong Ledger;
    public ulong Reserved1, Reserved2, Reserved3;
}

/// <summary>kam_pool: the free lists of one scheduler.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PoolHeader
{
    public const int Classes = 4;

    public BlockHeader* Free0, Free1, Free2, Free3;
    public ulong Rented;
    public ulong Returned;
    public delegate* unmanaged[Cdecl]<PoolHeader*, uint, uint, BlockHeader*> Grow;
    public void* Maker;
    public BlockHeader* Remote;
    public ulong Reserved0, Reserved1, Reserved2, Reserved3, Reserved4, Reserved5, Reserved6;
}

/// <summary>kam_ring: the storage of an inbox.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RingHeader
{
    public const uint WaitReader = 1;
    public const uint Ended = 1, Closed = 2, CountBytes = 4, Native = 8;
    public const int PolicyShift = 8;
    public const uint PolicyMask = 0xff00;

    public void* Slots;
    public OutletHeader* RoomLast;
    public SchedHeader* Sched;
    public uint Head;
    public uint Tail;
    public uint Mask;
    public uint Limit;
    public int Reader;
    public uint Wait;
    public uint Flags;
    public uint Capacity;
    public uint QueuedBytes;
    public uint BytesMax;

    public readonly uint Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Tail - Head;
    }

    public readonly LinkPolicy Policy => (LinkPolicy)((Flags & PolicyMask) >> PolicyShift);

    public readonly bool IsFull =>
        Count >= Capacity || ((Flags & CountBytes) != 0 && QueuedBytes >= BytesMax);
}

/// <summary>kam_outlet: the sending end of an outbox.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OutletHeader
{
    public const uint Discard = 1;

    public RingHeader* Ring;
    public OutletHeader* Next;
    public ulong Sent;
    public ulong Dropped;
    public int Writer;
    public uint Flags;
    public ulong Reserved;
}

/// <summary>kam_slot: one component in its scheduler's table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SlotHeader
{
    public const byte Parked = 0, Ready = 1, Running = 2, Done = 3;

    public byte State;
    public byte Native;
    public ushort Reserved;
    public uint Activations;
    public void* Instance;
}

/// <summary>kam_queue: component indices, first come first run.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct QueueHeader
{
    public int* Ids;
    public uint Mask;
    public uint Head;
    public uint Tail;
    public uint Reserved;

    public readonly uint Count => Tail - Head;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(int id) => Ids[Tail++ & Mask] = id;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Pop() => Ids[Head++ & Mask];
}

/// <summary>kam_sched: the tables of one scheduler.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SchedHeader
{
    public SlotHeader* Slots;
    public QueueHeader Managed;
    public QueueHeader Native;
    public PoolHeader* Pool;
    public int Budget;
    public int BatchMax;
    public long NowNs;
    public delegate* unmanaged[Cdecl]<SchedHeader*, RingHeader*, int> RingGrow;
    public delegate* unmanaged[Cdecl]<SchedHeader*, int, long, void> TimerSet;
    public void* Poller;
    public ulong NativeActivations;
    public uint SlotCount;
    public uint Reserved0;
    public void* Maker;
    public ulong Reserved1, Reserved2, Reserved3, Reserved4, Reserved5;
    public delegate* unmanaged[Cdecl]<SchedHeader*, int, byte*, uint, void> Warn;
}
