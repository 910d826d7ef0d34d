using System.Globalization;
using System.Text;
using Kamaelia.Benchmarks.Plots;

namespace Kamaelia.Benchmarks.Results;

/// <summary>The page for people: a table a case, a plot a suite, a curve where something grows.</summary>
internal static class Page
{
    public const string FileName = "results.md";
    private const string PlotFolder = "plots";

    /// <summary>Writes results.md and its plots into a folder; plots of an earlier run are removed.</summary>
    public static void Write(ResultsFile file, string folder)
    {
        string plots = Path.Combine(folder, PlotFolder);
        Directory.CreateDirectory(plots);
        foreach (string old in Directory.EnumerateFiles(plots, "*.svg"))
            File.Delete(old);
        foreach (var (name, svg) in Plots(file))
            File.WriteAllText(Path.Combine(plots, name), svg);
        File.WriteAllText(Path.Combine(folder, FileName), Text(file));
    }

    /// <summary>File names and pictures.</summary>
    public static IEnumerable<(string Name, string Svg)> Plots(ResultsFile file)
    {
        foreach (var suite in file.Results.GroupBy(r => r.Suite))
        {
            ResultEntry[][] cases = [.. Cases(suite).Where(c => c[0].Curve is null)];
            if (cases.Length > 0)
                yield return (PlotName(suite.Key), BarPlot.Draw(suite.Key, cases));
            foreach (var curve in Curves(suite))
                yield return (PlotName($"{suite.Key} {curve.Key}"), CurvePlot.Draw(curve.Key, [.. curve]));
        }
    }

    public static string Text(ResultsFile file)
    {
        var page = new StringBuilder();
        Head(page, file);
        foreach (var suite in file.Results.GroupBy(r => r.Suite))
        {
            string sentence = file.Run.Suites.FirstOrDefault(s => s.Name == suite.Key)?.Sentence ?? "";
            page.Append($"## {suite.Key}\n\n{Capital(sentence)}.\n\n");
            ResultEntry[][] cases = [.. Cases(suite).Where(c => c[0].Curve is null)];
            if (cases.Length > 0)
                page.Append($"![{suite.Key}: ns per operation]({PlotFolder}/{PlotName(suite.Key)})\n\n");
            foreach (ResultEntry[] entries in cases)
                CaseTable(page, entries);
            foreach (var curve in Curves(suite))
                CurveTable(page, suite.Key, curve.Key, [.. curve]);
        }
        MissingList(page, file);
        return page.ToString();
    }

    private static IEnumerable<ResultEntry[]> Cases(IEnumerable<ResultEntry> suite) =>
        suite.GroupBy(r => r.Case).Select(c => c.ToArray());

    private static IEnumerable<IGrouping<string, ResultEntry>> Curves(IEnumerable<ResultEntry> suite) =>
        suite.Where(r => r.Curve is not null).GroupBy(r => r.Curve!.Name);

    private static string PlotName(string name) => Figures.Slug(name) + ".svg";

    private static void Head(StringBuilder page, ResultsFile file)
    {
        Fingerprint machine = file.Machine;
        page.Append("# Results of the bench\n\n");
        page.Append(CultureInfo.InvariantCulture, $"Written by `./build.sh bench`: a {file.Run.Scale} run, begun "
            + $"{file.Run.StartedAt}, {file.Run.Seconds / 60:0.0} minutes{(file.Run.IsComplete ? "" : ", not whole")}. "
            + $"The same as data: [{ResultsFile.FileName}]({ResultsFile.FileName}).\n\n");
        page.Append("| machine | |\n|---|---|\n");
        page.Append($"| processor | {machine.CpuModel}, {machine.LogicalProcessors} logical, governor "
            + $"{machine.Governor ?? "not told"} |\n");
        page.Append(CultureInfo.InvariantCulture, $"| memory | {machine.MemoryMib / 1024.0:0.0} GiB |\n");
        page.Append($"| system | {machine.Os}, Linux {machine.Kernel} |\n| runtime | {machine.Dotnet} |\n");
        page.Append($"| compiler | {machine.Compiler ?? "none found"} |\n");
        page.Append($"| library | {machine.LibraryVersion} {machine.Commit}, native library "
            + $"{(machine.HasNativeLibrary ? "there" : "missing")} |\n");
        if (machine.LoadBefore is { } load)
            page.Append(CultureInfo.InvariantCulture, $"| load in the minute before | {load:0.00} |\n");
        page.Append("""

            All variants of a case are measured in turns in one run. Figures are medians of the rounds, with the
            fastest and the slowest one; *ratio* is to the named rival in the same round, *of limit* to what the machine
            allows (below 1: faster than it), CPU is that of all threads, B/op what was allocated on the managed heap.


            """);
    }

