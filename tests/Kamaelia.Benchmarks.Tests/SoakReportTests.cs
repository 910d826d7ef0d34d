using Kamaelia.Soak;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>What the soak calls flat: spikes and a first half that warms up are, a steady growth is not.</summary>
public sealed class SoakReportTests
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(200);

    [Test]
    public void Report_OfSteadyFigures_IsFlat()
    {
        var report = Of(_ => 100);

        Assert.That(report.IsFlat, report.Verdict);
        Assert.That(report.Verdict, Does.StartWith("soak: flat"));
    }

    [Test]
    public void Report_OfASlowGrowth_IsNotFlat_AndNamesIt()
    {
        var report = Of(second => 100 + second);

        Assert.That(report.IsFlat, Is.False);
        Assert.That(report.Verdict, Does.StartWith("soak: not flat").And.Contains("RSS, MiB grew"));
        Assert.That(report.Table, Does.Contain("GROWS"));
    }

    [Test]
    public void Report_OfAWarmUpAndSpikes_IsFlat()
    {
        var report = Of(second => Math.Min(100, 50 + second) + (second % 17 == 0 ? 80 : 0));

        Assert.That(report.IsFlat, report.Table);
    }

    [Test]
    public void Report_OfTooFewSamples_IsNotFlat() =>
        Assert.That(new Report([.. Samples(_ => 100).Take(5)], [], [], s_time).IsFlat, Is.False);

    [Test]
    public void Report_WithAProblem_IsNotFlat() =>
        Assert.That(new Report(Samples(_ => 100), [], ["it broke"], s_time).Verdict, Does.EndWith(": it broke"));

    private static Report Of(Func<int, double> rss) => new(Samples(rss), [], [], s_time);

    private static List<Sample> Samples(Func<int, double> rss) =>
        [.. Enumerable.Range(0, 200).Select(s => new Sample(TimeSpan.FromSeconds(s), rss(s), 1, 10, 10, 0, 0, 0))];
}
