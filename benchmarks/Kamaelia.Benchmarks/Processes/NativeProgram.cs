namespace Kamaelia.Benchmarks.Processes;

/// <summary>The programs of benchmarks/native.</summary>
internal static class NativeProgram
{
    /// <summary>Where it was built (cmake -DKAM_BENCH=ON), above this program; null: nowhere.</summary>
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string native = Path.Combine(folder.FullName, "artifacts", "native");
            if (Directory.Exists(native))
                return Directory.EnumerateFiles(native, name, SearchOption.AllDirectories).FirstOrDefault();
        }
        return null;
    }
}
