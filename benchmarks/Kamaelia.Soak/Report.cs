using System.Globalization;
using System.Text;
using Kamaelia.Soak.Exercises;

namespace Kamaelia.Soak;

/// <summary>Whether each measure stayed flat over the second half: the first is for warming up.</summary>
/// <remarks>The second half is cut into windows; each window's median stands for it, so that a spike does not count;
/// the slope is the median of the slopes between all pairs of windows (Theil and Sen), and what that makes over the
/// whole half must stay below the limit.</remarks>
internal sealed class Report
{
    private const int Windows = 10;

    private readonly StringBuilder _table = new();
    private readonly List<string> _grown = [];
    private readonly List<Sample> _samples;

    public Report(List<Sample> samples, Exercise[] exercises, List<string> problems, TimeSpan time)
    {
        _samples = samples;
        Line("measure", "begin", "half", "end", "growth", "limit", "");
        if (samples.Count >= 2 * Windows)
        {
            Add("RSS, MiB", s => s.Rss, share: 0.05, least: 24);
            Add("managed heap, MiB", s => s.Heap, share: 0.1, least: 2);
            Add("descriptors", s => s.Descriptors, share: 0.05, least: 4);
            Add("threads", s => s.Threads, share: 0.05, least: 4);
            // Bursts are under way at any time, thousands of chunks: a leak of one a burst would be tens of thousands.
            Add("chunks out", s => s.Chunks, share: 0.25, least: 4096);
            Add("boxes", s => s.Boxes, share: 0.05, least: 64);
            Add("scheduler places", s => s.Places, share: 0.05, least: 16);
        }
        else
        {
            problems.Add($"only {samples.Count} samples: it ended early");
        }
        foreach (var exercise in exercises)
            _table.AppendLine(CultureInfo.InvariantCulture, $"{exercise.Name}: {exercise.Rounds} {exercise.Unit}");
        problems.InsertRange(0, _grown.Select(name => $"{name} grew"));
        IsFlat = problems.Count == 0;
        Verdict = IsFlat
            ? $"soak: flat over {time.TotalSeconds:0} s, 7 measures of {exercises.Length} exercises"
            : $"soak: not flat over {time.TotalSeconds:0} s: {string.Join("; ", problems)}";
    }

    public bool IsFlat { get; }

    public string Table => _table.ToString();

    public string Verdict { get; }

    private void Add(string name, Func<Sample, double> value, double share, double least)
    {
        int half = _samples.Count / 2;
        double[] medians = [.. _samples.Skip(half).Select(value)
            .Chunk((_samples.Count - half + Windows - 1) / Windows).Select(Median)];
        double growth = Slope(medians) * (medians.Length - 1);
        double limit = Math.Max(least, share * Median(medians));
        bool isFlat = growth <= limit;
        if (!isFlat)
            _grown.Add(name);
        Line(name, Text(value(_samples[0])), Text(medians[0]), Text(medians[^1]), Text(growth), Text(limit),
            isFlat ? "flat" : "GROWS");
    }

    /// <summary>The median of the slopes between all pairs.</summary>
    internal static double Slope(double[] values)
    {
        var slopes = new List<double>();
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
                slopes.Add((values[j] - values[i]) / (j - i));
        }
        return slopes.Count == 0 ? 0 : Median([.. slopes]);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private void Line(params string[] cells) => _table.AppendLine(
        $"{cells[0],-20}{cells[1],10}{cells[2],10}{cells[3],10}{cells[4],10}{cells[5],10}  {cells[6]}".TrimEnd());
}
