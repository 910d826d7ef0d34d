namespace Kamaelia.Benchmarks.Results;

/// <summary>Brings a results file to where people read it: the checked-in page, the README, the page for people who
/// port.</summary>
internal static class Publisher
{
    /// <summary>Kept in git, unlike the rest of its parent: what the README's table was made from.</summary>
    public const string PublishedFolder = "benchmarks/results/published";
    public const string Readme = "README.md";
    public const string Porting = "native/PORTING.md";

    /// <exception cref="UsageException">The results are not fit to be shown: a smoke run, or nothing in it.
    /// </exception>
    public static void Publish(ResultsFile file, string root)
    {
        if (file.Run.Scale == "smoke" || file.Results.Count == 0)
            throw new UsageException($"a {file.Run.Scale} run of {file.Results.Count} results is not for the README");
        string folder = Path.Combine(root, PublishedFolder);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, ResultsFile.FileName);
        file.Write(path);
        file = ResultsFile.Read(path); // Rounded as it is kept, or a last digit of a table would not be the file's.
        Page.Write(file, folder);
        Update(Path.Combine(root, Readme), ReadmeBlock.Name, ReadmeText(file));
        Update(Path.Combine(root, Porting), PortingBlock.Name, PortingBlock.Text(file));
    }

    public static string ReadmeText(ResultsFile file) =>
        ReadmeBlock.Text(file, $"{PublishedFolder}/{Page.FileName}");

    private static void Update(string path, string name, string text) =>
        File.WriteAllText(path, Block.Replace(File.ReadAllText(path), name, text));
}
