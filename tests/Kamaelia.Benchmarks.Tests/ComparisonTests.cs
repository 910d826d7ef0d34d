using Kamaelia.Benchmarks.Results;
using static Kamaelia.Benchmarks.Tests.SomeResults;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>--against: allocations are judged, times are told.</summary>
public sealed class ComparisonTests
{
    [TestCase(0, 0, false)]
    [TestCase(0, 0.9, false)]
    [TestCase(0, 24, true)]
    [TestCase(412, 430, false)]
    [TestCase(412, 440, true)]
    [TestCase(412, 100, false)]
    public void Comparison_OfAllocations_FindsWhatGrew(double before, double now, bool isRegression)
    {
        var comparison = Comparison.Of(File(Entry(allocated: now)), File(Entry(allocated: before)));

        Assert.That(comparison.Regressions, Has.Count.EqualTo(isRegression ? 1 : 0));
    }

    [Test]
    public void Comparison_OfARivalThatAllocatesMore_IsNoRegression()
    {
        var comparison = Comparison.Of(File(Entry("Channels", allocated: 90, role: "rival")),
            File(Entry("Channels", allocated: 1, role: "rival")));

        Assert.That(comparison.Regressions, Is.Empty);
    }

    [Test]
    public void Comparison_OfATimeTenfold_TellsIt_AndIsNoRegression()
    {
        var comparison = Comparison.Of(File(Entry(ns: 100)), File(Entry(ns: 10)));

        Assert.That(comparison.Regressions, Is.Empty);
        Assert.That(comparison.Notes, Has.Some.Contains("async: 100 ns, 10 before (+900%)"));
    }

    [Test]
    public void Comparison_OfAVariantThatIsGone_TellsIt()
    {
        var comparison = Comparison.Of(File(Entry()), File(Entry(), Entry("step")));

        Assert.That(comparison.Notes, Has.Some.EqualTo("not measured this time: pipeline: 10 stages, batch 64: step"));
    }

    [Test]
    public void Comparison_OfASuiteThatWasNotRun_SaysNothing()
    {
        var comparison = Comparison.Of(File(Entry()), File(Entry(), Entry("step", suite: "ring")));

        Assert.That(comparison.Notes, Is.Empty);
    }

    [TestCase(24, 1)]
    [TestCase(0, 0)]
    public async Task Bench_Against_EndsWithOneWhenAnAllocationGrew(double allocated, int expected)
    {
        using var folder = new TemporaryFolder();
        File(Entry(allocated: allocated, ns: 1000)).Write(folder.At("now.json"));
        File(Entry(allocated: 0, ns: 1)).Write(folder.At("before.json"));

        var (exitCode, output, errors) = await BenchProgram.RunAsync(
            "--from", folder.At("now.json"), "--against", folder.At("before.json"));

        Assert.That(exitCode, Is.EqualTo(expected), output + errors);
        Assert.That(output, Does.Contain("time: ").And.Contain(expected == 1 ? "REGRESSION" : "no allocation grew"));
    }
}
