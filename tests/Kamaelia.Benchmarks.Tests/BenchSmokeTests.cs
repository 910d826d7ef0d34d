using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>The benchmark program at its smallest: that every suite runs and what it writes can be read. No figure is
/// judged.</summary>
public sealed class BenchSmokeTests
{
    [Test]
    public async Task Smoke_EverySuite_WritesResultsAndAPage()
    {
        using var folder = new TemporaryFolder();
        var (_, list, _) = await BenchProgram.RunAsync("--list");
        var suites = list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);

        var (exitCode, output, errors) = await BenchProgram.RunAsync("--smoke", "--results", folder.Path);

        Assert.That(exitCode, Is.Zero, errors);
        var file = ResultsFile.Read(folder.At("results.json"));
        Assert.That(file.Run.IsComplete);
        // Some need programs that are not everywhere: then they say so, and nothing failed.
        var told = file.Missing.Where(m => !m.IsFailure).Select(m => m.Suite);
        Assert.That(file.Results.Select(r => r.Suite).Union(told), Is.EquivalentTo(suites), output);
        Assert.That(file.Missing.Where(m => m.IsFailure), Is.Empty, output);
        Assert.That(file.Results.Select(r => (r.Suite, r.Case, r.Variant)), Is.Unique);
        Assert.That(folder.At("results.md"), Does.Exist);
        using (Assert.EnterMultipleScope())
        {
            foreach (var result in file.Results)
                CheckResult(result);
        }
    }

    [Test]
    public async Task Bench_BrokenOff_EndsAndKeepsWhatItHad()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output, errors) = await BenchProgram.RunAndBreakOffAsync(
            "[2/", "--quick", "--results", folder.Path, "pipeline");

        Assert.That(exitCode, Is.EqualTo(130), output + errors);
        var file = ResultsFile.Read(folder.At("results.json"));
        Assert.That(file.Results, Is.Not.Empty);
        Assert.That(file.Run.IsComplete, Is.False);
        Assert.That(folder.At("results.md"), Does.Exist);
    }

    [Test]
    public async Task Bench_WithoutTheRivalsPrograms_TellsHowToGetThem_AndMeasuresOurs()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, _, errors) = await BenchProgram.RunAsync(
            path: folder.Path, ["--smoke", "--results", folder.Path, "peers"]);

        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(errors, Does.Contain("skipped: gst-launch-1.0 is not installed (apt-get install gstreamer1.0-tools")
            .And.Contain("skipped: ffmpeg is not installed (apt-get install ffmpeg)"));
        var file = ResultsFile.Read(folder.At("results.json"));
        Assert.That(file.Results.Select(r => r.Role).Distinct(), Is.EqualTo(new[] { "ours" }));
        Assert.That(file.Missing.Select(m => m.Variant), Does.Contain("ffmpeg").And.Contain("GStreamer"));
        Assert.That(file.Missing.Select(m => m.IsFailure), Has.None.True);
    }

    [Test]
    public async Task Bench_UnknownSuite_NamesThoseThereAre()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, errors) = await BenchProgram.RunAsync("--results", folder.Path, "pipelin");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("'pipelin'").And.Contain("pipeline"));
        Assert.That(output, Is.Empty);
    }

    [Test]
    public async Task Bench_UnknownOption_IsRefused()
    {
        var (exitCode, _, errors) = await BenchProgram.RunAsync("--quik");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("--quik").And.Contain("--help"));
    }

    private static void CheckResult(ResultEntry result)
    {
        var text = $"{result.Suite}, {result.Case}, {result.Variant}";
        Assert.That(result.NsPerOp, Is.Positive, text);
        Assert.That(result.NsPerOpMin, Is.Positive.And.AtMost(result.NsPerOp), text);
        Assert.That(result.NsPerOpMax, Is.AtLeast(result.NsPerOp), text);
        Assert.That(result.AllocatedBytesPerOp, Is.Not.Negative, text);
        Assert.That(result.Role, Is.AnyOf("ours", "rival", "limit"), text);
        if (result.ToRival is { } rival)
            Assert.That(rival.Time, Is.Positive, text);
    }
}
