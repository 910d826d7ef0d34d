using System.Globalization;

namespace Kamaelia.Simulation;

/// <summary>Runs the same scenario for many seeds, and says in one line how to see a failure again.</summary>
public static class SeedSweep
{
    /// <summary>The variable that such a line is given in: then only that run is done.</summary>
    public const string Variable = "KAMAELIA_SIMULATE";

    /// <summary>Runs a scenario for each seed, with random faults. The first that fails is run with fewer faults until
    /// none can be left out, and reported.</summary>
    /// <param name="seeds">Which.</param>
    /// <param name="scenario">Builds a world, applies the plan, runs it, and throws where something is not as it must
    /// be. The world is disposed after it.</param>
    /// <param name="faults">What may go wrong; null: nothing.</param>
    /// <exception cref="SeedFailedException">A seed failed.</exception>
    public static void Run(IEnumerable<ulong> seeds, Action<SimulatedWorld, FaultPlan> scenario,
        FaultPlanOptions? faults = null)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(scenario);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } line)
        {
            var (seed, plan) = Parse(line);
            Report(seed, plan, Try(seed, plan, scenario));
            return;
        }
        foreach (ulong seed in seeds)
        {
            var plan = faults is null ? FaultPlan.None : FaultPlan.Random(seed, faults);
            var failure = Try(seed, plan, scenario);
            if (failure is null)
                continue;
            var fewer = plan.Shrink(candidate => Try(seed, candidate, scenario) is not null);
            Report(seed, fewer, Try(seed, fewer, scenario) ?? failure);
        }
    }

    /// <summary>The line for a seed and a plan.</summary>
    public static string Line(ulong seed, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Faults.Count == 0 ? $"seed={seed}" : $"seed={seed} faults={plan}";
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is not such a line.</exception>
    public static (ulong Seed, FaultPlan Plan) Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        int space = line.IndexOf(" faults=", StringComparison.Ordinal);
        string first = space < 0 ? line : line[..space];
        if (!first.StartsWith("seed=", StringComparison.Ordinal) || !ulong.TryParse(first["seed=".Length..],
            NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
            throw new FormatException($"'{line}' is not 'seed=N [faults=…]'");
        return (seed, space < 0 ? FaultPlan.None : FaultPlan.Parse(line[(space + " faults=".Length)..]));
    }

    private static Exception? Try(ulong seed, FaultPlan plan, Action<SimulatedWorld, FaultPlan> scenario)
    {
        using var world = new SimulatedWorld(seed);
        try
        {
            scenario(world, plan);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static void Report(ulong seed, FaultPlan plan, Exception? failure)
    {
        if (failure is not null)
            throw new SeedFailedException(seed, plan, failure);
    }
}

/// <summary>A scenario failed for a seed.</summary>
public sealed class SeedFailedException : Exception
{
    /// <summary>Makes one.</summary>
    public SeedFailedException(ulong seed, FaultPlan plan, Exception cause)
        : base($"{cause?.Message}{Environment.NewLine}"
            + $"again with: {SeedSweep.Variable}='{SeedSweep.Line(seed, plan)}'", cause)
    {
        Seed = seed;
        Plan = plan;
    }

    /// <summary>Which.</summary>
    public ulong Seed { get; }

    /// <summary>The faults without which it does not fail.</summary>
    public FaultPlan Plan { get; }
}
