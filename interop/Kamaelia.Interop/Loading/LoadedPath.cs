namespace Kamaelia.Interop;

/// <summary>Where a library that the system found by itself lies.</summary>
internal static class LoadedPath
{
    private const string MapsFile = "/proc/self/maps";

    /// <summary>The path of the mapped file of that name; null where the system does not say (only Linux
    /// does).</summary>
    public static string? Find(string fileName)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(MapsFile))
            return null;
        // address perms offset device inode path: the path is the rest of the line, from its first slash.
        foreach (var line in File.ReadLines(MapsFile))
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && Path.GetFileName(line.AsSpan(slash)).SequenceEqual(fileName))
                return line[slash..];
        }
        return null;
    }
}
