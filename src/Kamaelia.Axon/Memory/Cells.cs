using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>Cache-line-sized cells of unmanaged memory for rings and outlets, kept for reuse.</summary>
/// <remarks>
/// Any thread. The memory is never given back to the system, so that a sampler that reads a counter of a box that is
/// being buried reads an old number, not a page that is gone.
/// </remarks>
internal static unsafe class Cells
{
    public const int CellBytes = 64;
    private const int SlabCells = 1024;

    private static readonly Lock s_lock = new();
    private static void* s_free;
    private static byte* s_slab;
    private static int s_slabLeft;
    private static long s_inUse;

    /// <summary>Cells handed out and not returned: zero when no component is left.</summary>
    public static long InUse => Volatile.Read(ref s_inUse);

    public static void* Rent()
    {
        void* cell;
        lock (s_lock)
        {
            cell = s_free;
            if (cell != null)
            {
                s_free = *(void**)cell;
            }
            else
            {
                if (s_slabLeft == 0)
                {
                    s_slab = (byte*)NativeMemory.AlignedAlloc(SlabCells * CellBytes, CellBytes);
                    s_slabLeft = SlabCells;
                }
                cell = s_slab;
                s_slab += CellBytes;
                s_slabLeft--;
            }
            s_inUse++;
        }
        NativeMemory.Clear(cell, CellBytes);
        return cell;
    }

    public static void Return(void* cell)
    {
        lock (s_lock)
        {
            *(void**)cell = s_free;
            s_free = cell;
            s_inUse--;
        }
    }
}
