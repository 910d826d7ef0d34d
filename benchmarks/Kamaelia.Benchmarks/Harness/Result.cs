namespace Kamaelia.Benchmarks.Harness;

/// <summary>What the repetitions of one variant came to: medians, with their spread.</summary>
internal sealed record Result(Group Group, Variant Variant, IReadOnlyList<Sample> Samples)
{
    public double NsPerOperation => Median(s => s.NsPerOperation);

    public double NsMin => Samples.Min(s => s.NsPerOperation);

    public double NsMax => Samples.Max(s => s.NsPerOperation);

    public double CpuNsPerOperation => Median(s => s.CpuNsPerOperation);

    public double AllocatedBytesPerOperation => Median(s => s.AllocatedBytesPerOperation);

    /// <summary>The variant it is compared with; null for that one itself.</summary>
    public string? RatioTo { get; private init; }

    /// <summary>Its time divided by the baseline's of the same round; below 1 it is the faster one.</summary>
    public double Ratio { get; private init; }

    /// <summary>The same of CPU time.</summary>
    public double CpuRatio { get; private init; }

    public IReadOnlyDictionary<string, double> Extras
    {
        get
        {
            var extras = Samples[0].Extras.Keys.ToDictionary(key => key, key => Median(s => s.Extras[key]));
            if (Group.PayloadBytes > 0)
                extras["gb_per_s"] = Group.PayloadBytes / NsPerOperation;
            return extras;
        }
    }

    private double Median(Func<Sample, double> of) => MedianOf(Samples.Select(of));

    public Result ComparedWith(Result? baseline)
    {
        if (baseline is null || ReferenceEquals(baseline, this))
            return this;
        var rounds = Samples.Zip(baseline.Samples);
        return this with
        {
            RatioTo = baseline.Variant.Name,
            Ratio = MedianOf(rounds.Select(r => r.First.NsPerOperation / r.Second.NsPerOperation)),
            CpuRatio = MedianOf(rounds.Select(
                r => r.First.CpuNsPerOperation / Math.Max(r.Second.CpuNsPerOperation, 1e-3))),
        };
    }

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
