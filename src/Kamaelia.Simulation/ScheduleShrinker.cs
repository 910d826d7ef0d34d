namespace Kamaelia.Simulation;

/// <summary>A failing run with few choices in it.</summary>
/// <param name="Seed">Of the world.</param>
/// <param name="Schedule">The choices that matter; all others are "the first in the queue".</param>
/// <param name="Runs">How often it was run to find them.</param>
public sealed record ShrunkSchedule(ulong Seed, IReadOnlyList<int> Schedule, int Runs)
{
    /// <summary>How to run it again.</summary>
    public SimulationOptions Options => new() { Schedule = Schedule, ChoicesMax = Schedule.Count };

    /// <summary>One line, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"seed={Seed} schedule={string.Join(',', Schedule)}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a line.</exception>
    public static ShrunkSchedule Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !parts[0].StartsWith("seed=", StringComparison.Ordinal)
            || !parts[1].StartsWith("schedule=", StringComparison.Ordinal))
            throw new FormatException($"'{line}' is not 'seed=N schedule=a,b,c'");
        ulong seed = ulong.Parse(parts[0]["seed=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        int[] choices = [.. parts[1]["schedule=".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        return new ShrunkSchedule(seed, choices, 0);
    }
}

/// <summary>Looks for a shorter schedule that fails as well.</summary>
public static class ScheduleShrinker
{
    /// <summary>First cuts the choices off behind the failure, then puts the first in the queue in place of as many as
    /// possible, in halves, quarters and so on.</summary>
    /// <param name="seed">That fails.</param>
    /// <param name="run">Runs the world with these options (the seed is the same each time): its trace if it fails,
    /// null if it does not.</param>
    /// <param name="runsMax">Gives up looking after so many.</param>
    /// <returns>Null when the seed does not fail in the first place.</returns>
    public static ShrunkSchedule? Shrink(
        ulong seed, Func<SimulationOptions, IReadOnlyList<int>?> run, int runsMax = 1000)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run(new SimulationOptions { KeepsTrace = true }) is not { } trace)
            return null;
        int runs = 1;
        var best = new List<int>(trace);
        int kept = ShortestPrefix(best, Fails);
        best.RemoveRange(kept, best.Count - kept);
        for (int width = Math.Max(1, best.Count / 2); width > 0 && runs < runsMax; width /= 2)
        {
            for (int at = 0; at < best.Count && runs < runsMax; at += width)
                TryFirst(best, at, Math.Min(width, best.Count - at), Fails);
        }
        while (best.Count > 0 && best[^1] == 0)
            best.RemoveAt(best.Count - 1); // Those after the last are 0 anyway.
        return new ShrunkSchedule(seed, best, runs);

        bool Fails(List<int> schedule)
        {
            runs++;
            var options = new SimulationOptions { Schedule = schedule, ChoicesMax = schedule.Count };
            return run(options) is not null;
        }
    }

    // A longer prefix need not fail if a shorter one does; what is returned was seen to fail.
    private static int ShortestPrefix(List<int> trace, Func<List<int>, bool> fails)
    {
        int good = 0, bad = trace.Count;
        if (fails([]))
            return 0;
        while (bad - good > 1)
        {
            int middle = good + ((bad - good) / 2);
            if (fails(trace[..middle]))
                bad = middle;
            else
                good = middle;
        }
        return bad;
    }

    private static void TryFirst(List<int> best, int at, int count, Func<List<int>, bool> fails)
    {
        if (best.GetRange(at, count).TrueForAll(choice => choice == 0))
            return;
        var candidate = new List<int>(best);
        for (int i = at; i < at + count; i++)
            candidate[i] = 0;
        if (fails(candidate))
            best.CopyFrom(candidate);
    }

    private static void CopyFrom(this List<int> list, List<int> other)
    {
        list.Clear();
        list.AddRange(other);
    }
}
