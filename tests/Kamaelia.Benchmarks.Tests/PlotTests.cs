using System.Xml.Linq;
using Kamaelia.Benchmarks.Plots;
using Kamaelia.Benchmarks.Results;
using static Kamaelia.Benchmarks.Tests.SomeResults;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>Pictures: well-formed, a mark for each figure, colours for light and dark, alone.</summary>
public sealed class PlotTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Test]
    public void Bars_OfTwoCases_HaveABarAndItsSpreadEach()
    {
        ResultEntry[][] cases =
        [
            [Entry("a <b> & c"), Entry("Channels", 100, role: "rival"), Entry("memcpy", 1, role: "limit")],
            [Entry("step", name: "1 stages, batch 64")],
        ];

        var svg = Parse(BarPlot.Draw("pipeline", cases));

        var bars = svg.Descendants(s_svg + "rect").Where(r => Style(r) != "paper").ToArray();
        Assert.That(bars.Select(Style), Is.EqualTo(new[] { "ours", "rival", "limit", "ours" }));
        Assert.That(svg.Descendants(s_svg + "line").Count(l => Style(l) == "spread"), Is.EqualTo(3 * bars.Length));
        Assert.That(Words(svg), Does.Contain("a <b> & c").And.Contain("ns per message-hop (log scale)"));
    }

    [Test]
    public void Bars_OfALongerTime_AreLonger()
    {
        var svg = Parse(BarPlot.Draw("s", [[Entry("a", 10), Entry("b", 1000)]]));

        var widths = svg.Descendants(s_svg + "rect").Where(r => Style(r) == "ours")
            .Select(r => (double)r.Attribute("width")!).ToArray();
        Assert.That(widths[1], Is.GreaterThan(widths[0] + 50));
    }

    [Test]
    public void Curve_OfTwoVariants_HasALineEachAndAMarkAPoint()
    {
        var svg = Parse(CurvePlot.Draw("hops by stages",
            [Point("async", 1, 10), Point("async", 10, 11), Point("async", 100, 12), Point("step", 1, 2)]));

        var lines = svg.Descendants(s_svg + "polyline").ToArray();
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(((string)lines[0].Attribute("points")!).Split(' '), Has.Length.EqualTo(3));
        Assert.That(svg.Descendants(s_svg + "circle").Count(), Is.EqualTo(4 + 2), "points and the legend's marks");
        Assert.That(Words(svg), Is.SupersetOf(
            new[] { "stages (log scale)", "ns per message-hop (log scale)", "async", "step", "100" }));
    }

    [Test]
    public void Plots_OfEveryKind_AreForLightAndDarkAndStandAlone()
    {
        string[] plots = [.. Page.Plots(File(Entry(), Point("async", 1, 1), Point("async", 2, 1))).Select(p => p.Svg)];

        Assert.That(plots, Has.Length.EqualTo(2));
        foreach (var plot in plots)
        {
            Assert.That(plot, Does.Contain("prefers-color-scheme: dark"));
            Assert.That(plot, Does.Not.Contain("<script").And.Not.Contain("url(").And.Not.Contain("href"));
            Assert.That(Parse(plot).Element(s_svg + "title")!.Value, Is.Not.Empty);
        }
    }

    [Test]
    public void Axis_OfValues_SpansWholeDecadesAndKeepsTheOrder()
    {
        var axis = new LogAxis([3, 4_000], 0, 100);

        Assert.That(axis.Ticks.Select(t => t.Text), Is.EqualTo(new[] { "1", "10", "100", "1k", "10k" }));
        Assert.That(new[] { axis.At(1), axis.At(100), axis.At(10_000) }, Is.EqualTo(new double[] { 0, 50, 100 })
            .Within(1e-9));
        Assert.That(axis.At(0), Is.Zero, "what a logarithm has no place for lies at its foot");
    }

    private static XElement Parse(string svg) => XDocument.Parse(svg).Root!;

    private static string Style(XElement mark) => (string)mark.Attribute("class")!;

    private static string[] Words(XElement svg) => [.. svg.Descendants(s_svg + "text").Select(t => t.Value)];
}