    private static void CaseTable(StringBuilder page, ResultEntry[] entries)
    {
        bool hasBytes = entries.Any(e => e.GbPerS is not null);
        bool hasLimit = entries.Any(e => e.ToLimit is not null);
        string[] extras = [.. entries.SelectMany(e => e.Extras.Keys).Distinct()];
        string rival = entries.Select(e => e.ToRival?.Variant).FirstOrDefault(v => v is not null) ?? "";
        string limit = entries.Select(e => e.ToLimit?.Variant).FirstOrDefault(v => v is not null) ?? "";
        List<string> columns = [entries[0].Operation, "ns", "min .. max", "CPU ns", "B/op"];
        if (hasBytes)
            columns.AddRange(["GB/s", "CPU s/GB"]);
        if (rival.Length > 0)
            columns.AddRange([$"ratio to {rival}", "of CPU"]);
        if (hasLimit)
            columns.AddRange([$"of limit ({limit})", "of CPU"]);
        columns.AddRange(extras.Select(e => e.Replace('_', ' ')));
        page.Append($"### {entries[0].Case}\n\n");
        Row(page, columns);
        Row(page, ["---", .. columns.Skip(1).Select(_ => "---:")]);
        foreach (ResultEntry entry in entries)
        {
            List<string> cells =
            [
                entry.Role == "ours" ? $"**{entry.Variant}**" : entry.Variant, Figures.Short(entry.NsPerOp),
                $"{Figures.Short(entry.NsPerOpMin)} .. {Figures.Short(entry.NsPerOpMax)}",
                Figures.Short(entry.CpuNsPerOp), Figures.Short(entry.AllocatedBytesPerOp),
            ];
            if (hasBytes)
                cells.AddRange([Text(entry.GbPerS), Text(entry.CpuSecondsPerGb)]);
            if (rival.Length > 0)
                cells.AddRange([Text(entry.ToRival?.Time), Text(entry.ToRival?.Cpu)]);
            if (hasLimit)
                cells.AddRange([Text(entry.ToLimit?.Time), Text(entry.ToLimit?.Cpu)]);
            cells.AddRange(extras.Select(e => entry.Extras.TryGetValue(e, out double v) ? Figures.Short(v) : ""));
            Row(page, cells);
        }
        page.Append('\n');
    }

    private static void CurveTable(StringBuilder page, string suite, string name, ResultEntry[] points)
    {
        string[] variants = [.. points.Select(p => p.Variant).Distinct()];
        page.Append($"### {name}\n\n![{name}]({PlotFolder}/{PlotName($"{suite} {name}")})\n\n");
        page.Append($"ns per {points[0].Operation}, median (B/op where it is not 0)\n\n");
        Row(page, [points[0].Curve!.Axis, .. variants]);
        Row(page, [.. Enumerable.Repeat("---:", variants.Length + 1)]);
        foreach (var x in points.GroupBy(p => p.Curve!.X).OrderBy(g => g.Key))
        {
            Row(page, [x.Key.ToString("#,0", CultureInfo.InvariantCulture),
                .. variants.Select(v => x.FirstOrDefault(p => p.Variant == v) is { } p ? CurveCell(p) : "")]);
        }
        page.Append('\n');
    }

    private static string CurveCell(ResultEntry point) => point.AllocatedBytesPerOp < 0.5
        ? Figures.Short(point.NsPerOp)
        : $"{Figures.Short(point.NsPerOp)} ({Figures.Short(point.AllocatedBytesPerOp)} B)";

    private static void MissingList(StringBuilder page, ResultsFile file)
    {
        if (file.Missing.Count == 0)
            return;
        page.Append("## Not measured\n\n");
        foreach (MissingEntry missing in file.Missing)
            page.Append($"* {missing.Suite}, {missing.Case}, {missing.Variant}: {missing.Reason.Split('\n')[0]}\n");
    }

    private static void Row(StringBuilder page, IReadOnlyList<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))
            .Append(" |\n");

    private static string Text(double? value) => value is { } number ? Figures.Short(number) : "";

    private static string Capital(string sentence) =>
        sentence.Length == 0 ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
