using System.Diagnostics;
using System.Globalization;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>Says on the standard error what runs and about how long the rest will take.</summary>
internal sealed class Progress(TextWriter to, Scale scale, IReadOnlyList<Group> groups)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _planned = groups.Sum(g => PlannedSeconds(scale, g));
    private double _done;

    public void Begin(int index)
    {
        Group group = groups[index];
        to.WriteLine($"[{index + 1}/{groups.Count}] {group.Suite}: {group.Name}, {group.Variants.Count} variants; "
            + $"{Text(_clock.Elapsed.TotalSeconds)} gone, about {Text(Left())} left");
        _done += PlannedSeconds(scale, group);
    }

    // What was planned is a guess; how far the guess was off so far is the best one for the rest.
    private double Left()
    {
        double rest = _planned - _done;
        return _done < 5 ? rest : rest * (_clock.Elapsed.TotalSeconds / _done);
    }

    private static double PlannedSeconds(Scale scale, Group group)
    {
        Scale own = group.IsBrief ? scale.Brief : scale;
        double variant = own.WarmUp.TotalSeconds * 1.1 + own.Repetitions * (own.Target.TotalSeconds * 1.2 + 0.03);
        return 0.1 + group.Variants.Count * variant;
    }

    private static string Text(double seconds) => seconds >= 60
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60} s")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");
}
