using System.ComponentModel;
using System.Diagnostics;

namespace Kamaelia.Interop.Tests;

/// <summary>Builds small shared libraries for tests, where the machine has a compiler.</summary>
internal static class CCompiler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Compiles C text into a shared library; skips the test where there is no cc.</summary>
    public static string BuildLibrary(TemporaryFolder folder, string fileName, string source) =>
        BuildLibraryFrom(folder, fileName, folder.File(fileName + ".c", source));

    /// <summary>Compiles a C or C++ file into a shared library; skips the test where there is no compiler.</summary>
    /// <param name="folder">Where the library goes.</param>
    /// <param name="fileName">Its name.</param>
    /// <param name="sourceFile">What to compile.</param>
    /// <param name="include">Where its headers are; null: today's.</param>
    /// <param name="more">Further words for the compiler, behind the file.</param>
    public static string BuildLibraryFrom(TemporaryFolder folder, string fileName, string sourceFile,
        string? include = null, params string[] more)
    {
        var library = Path.Combine(folder.Path, fileName);
        var isCpp = sourceFile.EndsWith(".cpp", StringComparison.Ordinal);
        var (compiler, standard) = isCpp ? ("c++", "-std=c++20") : ("cc", "-std=c11");
        string[] arguments =
        [
            "-shared", "-fPIC", standard, "-Wall", "-Werror", "-I" + (include ?? Repository.Include), "-o", library,
            sourceFile, .. more,
        ];
        try
        {
            var start = new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            Assert.That(process.WaitForExit(s_patience), $"{compiler} did not end");
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
        }
        catch (Win32Exception)
        {
            Assert.Ignore($"skipped, because this machine has no compiler called {compiler}");
        }
        return library;
    }
}
