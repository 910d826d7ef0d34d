using System.Runtime.InteropServices;

namespace Kamaelia.Package.Tests;

/// <summary>The packed packages, used as a stranger would: the native library is found in every way of
/// shipping.</summary>
[TestFixture]
public sealed class PackageTests
{
    private static readonly string s_rid = RuntimeInformation.RuntimeIdentifier;

    // The sum of 1 to 100, through a graph of its own components; the same on the bench; then the native library
    // answered.
    private static readonly string s_said = $"sum 5050{Environment.NewLine}bench 5050{Environment.NewLine}abi ";

    private PackageFeed _feed = null!;

    [OneTimeSetUp]
    public void Pack() => _feed = PackageFeed.Pack();

    [OneTimeTearDown]
    public void Remove() => _feed?.Dispose();

    [Test]
    public void Consumer_WhenRun_Works() => Assert.That(_feed.BuildAndRun(), Does.Contain(s_said));

    [Test]
    public void Consumer_PublishedAnywhere_Works() =>
        Assert.That(_feed.PublishAndRun("portable"), Does.Contain(s_said));

    [Test]
    public void Consumer_PublishedAsOneFile_Works() => Assert.That(_feed.PublishAndRun(
        "single", "-r", s_rid, "--self-contained", "false", "-p:PublishSingleFile=true",
        "-p:IncludeNativeLibrariesForSelfExtract=true"), Does.Contain(s_said));

    [Test]
    public void Consumer_CompiledAheadOfTime_Works() => Assert.That(
        _feed.PublishAndRun("aot", "-r", s_rid, "-p:PublishAot=true"), Does.Contain(s_said));

    [Test]
    public void Tool_WhenInstalled_IsTheCommand()
    {
        _feed.InstallTool();
        Assert.That(File.Exists(_feed.ToolCommand), Is.True);
    }
}
