using System.Diagnostics;

namespace Kamaelia.Tidy.Tests;

/// <summary>One text file of the repository: its path with forward slashes from the top, and its lines.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public string[] Lines { get; } = Text.Split('\n');

    public bool Is(params string[] endings) => endings.Any(e => Path.EndsWith(e, StringComparison.Ordinal));

    public bool IsUnder(params string[] folders) => folders.Any(f => Path.StartsWith(f, StringComparison.Ordinal));

    public bool IsCSharp => Is(".cs");

    public bool IsCpp => Is(".cpp", ".hpp", ".h", ".c");

    public bool IsCode => IsCSharp || IsCpp || Is(".sh", ".ps1", ".cmake", "CMakeLists.txt", ".ci/run");

    /// <summary>Written by a tool from another file in git, so held to no rule of style.</summary>
    public bool IsGenerated =>
        Lines.Take(5).Any(l => l.Contains("Made by interop/Generator", StringComparison.Ordinal));

    public override string ToString() => Path;
}

/// <summary>The working tree that these tests were built from.</summary>
public static class Repository
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> s_files = new(ReadFiles);

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files => s_files.Value;

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    // A path compiled in would name the machine that built, and may be mapped away: so up from where the test runs.
    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kamaelia.sln"))) { return folder.FullName; }
        }
        throw new InvalidOperationException($"No Kamaelia.sln above {AppContext.BaseDirectory}.");
    }

    // What git tracks or would track on the next `git add`; a source archive has no git, so there every file counts.
    private static List<SourceFile> ReadFiles()
    {
        var git = ProcessRun.Try("git", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        var paths = git is { ExitCode: 0 }
            ? git.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct()
            : Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
                .Select(p => Path.GetRelativePath(Root, p).Replace('\\', '/')).Where(p => !IsBuilt(p));
        return [.. paths.Where(p => File.Exists(At(p))).Select(Read).OfType<SourceFile>()];
    }

    private static bool IsBuilt(string path) =>
        path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or ".git" or ".vs");

    private static SourceFile? Read(string path)
    {
        var bytes = File.ReadAllBytes(At(path));
        // A NUL byte means not text, as it does for git.
        if (bytes.AsSpan().Contains((byte)0)) { return null; }
        return new SourceFile(path, System.Text.Encoding.UTF8.GetString(bytes));
    }
}

/// <summary>A finished program: what it said and how it ended.</summary>
public sealed record ProcessRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program to its end; null if there is no such program.</summary>
    public static ProcessRun? Try(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            // Both pipes at once: a full one that nobody reads would stop the program.
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new ProcessRun(process.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
