using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Micro;
using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks;

/// <summary>Does what the command line says: measures, or takes a results file, and then writes and compares.</summary>
internal static class Bench
{
    private const int Failed = 1;
    private const int BrokenOff = 130;

    public static async Task<int> RunAsync(Options options, TextWriter output, CancellationToken stop)
    {
        if (options.WantsHelp)
        {
            output.WriteLine(Options.Help);
            return 0;
        }
        if (options.WantsList)
        {
            foreach (ISuite suite in AllSuites.List)
                output.WriteLine($"{suite.Name,-12} {suite.Sentence}");
            return 0;
        }
        if (options.Micro is not null)
            return MicroBenchmarks.Run(options.Micro);
        // Read first: a name that is wrong shall not be told after twenty minutes.
        ResultsFile? baseline = options.Against is null ? null : ResultsFile.Read(options.Against);
        ResultsFile? taken = options.From is null ? null : ResultsFile.Read(options.From);
        string? folder = FolderOf(options);
        if (folder is not null)
            Directory.CreateDirectory(folder);
        var session = new Session(options, output, Keep);
        ResultsFile file = taken ?? await session.RunAsync(stop);
        Keep(file);
        if (folder is not null)
        {
            Page.Write(file, folder);
            output.WriteLine($"\nresults: {Path.Combine(folder, Page.FileName)}");
        }
        return Conclude(options, file, baseline, session, output, stop);

        void Keep(ResultsFile soFar)
        {
            if (folder is not null)
                soFar.Write(Path.Combine(folder, ResultsFile.FileName));
            if (options.JsonPath is not null)
                soFar.Write(options.JsonPath);
        }
    }

    private static int Conclude(Options options, ResultsFile file, ResultsFile? baseline, Session session,
        TextWriter output, CancellationToken stop)
    {
        bool failed = session.HasFailed;
        if (baseline is not null)
        {
            var comparison = Comparison.Of(file, baseline);
            comparison.Print(output);
            failed |= comparison.Regressions.Count > 0;
        }
        if (options.WantsReadme)
            Publisher.Publish(file, RootFolder()
                ?? throw new UsageException("--readme: the README is written from within the repository only"));
        return stop.IsCancellationRequested ? BrokenOff : failed ? Failed : 0;
    }

    // A smoke run's figures mean nothing: it does not replace what a real one left. Nor does a file replace itself.
    private static string? FolderOf(Options options) => options.ResultsFolder
        ?? (options.Scale.IsSmoke || options.From is not null ? null
            : Path.Combine(RootFolder() ?? Environment.CurrentDirectory, "benchmarks", "results"));

    private static string? RootFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kamaelia.sln")))
                return folder.FullName;
        }
        return null;
    }
}
