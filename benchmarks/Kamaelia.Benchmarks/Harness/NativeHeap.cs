using System.Runtime.InteropServices;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Bytes in use on the C heap, as glibc counts them: where rings and tables lie.</summary>
internal static unsafe class NativeHeap
{
    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo2
    {
        public nuint Arena, FreeChunks, FastChunks, MappedRegions, MappedBytes, Unused, FastBytes, UsedBytes, FreeBytes,
            Releasable;
    }

    private static readonly delegate* unmanaged[Cdecl]<MallInfo2> s_mallinfo2 = Find();

    /// <summary>False where there is no glibc (2.33 or later): then nothing can be said.</summary>
    public static bool IsKnown => s_mallinfo2 != null;

    public static long Bytes
    {
        get
        {
            if (!IsKnown)
                return 0;
            MallInfo2 info = s_mallinfo2();
            return (long)(info.UsedBytes + info.MappedBytes);
        }
    }

    private static delegate* unmanaged[Cdecl]<MallInfo2> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
            && NativeLibrary.TryGetExport(libc, "mallinfo2", out nint address)
            ? (delegate* unmanaged[Cdecl]<MallInfo2>)address
            : null;
}
