using System.Reflection;
using System.Runtime.InteropServices;
using Kamaelia.Interop.Native;

namespace Kamaelia.Interop;

/// <summary>Looks for libkamaelia, loads it and reads its ABI version. Throws nothing: the result says what
/// happened.</summary>
internal sealed unsafe class LibraryLoader
{
    private readonly List<string> _tried = [];

    /// <param name="chosen">The value of KAMAELIA_NATIVE: a file or a folder; null or empty when not set.</param>
    /// <param name="folders">Where to look otherwise, in order.</param>
    /// <param name="systemSearch">Whether to ask the runtime and the system when no folder has it.</param>
    public static LoadResult Load(string? chosen, IReadOnlyList<string> folders, bool systemSearch)
    {
        var loader = new LibraryLoader();
        // A choice is a choice: falling back to another file would hide that it is wrong.
        var result = string.IsNullOrEmpty(chosen)
            ? loader.Search(folders, systemSearch)
            : loader.TryFile(Directory.Exists(chosen) ? Path.Combine(chosen, LibraryName.FileName) : chosen);
        return (result ?? loader.NotFound(chosen)) with { Tried = loader._tried };
    }

    private LoadResult? Search(IReadOnlyList<string> folders, bool systemSearch)
    {
        foreach (var folder in folders)
            if (TryFile(Path.Combine(folder, LibraryName.FileName)) is { } result)
                return result;
        return systemSearch ? TrySystem() : null;
    }

    private LoadResult? TryFile(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            _tried.Add($"{full}: no such file");
            return null;
        }
        try
        {
            return CheckVersion(NativeLibrary.Load(full), full);
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            _tried.Add($"{full}: {problem.Message.ReplaceLineEndings(" ").Trim()}");
            return null;
        }
    }

    private LoadResult? TrySystem()
    {
        // With the assembly the runtime also looks where its host was told to: deps.json, a single file's own
        // extraction.
        if (NativeLibrary.TryLoad(LibraryName.Import, Assembly.GetExecutingAssembly(), null, out var handle))
            return CheckVersion(handle, LoadedPath.Find(LibraryName.FileName) ?? LibraryName.FileName);
        _tried.Add($"{LibraryName.FileName}: not where the runtime or the system looks");
        return null;
    }

    private LoadResult CheckVersion(nint handle, string path)
    {
        if (!NativeLibrary.TryGetExport(handle, "kam_abi_version", out var export))
        {
            NativeLibrary.Free(handle);
            return Refuse(path, 0, $"{path} is no libkamaelia: it exports no kam_abi_version");
        }
        var version = ((delegate* unmanaged[Cdecl]<uint>)export)();
        if (version >> 16 == NativeMethods.KAM_ABI_MAJOR && (version & 0xffff) >= NativeMethods.KAM_ABI_MINOR)
        {
            _tried.Add($"{path}: loaded");
            return new LoadResult { Handle = handle, Path = path, AbiVersion = version };
        }
        NativeLibrary.Free(handle);
        return Refuse(path, version, $"{path} has the ABI {version >> 16}.{version & 0xffff}, and this assembly needs "
            + $"{NativeMethods.KAM_ABI_MAJOR}.{NativeMethods.KAM_ABI_MINOR} or a later minor of the same major");
    }

    // The search ends here: behind a library of the wrong version another one would be found by luck only.
    private LoadResult Refuse(string path, uint version, string why)
    {
        _tried.Add($"{path}: refused");
        return new LoadResult { Path = path, AbiVersion = version, Error = why };
    }

    private LoadResult NotFound(string? chosen)
    {
        var intro = string.IsNullOrEmpty(chosen)
            ? $"{LibraryName.FileName} ({LibraryName.RuntimeIdentifier}) was not found or could not be loaded"
            : $"{NativeLibraryInfo.PathVariable} says '{chosen}', which could not be loaded";
        return new LoadResult { Error = $"{intro}. Tried:" + string.Concat(_tried.Select(line => "\n  " + line)) };
    }
}
