using System.Text.RegularExpressions;
using Kamaelia.Benchmarks.Plots;

namespace Kamaelia.Benchmarks.Results;

/// <summary>How a headline's figures are written.</summary>
internal enum Unit
{
    Ns,
    CpuNs,
    GbPerS,

    /// <summary>Thousand operations a second.</summary>
    KiloPerS,

    /// <summary>Thousand operations a second of CPU time.</summary>
    KiloPerCpuS,

    /// <summary>Seconds for the whole case.</summary>
    Seconds,
}

/// <summary>A row of a short table: one case, its variants under short names, ours apart from the others.</summary>
/// <param name="Title">What it says in the first column.</param>
/// <param name="Suite">The suite's name.</param>
/// <param name="Case">A pattern for the case's name, since sizes differ from scale to scale.</param>
/// <param name="Unit">How figures are written.</param>
/// <param name="Names">Variants in the order of the row, with the names they have there.</param>
internal sealed record Headline(
    string Title, string Suite, string Case, Unit Unit, params (string Variant, string Short)[] Names)
{
    /// <summary>The row, or null when the results have nothing for it.</summary>
    public string? Row(ResultsFile file)
    {
        ResultEntry[] entries = [.. file.Results.Where(r => r.Suite == Suite && Regex.IsMatch(r.Case, $"^{Case}$"))];
        string ours = Cells(entries, "ours"), others = string.Join("; ", new[] { Cells(entries, "rival", "; "),
            Cells(entries, "limit", "; ") }.Where(c => c.Length > 0));
        return ours.Length == 0 ? null : $"| {Title} | {ours} | {others} |";
    }

    private string Cells(ResultEntry[] entries, string role, string separator = ", ") => string.Join(separator,
        from name in Names
        join entry in entries on name.Variant equals entry.Variant
        where entry.Role == role
        select Cell(name.Short, entry));

    private string Cell(string name, ResultEntry entry)
    {
        string figure = Figures.Short(Unit switch
        {
            Unit.CpuNs => entry.CpuNsPerOp,
            Unit.GbPerS => entry.GbPerS ?? 0,
            Unit.KiloPerS => 1e6 / entry.NsPerOp,
            Unit.KiloPerCpuS => 1e6 / entry.CpuNsPerOp,
            Unit.Seconds => entry.NsPerOp * entry.Extras.GetValueOrDefault("operations", 1) / 1e9,
            _ => entry.NsPerOp,
        });
        bool isOfCpu = Unit is Unit.CpuNs or Unit.KiloPerCpuS;
        double? ratio = isOfCpu ? entry.ToRival?.Cpu : entry.ToRival?.Time;
        return entry.Role == "ours" && ratio is { } r
            ? $"{name} {figure} ({Figures.Short(r)})".TrimStart()
            : $"{name} {figure}".TrimStart();
    }
}
