using Kamaelia.Axon;

namespace Kamaelia.Soak;

/// <summary>What the process holds at one moment.</summary>
/// <param name="At">Since the beginning.</param>
/// <param name="Rss">Resident memory, MiB.</param>
/// <param name="Heap">Managed heap after a collection, MiB.</param>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Chunks">Chunks rented and not returned.</param>
/// <param name="Boxes">Memory cells of boxes in use.</param>
/// <param name="Places">Places taken in the tables of the schedulers that live long.</param>
internal readonly record struct Sample(
    TimeSpan At, double Rss, double Heap, double Descriptors, double Threads, double Chunks, double Boxes,
    double Places)
{
    private const double MiB = 1024 * 1024;

    public static Sample Take(TimeSpan at, int places) => new(at, Environment.WorkingSet / MiB,
        GC.GetTotalMemory(forceFullCollection: true) / MiB, Count("/proc/self/fd"), Count("/proc/self/task"),
        ChunkPool.TotalOutstanding(), Cells.InUse, places);

    // Where there is no /proc nothing is counted, and nothing grows.
    private static int Count(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Count() : 0;

    public override string ToString() => $"RSS {Rss:0.0} MiB, heap {Heap:0.0} MiB, {Descriptors} descriptors, "
        + $"{Threads} threads, {Chunks} chunks, {Boxes} boxes, {Places} places";
}
