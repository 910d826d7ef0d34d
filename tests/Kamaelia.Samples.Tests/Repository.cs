namespace Kamaelia.Samples.Tests;

/// <summary>Where the repository is: the nearest folder above the built tests that holds the solution. (Not where the
/// compiler found the sources: a deterministic build hides that.)</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Kamaelia.sln")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Kamaelia.sln");
    }
}
