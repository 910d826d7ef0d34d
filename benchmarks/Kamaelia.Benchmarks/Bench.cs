using System.Runtime.InteropServices;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Micro;
using Kamaelia.Benchmarks.Suites;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks;

/// <summary>Runs the suites that were asked for.</summary>
internal static class Bench
{
    private static readonly ISuite[] s_suites =
    [
        new PipelineSuite(),
        new RingSuite(),
        new WaitingSuite(),
        new FanOutSuite(),
        new SchedulersSuite(),
        new FramingSuite(),
        new UdpSuite(),
    ];

    public static async Task<int> RunAsync(Options options, TextWriter output)
    {
        if (options.WantsHelp)
        {
            output.WriteLine(Options.Help);
            return 0;
        }
        if (options.WantsList)
        {
            foreach (ISuite suite in s_suites)
                output.WriteLine($"{suite.Name,-12} {suite.Sentence}");
            return 0;
        }
        if (options.Micro is not null)
            return MicroBenchmarks.Run(options.Micro);
        IEnumerable<Group> chosen = Chosen(options);
        PrintMachine(output, options.Scale);
        using JsonLines? json = options.JsonPath is null ? null : new JsonLines(options.JsonPath);
        bool failed = false;
        foreach (Group group in chosen)
            failed |= !await RunGroupAsync(group, options.Scale, output, json);
        return failed ? 1 : 0;
    }

    private static async Task<bool> RunGroupAsync(Group group, Scale scale, TextWriter output, JsonLines? json)
    {
        try
        {
            IReadOnlyList<Result> results = await new Runner(scale).RunAsync(group);
            Table.Print(output, results);
            foreach (Result result in results)
                json?.Write(result);
            return true;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"bench: {group.Suite}, {group.Name}: {e}"); // The other groups may still be had.
            return false;
        }
    }

    private static IEnumerable<Group> Chosen(Options options)
    {
        foreach (string name in options.Suites)
        {
            if (!s_suites.Any(s => s.Name == name))
                throw new ArgumentException(
                    $"no suite '{name}'; there are {string.Join(", ", s_suites.Select(s => s.Name))}");
        }
        return s_suites
            .Where(s => options.Suites.Count == 0 || options.Suites.Contains(s.Name))
            .SelectMany(s => s.Groups(options.Scale))
            .Select(g => Filtered(g, options.Filter))
            .Where(g => g.Variants.Count > 0);
    }

    private static Group Filtered(Group group, string filter) =>
        group.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)
            ? group
            : group with
            {
                Variants = [.. group.Variants.Where(v => v.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))],
            };

    private static void PrintMachine(TextWriter output, Scale scale)
    {
        string native = NativeLibraryInfo.IsAvailable
            ? "native library there"
            : "no native library: its variants are left out";
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors "
            + $"({Processor()}), {RuntimeInformation.OSDescription.Trim()}; {native}; {scale.Name}");
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
