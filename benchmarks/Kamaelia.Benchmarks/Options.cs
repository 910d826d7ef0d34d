using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Help = """
        usage: ./build.sh bench [options] [SUITE…]

        Measures whole topologies beside System.Threading.Channels, TPL Dataflow and Akka.Streams, in turns in one run.
        Medians of the repetitions; ns is wall time, CPU ns that of all threads; ratio is to the named rival in the same
        round (below 1: faster than it). Warm up is 2 s a variant; --quick has 1 s and is for a look, not for a verdict.
        Runtime settings are .NET's defaults but for background collection, which is off: it would use the second core.

        options:
          --quick            under five minutes on two cores
          --smoke            smallest sizes, once: that everything runs
          --json FILE        one JSON object a result: suite, name, variant, ns_per_op, cpu_ns_per_op,
                             allocated_bytes_per_op and, where it has one, ratio_to and ratio
          --filter TEXT      only groups or variants whose name has it
          --repetitions N    instead of the 7 (quick: 3)
          --list             the suites, and stop
          --micro [ARGS…]    the BenchmarkDotNet benchmarks of single operations; what follows is for it
          --help             this text

        examples:
          ./build.sh bench --quick
          ./build.sh bench --json results.jsonl pipeline ring
          ./build.sh bench --filter '10 stages' pipeline
          ./build.sh bench --micro --filter '*Inbox*'
        exit codes: 0 done, 1 a benchmark failed, 2 usage
        """;

    public Scale Scale { get; private init; } = Scale.Full;

    public string? JsonPath { get; private init; }

    public string Filter { get; private init; } = "";

    public bool WantsList { get; private init; }

    public bool WantsHelp { get; private init; }

    public string[]? Micro { get; private init; }

    public IReadOnlyList<string> Suites { get; private init; } = [];

    /// <exception cref="ArgumentException">What is wrong with it, for people.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value");
            options = args[i] switch
            {
                "--quick" => options with { Scale = Scale.Quick },
                "--smoke" => options with { Scale = Scale.Smoke },
                "--json" => options with { JsonPath = Value() },
                "--filter" => options with { Filter = Value() },
                "--repetitions" => options with { Scale = options.Scale with { Repetitions = Number(Value()) } },
                "--list" => options with { WantsList = true },
                "--help" or "-h" => options with { WantsHelp = true },
                "--micro" => options with { Micro = args[(i + 1)..] },
                ['-', ..] => throw new ArgumentException($"unknown option: {args[i]}"),
                _ => options with { Suites = [.. options.Suites, args[i]] },
            };
            if (options.Micro is not null)
                break;
        }
        return options;
    }

    private static int Number(string text) => int.TryParse(text, out int number) && number > 0
        ? number
        : throw new ArgumentException($"--repetitions needs a number from 1, not '{text}'");
}
