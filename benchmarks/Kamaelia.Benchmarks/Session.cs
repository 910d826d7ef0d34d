using System.Diagnostics;
using System.Globalization;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks;

/// <summary>One run of the suites that were asked for.</summary>
/// <param name="options">Which, and how much of them.</param>
/// <param name="output">Tables, as each case is done.</param>
/// <param name="keep">Given all results so far after every case.</param>
internal sealed class Session(Options options, TextWriter output, Action<ResultsFile> keep)
{
    private readonly List<ResultEntry> _results = [];
    private readonly List<MissingEntry> _missing = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly string _startedAt =
        DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public bool HasFailed => _missing.Any(m => m.IsFailure);

    /// <summary>Runs them; ends early, with what there is, when the token is cancelled.</summary>
    /// <exception cref="UsageException">There is no such suite.</exception>
    public async Task<ResultsFile> RunAsync(CancellationToken stop)
    {
        ISuite[] suites = Chosen();
        Fingerprint machine = Fingerprint.Take();
        output.WriteLine($"{machine}; {options.Scale.Name}"
            + (machine.HasNativeLibrary ? "" : "; no native library: its variants are left out"));
        Group[] groups = [.. suites.SelectMany(s => s.Groups(options.Scale)).Select(Filtered)
            .Where(g => g.Variants.Count > 0 || (options.Filter.Length == 0 && g.Missing.Count > 0))];
        var progress = new Progress(Console.Error, options.Scale, groups);
        int done = 0;
        for (; done < groups.Length && !stop.IsCancellationRequested; done++)
        {
            progress.Begin(done);
            await RunGroupAsync(groups[done], stop);
            keep(FileSoFar(machine, suites, isComplete: false));
        }
        bool isComplete = !stop.IsCancellationRequested && options.Filter.Length == 0;
        return FileSoFar(machine, suites, isComplete);
    }

    private async Task RunGroupAsync(Group group, CancellationToken stop)
    {
        foreach (Missing left in group.Missing)
            Tell(group, left, isFailure: false);
        Outcome outcome = await new Runner(options.Scale, stop).RunAsync(group);
        foreach (Missing failed in outcome.Failed)
            Tell(group, failed, isFailure: !stop.IsCancellationRequested);
        if (outcome.Results.Count > 0)
            Table.Print(output, outcome.Results);
        _results.AddRange(outcome.Results.Select(ResultEntry.Of));
    }

    private void Tell(Group group, Missing missing, bool isFailure)
    {
        _missing.Add(new MissingEntry(group.Suite, group.Name, missing.Variant, missing.Reason, isFailure));
        Console.Error.WriteLine($"bench: {group.Suite}, {group.Name}, {missing.Variant}: {missing.Reason}");
    }

    private ResultsFile FileSoFar(Fingerprint machine, ISuite[] suites, bool isComplete) => new(
        ResultsFile.CurrentSchema, machine,
        new RunInfo(_startedAt, _clock.Elapsed.TotalSeconds, options.Scale.Name,
            [.. suites.Select(s => new SuiteInfo(s.Name, s.Sentence))], isComplete),
        [.. _results], [.. _missing]);

    private ISuite[] Chosen()
    {
        foreach (string name in options.Suites)
        {
            if (!AllSuites.List.Any(s => s.Name == name))
                throw new UsageException(
                    $"no suite '{name}'; there are {string.Join(", ", AllSuites.List.Select(s => s.Name))}");
        }
        return [.. AllSuites.List.Where(s => options.Suites.Count == 0 || options.Suites.Contains(s.Name))];
    }

    private Group Filtered(Group group) => group.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase)
        ? group
        : group with
        {
            Variants = [.. group.Variants.Where(
                v => v.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase))],
        };
}
