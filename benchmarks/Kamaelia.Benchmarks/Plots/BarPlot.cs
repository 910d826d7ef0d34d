using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks.Plots;

/// <summary>A suite's cases below each other: a bar a variant on a logarithmic axis, its median beside it, and the
/// spread of the rounds across its end.</summary>
internal static class BarPlot
{
    private const double Width = 860;
    private const double NamesEnd = 270;
    private const double BarsEnd = 760;
    private const double BarHeight = 14;
    private const double RowHeight = 20;
    private const double HeadHeight = 30;
    private const double FootHeight = 44;

    public static string Draw(string suite, IReadOnlyList<IReadOnlyList<ResultEntry>> cases)
    {
        var svg = new SvgText();
        double y = 8;
        foreach (IReadOnlyList<ResultEntry> entries in cases)
            y = Panel(svg, entries, y);
        Legend(svg, y);
        return svg.Finish(Width, y + 26, $"{suite}: ns per operation, median and spread");
    }

    private static double Panel(SvgText svg, IReadOnlyList<ResultEntry> entries, double top)
    {
        var axis = new LogAxis(entries.SelectMany(e => new[] { e.NsPerOpMin, e.NsPerOpMax }), NamesEnd, BarsEnd);
        double first = top + HeadHeight, bottom = first + entries.Count * RowHeight;
        svg.Words("ink head", 12, top + 18, entries[0].Case);
        foreach (var (value, text) in axis.Ticks)
        {
            svg.Line("grid", axis.At(value), first - 4, axis.At(value), bottom);
            svg.Words("faint", axis.At(value), bottom + 15, text, "middle");
        }
        svg.Words("faint", (NamesEnd + BarsEnd) / 2, bottom + 31,
            $"ns per {entries[0].Operation} (log scale)", "middle");
        for (int i = 0; i < entries.Count; i++)
            Bar(svg, axis, entries[i], first + i * RowHeight);
        svg.Line("axis", NamesEnd, first - 4, NamesEnd, bottom);
        return bottom + FootHeight;
    }

    private static void Bar(SvgText svg, LogAxis axis, ResultEntry entry, double top)
    {
        double middle = top + BarHeight / 2, low = axis.At(entry.NsPerOpMin), high = axis.At(entry.NsPerOpMax);
        svg.Words("ink", NamesEnd - 8, middle + 4, entry.Variant, "end");
        svg.Rectangle(entry.Role, NamesEnd, top, Math.Max(1, axis.At(entry.NsPerOp) - NamesEnd), BarHeight);
        svg.Line("spread", low, middle, high, middle);
        svg.Line("spread", low, middle - 3, low, middle + 3);
        svg.Line("spread", high, middle - 3, high, middle + 3);
        svg.Words("ink", Math.Max(high, axis.At(entry.NsPerOp)) + 6, middle + 4, Figures.Short(entry.NsPerOp));
    }

    private static void Legend(SvgText svg, double top)
    {
        (string Style, string Text)[] roles = [("ours", "ours"), ("rival", "rival"), ("limit", "limit")];
        for (int i = 0; i < roles.Length; i++)
        {
            double x = NamesEnd + i * 80;
            svg.Circle(roles[i].Style, x + 5, top + 8);
            svg.Words("faint", x + 14, top + 12, roles[i].Text);
        }
        svg.Words("faint", NamesEnd + 235, top + 12, "bar: median of the rounds; line: fastest to slowest round");
    }
}
