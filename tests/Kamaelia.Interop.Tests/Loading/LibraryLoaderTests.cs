namespace Kamaelia.Interop.Tests;

/// <summary>Where the loader looks, and what it says when it finds nothing or the wrong thing.</summary>
public sealed class LibraryLoaderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static string GoodFolder => Path.GetDirectoryName(NativeLibraryInfo.Path)!;

    private string BuildWithVersion(string expression) => CCompiler.BuildLibrary(_folder, LibraryName.FileName,
        "#include <stdint.h>\nuint32_t kam_abi_version(void) { return " + expression + "; }\n");

    [Test]
    public void Load_InNoFolder_ListsEveryPathTried()
    {
        var first = Path.Combine(_folder.Path, "first");
        var second = Path.Combine(_folder.Path, "second");

        var result = LibraryLoader.Load(null, [first, second], systemSearch: false);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Path, Is.Null);
        Assert.That(result.Error, Does.Contain(Path.Combine(first, LibraryName.FileName))
            .And.Contain(Path.Combine(second, LibraryName.FileName)).And.Contain(LibraryName.RuntimeIdentifier));
        Assert.That(result.Tried, Has.Count.EqualTo(2));
    }

    [Test]
    public void Load_FromTheSecondFolder_NamesItsFile()
    {
        var result = LibraryLoader.Load(null, [_folder.Path, GoodFolder], systemSearch: false);

        Assert.That(result.IsLoaded, result.Error);
        Assert.That(result.Error, Is.Null);
        Assert.That(result.Path, Is.EqualTo(Path.Combine(GoodFolder, LibraryName.FileName)));
        Assert.That(result.Tried[0], Does.Contain("no such file"));
    }

    [Test]
    public void Load_OfAChosenFolder_FindsTheFileInIt()
    {
        var result = LibraryLoader.Load(GoodFolder, [], systemSearch: false);

        Assert.That(result.IsLoaded, result.Error);
    }

    [Test]
    public void Load_OfAChosenFileThatIsMissing_LooksNowhereElse()
    {
        var chosen = Path.Combine(_folder.Path, "missing.so");

        var result = LibraryLoader.Load(chosen, [GoodFolder], systemSearch: true);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain(NativeLibraryInfo.PathVariable).And.Contain(chosen));
        Assert.That(result.Tried, Has.Count.EqualTo(1));
    }

    [Test]
    public void Load_OfAFileThatIsNoLibrary_SaysWhatTheSystemSaid()
    {
        var chosen = _folder.File(LibraryName.FileName, "this is text");

        var result = LibraryLoader.Load(chosen, [], systemSearch: false);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain(chosen + ": "));
        Assert.That(result.Error, Does.Not.Contain("no such file"));
    }

    [Test]
    public void Load_OfAnotherMajor_NamesBothNumbersAndTheFile()
    {
        var path = BuildWithVersion("(9u << 16) | 3u");

        var result = LibraryLoader.Load(path, [], systemSearch: false);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain("9.3").And.Contain("needs 1.").And.Contain(path));
        Assert.That(result.AbiVersion, Is.EqualTo((9u << 16) | 3u));
    }

    [Test]
    public void Load_OfAnotherMajorInAFolder_DoesNotGoOnToTheNext()
    {
        BuildWithVersion("(2u << 16)");

        var result = LibraryLoader.Load(null, [_folder.Path, GoodFolder], systemSearch: true);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain("2.0"));
    }

    [Test]
    public void Load_OfALaterMinor_IsTaken()
    {
        var path = BuildWithVersion("(1u << 16) | 900u");

        var result = LibraryLoader.Load(path, [], systemSearch: false);

        Assert.That(result.IsLoaded, result.Error);
        Assert.That(result.AbiVersion & 0xffff, Is.EqualTo(900));
    }

    [Test]
    public void Load_OfALibraryWithoutTheVersionExport_SaysSo()
    {
        var path = CCompiler.BuildLibrary(_folder, LibraryName.FileName, "int other(void) { return 1; }\n");

        var result = LibraryLoader.Load(path, [], systemSearch: false);

        Assert.That(result.IsLoaded, Is.False);
        Assert.That(result.Error, Does.Contain("kam_abi_version").And.Contain(path));
    }

    [Test]
    public void Info_OfTheLibraryBesideTheTests_SaysItIsAvailable()
    {
        Assert.That(NativeLibraryInfo.IsAvailable, NativeLibraryInfo.Error);
        Assert.That(File.Exists(NativeLibraryInfo.Path));
        Assert.That(NativeLibraryInfo.AbiVersion!.Major, Is.EqualTo(1));
        Assert.That(NativeLibraryInfo.Error, Is.Null);
        Assert.That(NativeLibraryInfo.Tried, Is.Not.Empty);
        Assert.That(NativeLibraryInfo.Demand, Throws.Nothing);
    }

    [Test]
    public void LoadedPath_OfAMappedFile_IsItsPath()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because only Linux lists a process's mapped files");
        Assert.That(NativeLibraryInfo.IsAvailable, NativeLibraryInfo.Error);
        Assert.That(LoadedPath.Find(LibraryName.FileName), Does.EndWith("/" + LibraryName.FileName));
        Assert.That(LoadedPath.Find("libkamaelia-that-is-not-loaded.so"), Is.Null);
    }
}
