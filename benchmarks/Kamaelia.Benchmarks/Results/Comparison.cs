using System.Globalization;

namespace Kamaelia.Benchmarks.Results;

/// <summary>Two runs beside each other: an allocation that grew is a failure; a time that changed is told.</summary>
/// <remarks>
/// Only variants of our own are judged: what a rival allocates is its own affair. The tolerance is one byte an
/// operation and five per cent: what a steady flow counts is 0 but for a stray allocation of the runtime between two
/// readings, and a regression is an object a message, which is 24 bytes and more.
/// </remarks>
internal sealed class Comparison
{
    private const double ToleranceBytes = 1;
    private const double ToleranceShare = 0.05;
    private const double TimeToldFrom = 0.10;

    private Comparison(List<string> regressions, List<string> notes)
    {
        Regressions = regressions;
        Notes = notes;
    }

    /// <summary>A line for each variant that allocates more than it did.</summary>
    public IReadOnlyList<string> Regressions { get; }

    /// <summary>Times that changed, and what one of the runs has and the other has not.</summary>
    public IReadOnlyList<string> Notes { get; }

    public static Comparison Of(ResultsFile now, ResultsFile baseline)
    {
        List<string> regressions = [], notes = [];
        if (now.Run.Scale != baseline.Run.Scale)
            notes.Add($"this is a {now.Run.Scale} run, the baseline a {baseline.Run.Scale} one: "
                + "cases of other sizes have no counterpart");
        if (now.Machine.CpuModel != baseline.Machine.CpuModel)
            notes.Add($"the baseline was measured on {baseline.Machine.CpuModel}: its times are another machine's");
        var before = baseline.Results.ToLookup(KeyOf);
        foreach (ResultEntry entry in now.Results)
        {
            if (before[KeyOf(entry)].FirstOrDefault() is not { } old)
                notes.Add($"new: {NameOf(entry)}");
            else
                Judge(entry, old, regressions, notes);
        }
        AddGone(now, baseline, notes);
        return new Comparison(regressions, notes);
    }

    private static void Judge(ResultEntry entry, ResultEntry old, List<string> regressions, List<string> notes)
    {
        double allowed = old.AllocatedBytesPerOp + Math.Max(ToleranceBytes, old.AllocatedBytesPerOp * ToleranceShare);
        if (entry.Role == "ours" && entry.AllocatedBytesPerOp > allowed)
            regressions.Add(string.Create(CultureInfo.InvariantCulture,
                $"{NameOf(entry)}: {entry.AllocatedBytesPerOp:0.##} B/op allocated, {old.AllocatedBytesPerOp:0.##} "
                + $"before, {allowed:0.##} allowed"));
        double change = entry.NsPerOp / old.NsPerOp - 1;
        if (Math.Abs(change) >= TimeToldFrom)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"time: {NameOf(entry)}: {entry.NsPerOp:0.##} ns, {old.NsPerOp:0.##} before ({change:+0%;-0%})"));
    }

    private static void AddGone(ResultsFile now, ResultsFile baseline, List<string> notes)
    {
        var suites = now.Run.Suites.Select(s => s.Name).ToHashSet();
        var here = now.Results.Select(KeyOf).ToHashSet();
        foreach (ResultEntry old in baseline.Results)
        {
            if (suites.Contains(old.Suite) && !here.Contains(KeyOf(old)))
                notes.Add($"not measured this time: {NameOf(old)}");
        }
    }

    /// <summary>Notes first, then the verdict.</summary>
    public void Print(TextWriter to)
    {
        foreach (string note in Notes)
            to.WriteLine($"against: {note}");
        foreach (string regression in Regressions)
            to.WriteLine($"against: REGRESSION: {regression}");
        to.WriteLine(Regressions.Count == 0
            ? "against: no allocation grew"
            : $"against: {Regressions.Count} of our variants allocate more than the baseline");
    }

    private static (string, string, string) KeyOf(ResultEntry entry) => (entry.Suite, entry.Case, entry.Variant);

    private static string NameOf(ResultEntry entry) => $"{entry.Suite}: {entry.Case}: {entry.Variant}";
}
