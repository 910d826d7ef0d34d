using System.Runtime.InteropServices;

namespace Kamaelia.Benchmarks.Processes;

/// <summary>CPU time of the children that have ended, exact to the microsecond, as the kernel adds it up.</summary>
/// <remarks>What lies between two readings is one child's only if no other ended meanwhile.</remarks>
internal static partial class ChildUsage
{
    private const int RusageChildren = -1;
    private const int FieldCount = 18; // Two times of two numbers, then fourteen counts (getrusage(2), 64 bits).

    public static TimeSpan Now()
    {
        Span<long> usage = stackalloc long[FieldCount];
        if (!OperatingSystem.IsLinux() || GetUsage(RusageChildren, ref usage[0]) != 0)
            return TimeSpan.Zero;
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
