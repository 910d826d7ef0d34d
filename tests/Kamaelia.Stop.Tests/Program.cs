using System.Diagnostics;
using System.Globalization;

namespace Kamaelia.Stop.Tests;

/// <summary>The matrix so many times: <c>--times N</c>. A line a cell the first time, then one a round.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not ([] or ["--times", _]) || !TryReadTimes(arguments, out var times))
        {
            Console.Error.WriteLine("usage: Kamaelia.Stop.Tests [--times N]");
            return 64;
        }
        Matrix.WarmUp();
        int passed = 0, failed = 0;
        for (var round = 1; round <= times; round++)
        {
            var watch = Stopwatch.StartNew();
            var (good, bad) = Matrix.Run(isVerbose: round == 1);
            passed += good;
            failed += bad;
            Console.Error.WriteLine($"round {round} of {times}: {good} passed, {bad} failed, "
                + $"{watch.Elapsed.TotalSeconds:0.0} s");
        }
        Matrix.PrintOver();
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static bool TryReadTimes(string[] arguments, out int times)
    {
        times = 1;
        return arguments.Length == 0
            || (int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out times) && times > 0);
    }
}
