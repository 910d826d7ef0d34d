using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Interop;

/// <summary>Whether the native library is there, which file it is, and why not. Looking loads it, once, and never
/// throws.</summary>
/// <remarks>Any thread.</remarks>
public static class NativeLibraryInfo
{
    /// <summary>The environment variable that names the library's file or folder.</summary>
    public const string PathVariable = "KAMAELIA_NATIVE";

    private static readonly Lazy<LoadResult> s_result = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>True when native components can be made here.</summary>
    public static bool IsAvailable => s_result.Value.IsLoaded;

    /// <summary>The file that was loaded, or refused; null when none was found.</summary>
    public static string? Path => s_result.Value.Path;

    /// <summary>Major and minor of the file that was loaded or refused; null when none was found.</summary>
    public static Version? AbiVersion => s_result.Value.AbiVersion is var version and not 0
        ? new Version((int)(version >> 16), (int)(version & 0xffff))
        : null;

    /// <summary>Why it is not available, with every path tried; null when it is.</summary>
    public static string? Error => s_result.Value.Error;

    /// <summary>Each place that was looked at, in order, and what was found there.</summary>
    public static IReadOnlyList<string> Tried => s_result.Value.Tried;

    /// <summary>The runtime identifier whose library fits this process: linux-x64.</summary>
    public static string RuntimeIdentifier => LibraryName.RuntimeIdentifier;

    /// <summary>Of the loaded library, for the few exports that are taken by address; 0 when it is not
    /// available.</summary>
    internal static nint Handle => s_result.Value.Handle;

    /// <summary>Throws when the library is not available. Every native call of this assembly comes after it.</summary>
    /// <exception cref="NativeUnavailableException">It is not; the message says why.</exception>
    public static void Demand()
    {
        if (!IsAvailable)
            throw new NativeUnavailableException(Error!);
    }

    // A module initializer, because a resolver must be set before the first call is bound. It only sets it: a program
    // without the library starts as well, and runs its managed components.
    [SuppressMessage("Usage", "CA2255", Justification = "A resolver set later than this would be too late.")]
    [ModuleInitializer]
    internal static void Install() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraryInfo).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != LibraryName.Import)
            return 0;
        Demand();
        return s_result.Value.Handle;
    }

    private static LoadResult Load() =>
        LibraryLoader.Load(Environment.GetEnvironmentVariable(PathVariable), Folders(), systemSearch: true);

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty in a single file, and then skipped.")]
    private static List<string> Folders()
    {
        var besideAssembly = System.IO.Path.GetDirectoryName(typeof(NativeLibraryInfo).Assembly.Location);
        var roots = string.IsNullOrEmpty(besideAssembly)
            ? [AppContext.BaseDirectory]
            : new[] { besideAssembly, AppContext.BaseDirectory };
        var runtimes = System.IO.Path.Combine("runtimes", LibraryName.RuntimeIdentifier, "native");
        return roots.Take(1).Concat(roots.Select(root => System.IO.Path.Combine(root, runtimes))).Concat(roots)
            .Select(System.IO.Path.TrimEndingDirectorySeparator).Distinct().ToList();
    }
}
