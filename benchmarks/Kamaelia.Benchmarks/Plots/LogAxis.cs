using System.Globalization;

namespace Kamaelia.Benchmarks.Plots;

/// <summary>A logarithmic axis from one whole decade to another, and where values lie on it.</summary>
internal sealed class LogAxis
{
    private readonly double _from; // At the lowest value.
    private readonly double _to;
    private readonly int _low;
    private readonly int _high;

    /// <param name="values">All that has to lie on it; what is not positive is left out.</param>
    /// <param name="from">Where the lowest decade is drawn.</param>
    /// <param name="to">Where the highest is.</param>
    public LogAxis(IEnumerable<double> values, double from, double to)
    {
        double[] drawn = [.. values.Where(v => v > 0 && double.IsFinite(v)).DefaultIfEmpty(1)];
        _low = (int)Math.Floor(Math.Log10(drawn.Min()) + 1e-9);
        _high = Math.Max(_low + 1, (int)Math.Ceiling(Math.Log10(drawn.Max()) - 1e-9));
        (_from, _to) = (from, to);
    }

    /// <summary>The decades: value and text.</summary>
    public IEnumerable<(double Value, string Text)> Ticks =>
        Enumerable.Range(_low, _high - _low + 1).Select(power => (Math.Pow(10, power), TextOf(power)));

    public double At(double value)
    {
        double share = (Math.Log10(Math.Max(value, Math.Pow(10, _low))) - _low) / (_high - _low);
        return _from + Math.Clamp(share, 0, 1) * (_to - _from);
    }

    private static string TextOf(int power) => power switch
    {
        >= 9 => Round(power - 9) + "G",
        >= 6 => Round(power - 6) + "M",
        >= 3 => Round(power - 3) + "k",
        >= 0 => Round(power),
        _ => Math.Pow(10, power).ToString("0.######", CultureInfo.InvariantCulture),
    };

    private static string Round(int power) => Math.Pow(10, power).ToString("0", CultureInfo.InvariantCulture);
}
