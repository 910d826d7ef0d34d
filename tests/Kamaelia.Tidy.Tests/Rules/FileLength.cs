namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>C# under 400 lines, C++ under 600; past 500 the first comment says why it is one file.</summary>
public sealed class FileLength : Rule
{
    private const int CSharpMax = 400;
    private const int CppMax = 600;
    private const int ReasonFrom = 500;

    /// <summary>Path and the length it may have; its first comment says why it is one file.</summary>
    public static readonly IReadOnlyDictionary<string, int> Exceptions = new Dictionary<string, int>
    {
    };

    public override SourceFile Bad => Sample("src/Kamaelia/Long.cs", [.. Repeat("//", CSharpMax + 1)]);

    public override SourceFile Good => Sample("native/src/net/long.cpp",
        ["// One file because the table and its reader change together.", .. Repeat("//", CppMax - 10)]);

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (file.IsGenerated || !(file.IsCSharp || file.IsCpp)) { yield break; }
        var excepted = Exceptions.TryGetValue(file.Path, out var allowed);
        var max = excepted ? allowed : file.IsCSharp ? CSharpMax : CppMax;
        var count = file.Lines.Length - (file.Lines[^1].Length == 0 ? 1 : 0);
        if (count > max) { yield return $"{file.Path}: {count} lines, at most {max}"; }
        if ((excepted || count > ReasonFrom) && !SaysWhy(file))
        {
            yield return $"{file.Path}: {count} lines, so its first comment must say why: \"One file because …\"";
        }
    }

    private static bool SaysWhy(SourceFile file) => file.Lines
        .TakeWhile(l => l.TrimStart() is var t && (t.StartsWith('/') || t.StartsWith('*') || t.StartsWith("#pragma")))
        .Any(l => l.Contains("one file because", StringComparison.OrdinalIgnoreCase));
}
