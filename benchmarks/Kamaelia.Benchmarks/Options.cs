using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Help = """
        usage: ./build.sh bench [options] [SUITE…]

        Measures whole topologies beside what people use instead, in turns in one run: System.Threading.Channels, TPL
        Dataflow, Akka.Streams, Rx, plain sockets, plain C; and GStreamer, ffmpeg, iperf3, icecast2 and nginx where they
        are installed (what is missing is told, with the command that installs it). Medians of the repetitions; ns is
        wall time, CPU ns that of all threads; ratio is to the named rival in the same round (below 1: faster than it).
        Warm up is 2 s a variant. Runtime settings are .NET's defaults but for background collection, which is off: it
        would use the second core. Results go to benchmarks/results: results.json, results.md and plots; they are
        written after every case, so a run that is broken off (Ctrl-C) leaves what it had.

        options:
          --quick            under five minutes on two cores; for a look, not for a verdict
          --smoke            smallest sizes, once: that everything runs; writes no results unless told where
          --results FOLDER   where results go instead
          --json FILE        results.json there too
          --against FILE     compare with another results.json: ends with 1 if a variant of ours allocates more than
                             before (by over 1 B and 5 % an operation); times are told only
          --from FILE        measure nothing: take this results.json (for --against, --readme, a page made anew)
          --readme           write the README's table, native/PORTING.md's and benchmarks/results/published from it
          --filter TEXT      only groups or variants whose name has it
          --repetitions N    instead of the 7 (quick: 3)
          --list             the suites, and stop
          --micro [ARGS…]    the BenchmarkDotNet benchmarks of single operations; what follows is for it
          --help             this text

        examples:
          ./build.sh bench --quick
          ./build.sh bench pipeline ring
          ./build.sh bench --filter '10 stages' pipeline
          ./build.sh bench --against benchmarks/results/published/results.json
          ./build.sh bench --from benchmarks/results/results.json --readme
          ./build.sh bench --micro --filter '*Inbox*'
        exit codes: 0 done, 1 a benchmark failed or an allocation grew, 2 usage, 130 broken off
        """;

    public Scale Scale { get; private init; } = Scale.Full;

    public string? ResultsFolder { get; private init; }

    public string? JsonPath { get; private init; }

    public string? Against { get; private init; }

    public string? From { get; private init; }

    public bool WantsReadme { get; private init; }

    public string Filter { get; private init; } = "";

    public bool WantsList { get; private init; }

    public bool WantsHelp { get; private init; }

    public string[]? Micro { get; private init; }

    public IReadOnlyList<string> Suites { get; private init; } = [];

    /// <exception cref="UsageException">What is wrong with it, for people.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new UsageException($"{args[i - 1]} needs a value");
            options = args[i] switch
            {
                "--quick" => options with { Scale = Scale.Quick },
                "--smoke" => options with { Scale = Scale.Smoke },
                "--results" => options with { ResultsFolder = Value() },
                "--json" => options with { JsonPath = Value() },
                "--against" => options with { Against = Value() },
                "--from" => options with { From = Value() },
                "--readme" => options with { WantsReadme = true },
                "--filter" => options with { Filter = Value() },
                "--repetitions" => options with { Scale = options.Scale with { Repetitions = Number(Value()) } },
                "--list" => options with { WantsList = true },
                "--help" or "-h" => options with { WantsHelp = true },
                "--micro" => options with { Micro = args[(i + 1)..] },
                ['-', ..] => throw new UsageException($"unknown option: {args[i]}"),
                _ => options with { Suites = [.. options.Suites, args[i]] },
            };
            if (options.Micro is not null)
                break;
        }
        return options;
    }

    private static int Number(string text) => int.TryParse(text, out int number) && number > 0
        ? number
        : throw new UsageException($"--repetitions needs a number from 1, not '{text}'");
}
