namespace Kamaelia.Tidy.Tests;

/// <summary>
/// One rule of the house. It carries a sample in which it must find a fault and one in which it must not, so that a
/// rule that has stopped working is a failing test and not a silence.
/// </summary>
public abstract class Rule
{
    /// <summary>A file that breaks the rule.</summary>
    public abstract SourceFile Bad { get; }

    /// <summary>A file that comes close and does not.</summary>
    public abstract SourceFile Good { get; }

    /// <summary>What is wrong with <paramref name="file"/>, each as "path:line: what".</summary>
    public abstract IEnumerable<string> Check(SourceFile file);

    public sealed override string ToString() => GetType().Name;

    protected static string At(SourceFile file, int lineIndex, string what) => $"{file.Path}:{lineIndex + 1}: {what}";

    protected static SourceFile Sample(string path, params string[] lines) =>
        new(path, string.Concat(lines.Select(line => line + "\n")));

    protected static IEnumerable<string> Repeat(string line, int count) => Enumerable.Repeat(line, count);
}
