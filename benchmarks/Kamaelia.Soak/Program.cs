using System.Globalization;

namespace Kamaelia.Soak;

/// <summary>Runs the main graphs at about half load for so many seconds and tells whether what they hold stays flat.
/// </summary>
internal static class Program
{
    private const int SecondsMin = 10;

    private static async Task<int> Main(string[] arguments)
    {
        if (!TryReadSeconds(arguments, out var seconds))
        {
            Console.Error.WriteLine($"usage: Kamaelia.Soak [--seconds N], N at least {SecondsMin}");
            return 64;
        }
        var report = await Soak.RunAsync(TimeSpan.FromSeconds(seconds));
        Console.Write(report.Table);
        Console.WriteLine(report.Verdict);
        return report.IsFlat ? 0 : 1;
    }

    private static bool TryReadSeconds(string[] arguments, out int seconds)
    {
        seconds = 1800;
        return arguments is [] || (arguments is ["--seconds", var text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
            && seconds >= SecondsMin);
    }
}
