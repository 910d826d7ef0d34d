using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks.Plots;

/// <summary>One curve: a line a variant, both axes logarithmic, so that what is flat is level and what is linear rises
/// by one decade a decade.</summary>
internal static class CurvePlot
{
    private const double Width = 860;
    private const double Height = 440;
    private const double Left = 70;
    private const double Right = 600;
    private const double Top = 40;
    private const double Bottom = 380;
    private const int ColourCount = 7;

    /// <param name="name">The curve's.</param>
    /// <param name="points">All of them; each has its place on the curve.</param>
    public static string Draw(string name, IReadOnlyList<ResultEntry> points)
    {
        var svg = new SvgText();
        var x = new LogAxis(points.Select(p => p.Curve!.X), Left, Right);
        var y = new LogAxis(points.SelectMany(p => new[] { p.NsPerOpMin, p.NsPerOpMax }), Bottom, Top);
        Axes(svg, x, y, points[0]);
        svg.Words("ink head", 12, 22, name);
        var lines = points.GroupBy(p => p.Variant).ToArray();
        for (int i = 0; i < lines.Length; i++)
        {
            string style = $"c{i % ColourCount}";
            ResultEntry[] line = [.. lines[i].OrderBy(p => p.Curve!.X)];
            svg.Polyline(style, line.Select(p => (x.At(p.Curve!.X), y.At(p.NsPerOp))));
            foreach (ResultEntry point in line)
            {
                double at = x.At(point.Curve!.X);
                svg.Line(style, at, y.At(point.NsPerOpMin), at, y.At(point.NsPerOpMax));
                svg.Circle(style, at, y.At(point.NsPerOp));
            }
            svg.Circle(style, Right + 24, Top + 8 + i * 20);
            svg.Words("ink", Right + 34, Top + 12 + i * 20, lines[i].Key);
        }
        return svg.Finish(Width, Height, $"{name}: ns per {points[0].Operation} against {points[0].Curve!.Axis}");
    }

    private static void Axes(SvgText svg, LogAxis x, LogAxis y, ResultEntry sample)
    {
        foreach (var (value, text) in x.Ticks)
        {
            svg.Line("grid", x.At(value), Top, x.At(value), Bottom);
            svg.Words("faint", x.At(value), Bottom + 18, text, "middle");
        }
        foreach (var (value, text) in y.Ticks)
        {
            svg.Line("grid", Left, y.At(value), Right, y.At(value));
            svg.Words("faint", Left - 8, y.At(value) + 4, text, "end");
        }
        svg.Line("axis", Left, Bottom, Right, Bottom);
        svg.Line("axis", Left, Top, Left, Bottom);
        svg.Words("faint", (Left + Right) / 2, Bottom + 40, $"{sample.Curve!.Axis} (log scale)", "middle");
        svg.Words("faint", 18, (Top + Bottom) / 2, $"ns per {sample.Operation} (log scale)", "middle", isUpright: true);
    }
}
