using System.Runtime.InteropServices;
using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Bytes in use on the C heap, as glibc counts them: where rings and tables lie.</summary>
/// <remarks>Cells of rings and outlets are kept for reuse and never given back, so those that a former run left would
/// be missed: they are counted by themselves.</remarks>
internal readonly unsafe struct NativeHeap
{
    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo2
    {
        public nuint Arena, FreeChunks, FastChunks, MappedRegions, MappedBytes, Unused, FastBytes, UsedBytes, FreeBytes,
            Releasable;
    }

    private static readonly delegate* unmanaged[Cdecl]<MallInfo2> s_mallinfo2 = Find();
    private static long s_cellsMax;

    private readonly long _bytes;
    private readonly long _cells;

    private NativeHeap(long bytes, long cells)
    {
        _bytes = bytes;
        _cells = cells;
    }

    /// <summary>False where there is no glibc (2.33 or later): then nothing can be said.</summary>
    public static bool IsKnown => s_mallinfo2 != null;

    public static NativeHeap Now()
    {
        long cells = Cells.InUse;
        s_cellsMax = Math.Max(s_cellsMax, cells);
        if (!IsKnown)
            return new NativeHeap(0, cells);
        MallInfo2 info = s_mallinfo2();
        return new NativeHeap((long)(info.UsedBytes + info.MappedBytes), cells);
    }

    /// <summary>Bytes more than then, cells included whether they are new or used again.</summary>
    public static long BytesSince(NativeHeap then)
    {
        long cellsMaxThen = s_cellsMax;
        NativeHeap now = Now();
        long newCells = Math.Max(0, now._cells - cellsMaxThen);
        return now._bytes - then._bytes + (now._cells - then._cells - newCells) * Cells.CellBytes;
    }

    private static delegate* unmanaged[Cdecl]<MallInfo2> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
            && NativeLibrary.TryGetExport(libc, "mallinfo2", out nint address)
            ? (delegate* unmanaged[Cdecl]<MallInfo2>)address
            : null;
}
