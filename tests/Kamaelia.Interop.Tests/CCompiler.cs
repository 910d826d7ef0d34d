using System.ComponentModel;
using System.Diagnostics;

namespace Kamaelia.Interop.Tests;

/// <summary>Builds small shared libraries for tests, where the machine has a C compiler.</summary>
internal static class CCompiler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Compiles C text into a shared library; skips the test where there is no cc.</summary>
    public static string BuildLibrary(TemporaryFolder folder, string fileName, string source) =>
        BuildLibraryFrom(folder, fileName, folder.File(fileName + ".c", source));

    /// <summary>Compiles a C file into a shared library; skips the test where there is no cc.</summary>
    public static string BuildLibraryFrom(TemporaryFolder folder, string fileName, string sourceFile)
    {
        var library = Path.Combine(folder.Path, fileName);
        string[] arguments =
            ["-shared", "-fPIC", "-std=c11", "-Wall", "-Werror", "-I" + Repository.Include, "-o", library, sourceFile];
        try
        {
            using var process = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            Assert.That(process.WaitForExit(s_patience), "cc did not end");
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
        }
        catch (Win32Exception)
        {
            Assert.Ignore("skipped, because this machine has no C compiler called cc");
        }
        return library;
    }
}
