using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Results;

/// <summary>What a figure depends on besides the code: none of it names a host or a person.</summary>
internal sealed record Fingerprint
{
    public required string CpuModel { get; init; }

    public int LogicalProcessors { get; init; }

    /// <summary>The clock's governor; null where the machine does not tell.</summary>
    public string? Governor { get; init; }

    public long MemoryMib { get; init; }

    public required string Os { get; init; }

    public required string Kernel { get; init; }

    public required string Dotnet { get; init; }

    /// <summary>The C++ compiler found here, which mostly is the one that built the native library.</summary>
    public string? Compiler { get; init; }

    public bool HasNativeLibrary { get; init; }

    public required string LibraryVersion { get; init; }

    /// <summary>Null outside of a git tree; "+changes" behind one that has some.</summary>
    public string? Commit { get; init; }

    /// <summary>Processes that wanted to run in the minute before: above 0.5 somebody else was busy.</summary>
    public double? LoadBefore { get; init; }

    public static Fingerprint Take() => new()
    {
        CpuModel = LineOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        LogicalProcessors = Environment.ProcessorCount,
        Governor = FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        MemoryMib = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
        Os = LineOf("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? RuntimeInformation.OSDescription.Trim(),
        Kernel = FirstLine("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.VersionString,
        Dotnet = RuntimeInformation.FrameworkDescription,
        Compiler = Said("c++", "--version"),
        HasNativeLibrary = NativeLibraryInfo.IsAvailable,
        LibraryVersion = typeof(Graph).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "?",
        Commit = CommitHere(),
        LoadBefore = FirstLine("/proc/loadavg") is { } load && double.TryParse(load.Split(' ')[0], out double busy)
            ? busy
            : null,
    };

    /// <summary>For people, in one line.</summary>
    public override string ToString() => $"{CpuModel}, {LogicalProcessors} processors, {MemoryMib / 1024.0:0} GiB; "
        + $"{Os}, Linux {Kernel}; {Dotnet}; {Compiler ?? "no C++ compiler"}; {LibraryVersion} {Commit}";

    private static string? CommitHere()
    {
        string? commit = Said("git", "rev-parse", "--short=12", "HEAD");
        return commit is null ? null
            : string.IsNullOrEmpty(Said("git", "status", "--porcelain", "--untracked-files=no")) ? commit
            : commit + "+changes";
    }

    private static string? FirstLine(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault()?.Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? LineOf(string path, string key, char separator = ':') => File.Exists(path)
        ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))
            ?.Split(separator, 2)[1].Trim()
        : null;

    /// <summary>The first line that a program says; null: it is not here, or has nothing to say.</summary>
    private static string? Said(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
                WorkingDirectory = AppContext.BaseDirectory,
            };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string? line = process.StandardOutput.ReadToEnd().Split('\n')[0].Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && line.Length > 0 ? line : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
