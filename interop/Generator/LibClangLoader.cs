using System.Runtime.InteropServices;

namespace Kamaelia.BindGen;

/// <summary>Finds libclang. 14 comes first: it is what the checked-in output was first made with (19 and 22 give the
/// same).</summary>
internal static class LibClangLoader
{
    public const string PathVariable = "LIBCLANG_PATH";

    /// <summary>No libclang on this machine: a test then says "skipped, because".</summary>
    public const int ExitNoLibClang = 69;

    private static nint s_handle;

    // A resolver is set once for an assembly, however often the tool is run in one process (the tests do).
    static LibClangLoader() =>
        NativeLibrary.SetDllImportResolver(typeof(LibClang).Assembly,
            (name, _, _) => name == LibClang.Library ? Load() : 0);

    public static bool IsAvailable => Load() != 0;

    public static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } chosen)
            yield return chosen;
        for (var version = 14; version <= 19; version++)
        {
            yield return $"libclang-{version}.so.1";
            yield return $"libclang-{version}.so.{version}";
            yield return $"/usr/lib/llvm-{version}/lib/libclang.so.1"; // Debian's prefix: not in ldconfig's path.
        }
        yield return "libclang.so.1";
        yield return "libclang.so";
        yield return "libclang.dylib";
        yield return "libclang.dll";
    }

    private static nint Load()
    {
        if (s_handle != 0)
            return s_handle;
        foreach (var candidate in Candidates())
            if (NativeLibrary.TryLoad(candidate, out s_handle))
                return s_handle;
        return 0;
    }
}
