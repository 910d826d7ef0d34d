namespace Kamaelia.Interop.Tests;

/// <summary>Where the sources are: the nearest folder above the tests that holds the headers.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Include => Path.Combine(Root, "native", "include");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "native", "include", "kamaelia")))
                return folder.FullName;
        throw new InvalidOperationException($"no native/include/kamaelia above {AppContext.BaseDirectory}");
    }
}
