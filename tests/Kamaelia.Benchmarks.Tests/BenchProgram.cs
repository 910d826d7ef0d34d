using System.Diagnostics;
using System.Text;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>The benchmark program, built in the same configuration as this test.</summary>
internal static class BenchProgram
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4); // For a busy machine; a run takes seconds.

    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(path: null, arguments);

    /// <summary>Runs it to its end, where programs are looked for in these folders only.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string? path, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly(), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs it until its progress has that mark, asks it to end, and waits until it has.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAndBreakOffAsync(
        string mark, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly(), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = new StringBuilder();
            while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
            {
                errors.AppendLine(line);
                if (line.Contains(mark))
                    Process.Start("kill", ["-TERM", $"{process.Id}"]).Dispose();
            }
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, errors.ToString());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // …/tests/<this>/bin/<configuration>/<framework>: the program lies at the same place of its own folder.
    private static string Assembly()
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "benchmarks", "Kamaelia.Benchmarks", "bin", configuration.Name,
            framework.Name, "Kamaelia.Benchmarks.dll");
    }
}
