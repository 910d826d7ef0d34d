using System.Globalization;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz;

/// <summary>The program: fuzzes some or all targets for a time each, or runs files once.</summary>
public static class FuzzCommand
{
    private const string Usage = """
        usage: Kamaelia.Fuzz [--seconds N] [--seed S] [--target NAME]... [--artifacts DIR] [--replay FILE]... [--list]
          --seconds N      for each target; default 5
          --seed S         the same seed makes the same inputs as long as the corpus is the same; default 1
          --target NAME    only these; default all
          --artifacts DIR  where found inputs go, and are taken from in the next run; default artifacts/fuzz-managed
          --replay FILE    runs a file instead
          --list           names the targets
        """;

    /// <summary>0 when nothing failed, 1 when something did, 64 for a wrong command line.</summary>
    public static int Run(string[] args)
    {
        double seconds = 5;
        int seed = 1;
        string artifacts = Path.Combine("artifacts", "fuzz-managed");
        var names = new List<string>();
        var replayed = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isRead = args[i] switch
            {
                "--seconds" => double.TryParse(value, CultureInfo.InvariantCulture, out seconds),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--target" => Add(names, value),
                "--replay" => Add(replayed, value),
                "--artifacts" => (artifacts = value).Length > 0,
                _ => false,
            };
            if (args[i] == "--list")
            {
                foreach (var target in FuzzTargets.All)
                    Console.WriteLine(target.Name);
                return 0;
            }
            if (!isRead)
            {
                Console.Error.WriteLine(Usage);
                return 64;
            }
            i++;
        }
        var chosen = FuzzTargets.All.Where(target => names.Count == 0 || names.Contains(target.Name)).ToList();
        if (chosen.Count < Math.Max(1, names.Count))
        {
            string all = string.Join(", ", FuzzTargets.All.Select(target => target.Name));
            Console.Error.WriteLine($"no such target; there are {all}");
            return 64;
        }
        bool isClean = true;
        foreach (var target in chosen)
            isClean &= replayed.Count > 0 ? Replay(target, replayed) : Fuzz(target, seconds, seed, artifacts);
        return isClean ? 0 : 1;
    }

    private static bool Add(List<string> list, string value)
    {
        list.Add(value);
        return value.Length > 0;
    }

    private static bool Fuzz(FuzzTarget target, double seconds, int seed, string artifacts)
    {
        var start = Environment.TickCount64;
        var known = FuzzTargets.CorpusOf(target).Concat(Found(artifacts, target)).Select(File.ReadAllBytes);
        var result = new Fuzzer(target, seed, artifacts, Console.Error.WriteLine)
            .Run(TimeSpan.FromSeconds(seconds), known);
        long perSecond = result.Runs * 1000 / Math.Max(1, Environment.TickCount64 - start);
        Console.WriteLine($"{target.Name}: {result.Runs} runs, {result.NewEntries} new corpus entries, "
            + $"{result.Failures} failures ({perSecond} runs/s, {result.Places} places)");
        return result.Failures == 0;
    }

    private static IEnumerable<string> Found(string artifacts, FuzzTarget target)
    {
        string folder = Path.Combine(artifacts, "corpus", target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : [];
    }

    private static bool Replay(FuzzTarget target, List<string> files)
    {
        bool isClean = true;
        using var guard = new Guard(target, TimeSpan.FromSeconds(10), (_, story) =>
        {
            Console.Error.WriteLine($"{target.Name}: {story}");
            Environment.Exit(1);
        });
        foreach (string file in files)
        {
            var failure = guard.Run(File.ReadAllBytes(file));
            Console.WriteLine($"{target.Name}: {file}: {failure?.Story ?? "passes"}");
            isClean &= failure is null;
        }
        return isClean;
    }
}
