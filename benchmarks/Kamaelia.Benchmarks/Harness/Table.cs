using System.Globalization;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Results as people read them.</summary>
internal static class Table
{
    public static void Print(TextWriter to, IReadOnlyList<Result> results)
    {
        Group group = results[0].Group;
        string[] extras = [.. results.SelectMany(r => r.Extras.Keys).Distinct()];
        int width = Math.Max(20, results.Max(r => r.Variant.Name.Length));
        to.WriteLine();
        to.WriteLine($"{group.Suite}: {group.Name} (per {group.Operation})");
        to.Write($"  {"".PadRight(width)} {"ns",10} {"min .. max",21} {"CPU ns",10} {"bytes",8}");
        to.Write($" {"ratio",8} {"CPU ratio",10}");
        to.WriteLine(string.Concat(extras.Select(e => $" {e,16}")));
        foreach (Result result in results)
        {
            string spread = $"{Text(result.NsMin)} .. {Text(result.NsMax)}";
            to.Write($"  {result.Variant.Name.PadRight(width)} {Text(result.NsPerOperation),10} {spread,21} ");
            to.Write($"{Text(result.CpuNsPerOperation),10} {Text(result.AllocatedBytesPerOperation),8} ");
            to.Write((result.ToRival ?? result.ToLimit) is { } relation
                ? $"{Text(relation.Time),8} {Text(relation.Cpu),10}"
                : $"{"",8} {"",10}");
            to.WriteLine(string.Concat(extras.Select(e =>
                $" {(result.Extras.TryGetValue(e, out double value) ? Text(value) : ""),16}")));
        }
        if ((group.Baseline ?? group.Limit) is { } other)
            to.WriteLine($"  ratio: to {other} of the same round");
        to.Flush();
    }

    private static string Text(double value) => value switch
    {
        0 => "0",
        _ when Math.Abs(value) < 0.005 => "0.00",
        _ when Math.Abs(value) < 100 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };
}
