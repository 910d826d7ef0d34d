using System.Runtime.InteropServices;

namespace Kamaelia.Interop;

/// <summary>What the library is called on this platform, and which runtime identifier the platform has.</summary>
internal static class LibraryName
{
    /// <summary>As in <c>[LibraryImport]</c>.</summary>
    public const string Import = "libkamaelia";

    public static string FileName { get; } = Import
        + (OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so");

    /// <summary>The portable one, linux-x64: the runtime's own may name a distribution.</summary>
    public static string RuntimeIdentifier { get; } = MakeRuntimeIdentifier();

    private static string MakeRuntimeIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        if (system == "linux" && RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
            system = "linux-musl";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
