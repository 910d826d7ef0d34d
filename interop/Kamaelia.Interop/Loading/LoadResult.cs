namespace Kamaelia.Interop;

/// <summary>What came of looking for the library. Without a handle, <see cref="Error"/> says why.</summary>
internal sealed record LoadResult
{
    public nint Handle { get; init; }
    public bool IsLoaded => Handle != 0;
    public string? Path { get; init; }

    /// <summary>(major &lt;&lt; 16) | minor of the file that was found; 0 if none was, or it says none.</summary>
    public uint AbiVersion { get; init; }

    public string? Error { get; init; }

    /// <summary>Each place in the order tried, with what was found there.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];
}
