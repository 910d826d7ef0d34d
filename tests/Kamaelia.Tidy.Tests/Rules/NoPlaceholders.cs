using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>What is not done is an issue, not a mark in the code.</summary>
public sealed partial class NoPlaceholders : Rule
{
    public override SourceFile Bad => Sample("src/Kamaelia/Later.cs", "// TO" + "DO: make it work");

    public override SourceFile Good => Sample("src/Kamaelia/Later.cs", "// Todos are what this component lists.");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.IsCode) { yield break; }
        for (var i = 0; i < file.Lines.Length; i++)
        {
            if (Mark().Match(file.Lines[i]) is { Success: true } m) { yield return At(file, i, m.Value); }
        }
    }

    // Written so that this file does not break its own rule.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K|NotImplemented[E]xception)\b")]
    private static partial Regex Mark();
}
