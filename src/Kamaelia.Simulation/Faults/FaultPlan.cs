using Kamaelia.Axon;

namespace Kamaelia.Simulation;

/// <summary>What goes wrong in a run, and when.</summary>
/// <param name="faults">In any order; equal times happen in this order.</param>
public sealed class FaultPlan(IEnumerable<Fault> faults)
{
    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new([]);

    /// <summary>What goes wrong.</summary>
    public IReadOnlyList<Fault> Faults { get; } = [.. faults];

    /// <summary>Faults at random times and places, the same for the same seed.</summary>
    public static FaultPlan Random(ulong seed, FaultPlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new SimulatedRandom(seed, "faults");
        FaultKind[] kinds = [.. options.Kinds.Where(kind => Targets(kind, options).Count > 0)];
        var faults = new List<Fault>();
        int count = kinds.Length == 0 ? 0 : random.Next(0, options.CountMax);
        for (int i = 0; i < count; i++)
        {
            var kind = random.Pick(kinds);
            string target = random.Pick(Targets(kind, options));
            var at = Part(random, options.Within);
            var lasts = Part(random, options.LongestFor) + TimeSpan.FromMilliseconds(1);
            long amount = kind switch
            {
                FaultKind.ShortWrites => random.Next(1, 4096),
                FaultKind.SlowDisk => random.Next(1, 50_000),
                _ => 0,
            };
            faults.Add(new Fault(at, kind, target, kind == FaultKind.KillComponent ? default : lasts, amount));
        }
        return new FaultPlan(faults.OrderBy(fault => fault.At));
    }

    // Whole tenths of a millisecond, so that its text is short and reads back to the same.
    private static TimeSpan Part(SimulatedRandom random, TimeSpan most) =>
        TimeSpan.FromTicks(random.Next(0, (int)(most.Ticks / 1000)) * 1000L);

    private static IReadOnlyList<string> Targets(FaultKind kind, FaultPlanOptions options) =>
        kind is FaultKind.KillComponent or FaultKind.PauseComponent ? options.Components : options.Hosts;

    /// <summary>Arranges for all of it to happen in a world, from now on.</summary>
    /// <param name="world">Where.</param>
    /// <param name="boot">What runs on a host that is switched on again; null: nothing.</param>
    public void ApplyTo(SimulatedWorld world, Action<SimulatedHost>? boot = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        foreach (var fault in Faults)
            world.At(fault.At, () => new FaultPoint(world, fault, boot).Begin());
    }

    /// <summary>As few of the faults as still make it fail: takes out halves, quarters and so on, as long as it
    /// does.</summary>
    /// <param name="fails">Runs it with that plan.</param>
    /// <param name="runsMax">Gives up looking after so many.</param>
    public FaultPlan Shrink(Func<FaultPlan, bool> fails, int runsMax = 500)
    {
        ArgumentNullException.ThrowIfNull(fails);
        var best = Faults.ToList();
        int runs = 0;
        for (int width = Math.Max(1, best.Count / 2); width > 0; width = best.Count == 0 ? 0 : width / 2)
        {
            for (int at = 0; at < best.Count && runs < runsMax;)
            {
                var fewer = new List<Fault>(best);
                fewer.RemoveRange(at, Math.Min(width, fewer.Count - at));
                runs++;
                if (fails(new FaultPlan(fewer)))
                    best = fewer;
                else
                    at += width;
            }
        }
        return new FaultPlan(best);
    }

    /// <summary>One line, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join("; ", Faults);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static FaultPlan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new FaultPlan(text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Fault.Parse));
    }
}

/// <summary>What a random plan is made of.</summary>
public sealed record FaultPlanOptions
{
    /// <summary>At most so many faults.</summary>
    public int CountMax { get; init; } = 5;

    /// <summary>They begin within this time.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>None lasts longer.</summary>
    public TimeSpan LongestFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Names of hosts that may be hit.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Components that may be hit, each "host:/graph/name".</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>What may happen.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();
}
