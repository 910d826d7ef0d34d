using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests;

/// <summary>What a graph may leave behind, counted.</summary>
internal readonly record struct Leaks(long Chunks, long Cells, int Instances, int Sockets, int Pipes, int Others)
{
    public static Leaks Count()
    {
        var descriptors = Directory.Exists("/proc/self/fd") ? Descriptors() : [];
        return new Leaks(ChunkPool.TotalOutstanding(), Axon.Cells.InUse, Probe.Live,
            descriptors.Count(d => d.StartsWith("socket:", StringComparison.Ordinal)),
            descriptors.Count(d => d.StartsWith("pipe:", StringComparison.Ordinal)),
            descriptors.Count(d => d.StartsWith("anon_inode:", StringComparison.Ordinal)));
    }

    /// <summary>What is there beyond that; empty: nothing.</summary>
    public string Beyond(Leaks before)
    {
        List<string> more = [];
        Add(Chunks - before.Chunks, "chunks");
        Add(Cells - before.Cells, "boxes");
        Add(Instances - before.Instances, "native instances");
        Add(Sockets - before.Sockets, "sockets");
        Add(Pipes - before.Pipes, "pipes");
        Add(Others - before.Others, "pollers and their like");
        return string.Join(", ", more);

        void Add(long count, string what)
        {
            if (count > 0)
                more.Add($"{count} {what}");
        }
    }

    /// <summary>Threads whose name begins so: the kernel keeps fifteen characters of it.</summary>
    public static int Threads(string prefix)
    {
        var count = 0;
        foreach (var task in Directory.Exists("/proc/self/task") ? Directory.GetDirectories("/proc/self/task") : [])
        {
            try
            {
                if (File.ReadAllText(Path.Combine(task, "comm")).StartsWith(prefix, StringComparison.Ordinal))
                    count++;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        return count;
    }

    private static List<string> Descriptors()
    {
        List<string> targets = [];
        foreach (var descriptor in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget is { } target)
                targets.Add(target);
        }
        return targets;
    }
}
