using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

/// <summary>What people see for each mistake: <c>Golden/NAME.kam</c> is the text, <c>Golden/NAME.txt</c> what is
/// shown.</summary>
/// <remarks>With KAMAELIA_GOLDEN=write the .txt files are written anew; the change is then read in review.</remarks>
public sealed class GoldenTests
{
    private static readonly string s_folder = Path.Combine(RepositoryRoot(), "tests/Kamaelia.Tests/Notation/Golden");

    private static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(s_folder, "*.kam").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    [TestCaseSource(nameof(Names))]
    public void Render_AMistake_ShowsWhatTheGoldenFileShows(string name)
    {
        string text = File.ReadAllText(Path.Combine(s_folder, name + ".kam")).ReplaceLineEndings("\n");
        var parsed = GraphText.Parse(text, name + ".kam", TestCatalogue.Make());

        string shown = new DiagnosticRenderer(parsed.Source).RenderAll(parsed.Diagnostics);

        string golden = Path.Combine(s_folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("KAMAELIA_GOLDEN") == "write")
            File.WriteAllText(golden, shown);
        Assert.That(shown, Is.EqualTo(File.ReadAllText(golden).ReplaceLineEndings("\n")));
    }

    [Test]
    public void Codes_OfTextOptionsAndGraph_AreEachShownByAGoldenFile()
    {
        string shown = string.Concat(Directory.EnumerateFiles(s_folder, "*.txt").Select(File.ReadAllText));

        // 04 to 06 are not found by reading a text, nor is what a simulation refuses and what the shape of a built
        // graph shows: the tests of the tool show them.
        DiagnosticCode[] ofTheTool = [DiagnosticCode.NotSimulated, DiagnosticCode.Diamond, DiagnosticCode.WaitingCycle,
            DiagnosticCode.Unreached];
        var missing = DiagnosticCode.All.Where(code => string.CompareOrdinal(code.Id, "KAM04") < 0)
            .Except(ofTheTool)
            .Where(code => !shown.Contains(code.Id, StringComparison.Ordinal)).Select(code => code.Id);
        Assert.That(missing, Is.Empty);
    }

    /// <summary>Upwards from the tests, as a build for release knows no paths of the machine that made it.</summary>
    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Kamaelia.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Kamaelia.sln above the tests.");
        return folder.FullName;
    }
}
