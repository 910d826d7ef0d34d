namespace Kamaelia.Benchmarks.Harness;

/// <summary>What the repetitions of one variant came to: medians, with their spread.</summary>
internal sealed record Result(Group Group, Variant Variant, IReadOnlyList<Sample> Samples)
{
    public double NsPerOperation => Median(s => s.NsPerOperation);

    public double NsMin => Samples.Min(s => s.NsPerOperation);

    public double NsMax => Samples.Max(s => s.NsPerOperation);

    public double CpuNsPerOperation => Median(s => s.CpuNsPerOperation);

    public double AllocatedBytesPerOperation => Median(s => s.AllocatedBytesPerOperation);

    /// <summary>Against the variant it is compared with; null for that one itself.</summary>
    public Relation? ToRival { get; private init; }

    /// <summary>Against what the machine allows.</summary>
    public Relation? ToLimit { get; private init; }

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

    /// <summary>CPU seconds of all threads for a gigabyte of payload; null where there is none.</summary>
    public double? CpuSecondsPerGb =>
        Group.PayloadBytes > 0 && CpuNsPerOperation > 0 ? CpuNsPerOperation / Group.PayloadBytes : null;

    private double Median(Func<Sample, double> of) => MedianOf(Samples.Select(of));

    public Result ComparedWith(Result? baseline) => this with { ToRival = RelationTo(baseline) };

    public Result LimitedBy(Result? limit) => this with { ToLimit = RelationTo(limit) };

    private Relation? RelationTo(Result? other)
    {
        if (other is null || ReferenceEquals(other.Variant, Variant))
            return null;
        var rounds = Samples.Zip(other.Samples);
        return new Relation(other.Variant.Name,
            MedianOf(rounds.Select(r => r.First.NsPerOperation / r.Second.NsPerOperation)),
            MedianOf(rounds.Select(r => r.First.CpuNsPerOperation / Math.Max(r.Second.CpuNsPerOperation, 1e-3))));
    }

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>One variant's time divided by another's of the same round; below 1 it is the faster one.</summary>
/// <param name="To">The other.</param>
/// <param name="Time">Of wall time.</param>
/// <param name="Cpu">Of CPU time.</param>
internal sealed record Relation(string To, double Time, double Cpu);
