namespace Kamaelia.Tidy.Tests;

/// <summary>What is generated from the headers is what the headers give now.</summary>
[TestFixture]
public sealed class GeneratedFilesTests
{
    private const int ExitFresh = 0;
    private const int ExitStale = 1;
    private const int ExitNoLibClang = 69;

    [Test]
    public void Mirror_MadeAgain_IsTheSame()
    {
        var run = Check(Repository.Root);
        Assert.That(run.ExitCode, Is.EqualTo(ExitFresh), run.Output + run.Errors);
    }

    [Test]
    public void Mirror_OfAChangedHeader_IsFoundStale()
    {
        var copy = Directory.CreateTempSubdirectory("kamaelia-tidy-");
        try
        {
            foreach (var file in Repository.Files.Where(f => f.IsUnder("native/include/") || f.IsGenerated))
            {
                Write(copy.FullName, file.Path, file.Text);
            }
            var abi = Repository.Files.Single(f => f.Path == "native/include/kamaelia/abi.h").Text;
            var at = abi.IndexOf("KAM_API uint32_t kam_abi_version", StringComparison.Ordinal);
            var changed = abi.Insert(at, "KAM_API uint32_t kam_abi_new(void);\n");
            Write(copy.FullName, "native/include/kamaelia/abi.h", changed);
            var run = Check(copy.FullName);
            Assert.That(run.ExitCode, Is.EqualTo(ExitStale), run.Output + run.Errors);
            Assert.That(run.Output, Does.Contain("kam_abi_new"));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static ProcessRun Check(string root)
    {
        // The generator as this build made it: the folder below bin has the same name as ours.
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var tool = Repository.At("interop", "Generator", "bin", built.Parent!.Name, built.Name, "Kamaelia.BindGen.dll");
        var run = ProcessRun.Try("dotnet", Repository.Root, tool, "--check", "--root", root)!;
        if (run.ExitCode == ExitNoLibClang) { Assert.Ignore("skipped, because libclang is not here: " + run.Errors); }
        return run;
    }

    private static void Write(string root, string path, string text)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
