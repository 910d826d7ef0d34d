using System.Globalization;

namespace Kamaelia.Benchmarks.Plots;

/// <summary>Numbers as the page writes them.</summary>
internal static class Figures
{
    /// <summary>Three digits that count, thousands parted.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.005 => "0.00",
        < 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    /// <summary>A name as a file or an anchor has it.</summary>
    public static string Slug(string name) => string.Join('-', new string(
        [.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
