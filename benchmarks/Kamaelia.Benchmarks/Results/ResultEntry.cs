using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Results;

/// <summary>One variant of one case: medians of the rounds, their spread, and what they are compared with.</summary>
internal sealed record ResultEntry
{
    public required string Suite { get; init; }

    /// <summary>The work: "10 stages, batch 64".</summary>
    public required string Case { get; init; }

    public required string Variant { get; init; }

    /// <summary>ours, rival or limit.</summary>
    public required string Role { get; init; }

    /// <summary>What one operation is.</summary>
    public required string Operation { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public CurveEntry? Curve { get; init; }

    public int Rounds { get; init; }

    public double NsPerOp { get; init; }

    public double NsPerOpMin { get; init; }

    public double NsPerOpMax { get; init; }

    /// <summary>From the fastest to the slowest round, in per cent of the median.</summary>
    public double SpreadPercent { get; init; }

    public double CpuNsPerOp { get; init; }

    public double AllocatedBytesPerOp { get; init; }

    public double? PayloadBytesPerOp { get; init; }

    public double? GbPerS { get; init; }

    public double? CpuSecondsPerGb { get; init; }

    /// <summary>Below 1: ours, or whatever this is, is faster.</summary>
    public RelationEntry? ToRival { get; init; }

    public RelationEntry? ToLimit { get; init; }

    public IReadOnlyDictionary<string, double> Extras { get; init; } = new Dictionary<string, double>();

    public static ResultEntry Of(Result result)
    {
        Group group = result.Group;
        var extras = result.Extras.ToDictionary();
        extras.Remove("gb_per_s", out double speed);
        bool hasBytes = group.PayloadBytes > 0;
        return new ResultEntry
        {
            Suite = group.Suite,
            Case = group.Name,
            Variant = result.Variant.Name,
            Role = result.Variant.Role.ToString().ToLowerInvariant(),
            Operation = group.Operation,
            Parameters = group.Parameters,
            Curve = group.Curve is { } curve ? new CurveEntry(curve.Name, curve.Axis, curve.X) : null,
            Rounds = result.Samples.Count,
            NsPerOp = result.NsPerOperation,
            NsPerOpMin = result.NsMin,
            NsPerOpMax = result.NsMax,
            SpreadPercent = 100 * (result.NsMax - result.NsMin) / result.NsPerOperation,
            CpuNsPerOp = result.CpuNsPerOperation,
            AllocatedBytesPerOp = result.AllocatedBytesPerOperation,
            PayloadBytesPerOp = hasBytes ? group.PayloadBytes : null,
            GbPerS = hasBytes ? speed : null,
            CpuSecondsPerGb = result.CpuSecondsPerGb,
            ToRival = RelationEntry.Of(result.ToRival),
            ToLimit = RelationEntry.Of(result.ToLimit),
            Extras = extras,
        };
    }
}

/// <summary>The point of a curve that a case is.</summary>
internal sealed record CurveEntry(string Name, string Axis, double X);

/// <summary>A ratio to another variant: medians of the ratios of the rounds.</summary>
internal sealed record RelationEntry(string Variant, double Time, double Cpu)
{
    public static RelationEntry? Of(Relation? relation) =>
        relation is null ? null : new RelationEntry(relation.To, relation.Time, relation.Cpu);
}
