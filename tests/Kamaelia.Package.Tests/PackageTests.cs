using System.Runtime.InteropServices;

namespace Kamaelia.Package.Tests;

/// <summary>The packed packages, used as a stranger would: the native library is found in every way of shipping.</summary>
[TestFixture]
public sealed class PackageTests
{
    private static readonly string s_rid = RuntimeInformation.RuntimeIdentifier;

    private PackageFeed _feed = null!;

    [OneTimeSetUp]
    public void Pack() => _feed = PackageFeed.Pack();

    [OneTimeTearDown]
    public void Remove() => _feed?.Dispose();

    [Test]
    public void Consumer_WhenRun_FindsTheNativeLibrary() => Assert.That(_feed.BuildAndRun(), Does.Contain("abi "));

    [Test]
    public void Consumer_PublishedAnywhere_FindsTheNativeLibrary() =>
        Assert.That(_feed.PublishAndRun("portable"), Does.Contain("abi "));

    [Test]
    public void Consumer_PublishedAsOneFile_FindsTheNativeLibraryInside() => Assert.That(_feed.PublishAndRun(
        "single", "-r", s_rid, "--self-contained", "false", "-p:PublishSingleFile=true",
        "-p:IncludeNativeLibrariesForSelfExtract=true"), Does.Contain("abi "));

    [Test]
    public void Consumer_CompiledAheadOfTime_FindsTheNativeLibrary() => Assert.That(
        _feed.PublishAndRun("aot", "-r", s_rid, "-p:PublishAot=true"), Does.Contain("abi "));

    [Test]
    public void Tool_WhenInstalled_IsTheCommand()
    {
        _feed.InstallTool();
        Assert.That(File.Exists(_feed.ToolCommand), Is.True);
    }
}
