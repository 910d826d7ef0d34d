using System.Diagnostics;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Measures the variants of a group in turns: each round runs every variant once, so that a neighbour's load,
/// or the clock of a warm processor, meets all of them alike.</summary>
internal sealed class Runner(Scale scale)
{
    private const long OperationsMax = 1L << 40;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // A run that hangs must end the bench.

    public async Task<IReadOnlyList<Result>> RunAsync(Group group)
    {
        var operations = new long[group.Variants.Count];
        for (int i = 0; i < operations.Length; i++)
            operations[i] = await WarmUpAsync(group, group.Variants[i]);
        var samples = group.Variants.Select(_ => new List<Sample>()).ToArray();
        for (int round = 0; round < scale.Repetitions; round++)
        {
            for (int i = 0; i < operations.Length; i++)
            {
                GC.Collect(); // What one variant left is not the next one's to clear away.
                GC.WaitForPendingFinalizers();
                samples[i].Add(await OnceAsync(group.Variants[i], operations[i]));
            }
        }
        Result[] results = [.. group.Variants.Select((variant, i) => new Result(group, variant, samples[i]))];
        Result? baseline = results.FirstOrDefault(r => r.Variant.Name == group.Baseline);
        return [.. results.Select(r => r.ComparedWith(baseline))];
    }

    /// <summary>Runs until the time to warm up is over; answers how many operations take as long as a run
    /// shall.</summary>
    private async Task<long> WarmUpAsync(Group group, Variant variant)
    {
        long operations = group.FixedOperations > 0 ? group.FixedOperations : group.FirstOperations;
        if (scale.IsSmoke)
            return operations;
        var clock = Stopwatch.StartNew();
        do
        {
            Sample sample = await OnceAsync(variant, operations);
            if (group.FixedOperations == 0)
                operations = Next(operations, sample.NsPerOperation);
        }
        while (clock.Elapsed < scale.WarmUp);
        return operations;
    }

    // At most eight times as many: the first runs are of code that is not compiled for good, and say too little.
    private long Next(long operations, double nsPerOperation)
    {
        double wanted = scale.Target.TotalNanoseconds / Math.Max(nsPerOperation, 0.01);
        return (long)Math.Clamp(wanted, Math.Max(1, operations / 8.0), Math.Min(operations * 8.0, OperationsMax));
    }

    private static async Task<Sample> OnceAsync(Variant variant, long operations)
    {
        Task<Sample> run = variant.Run(operations);
        try
        {
            return await run.WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{variant.Name}' did not finish {operations} operations "
                + $"within {s_patience.TotalSeconds} s");
        }
    }
}
