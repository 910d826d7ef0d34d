using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>Nothing in git knows where anyone's home or work folder is.</summary>
public sealed partial class NoMachinePaths : Rule
{
    public override SourceFile Bad => Sample("README.md", "See /wo" + "rk/main for the rest.");

    public override SourceFile Good => Sample("README.md", "See network/work/main, or write to /tmp/out.ts.");

    public override IEnumerable<string> Check(SourceFile file)
    {
        for (var i = 0; i < file.Lines.Length; i++)
        {
            if (MachinePath().Match(file.Lines[i]) is { Success: true } m) { yield return At(file, i, m.Value); }
        }
    }

    // Each has a bracket in it, so that this file does not break its own rule.
    [GeneratedRegex(@"(?<![\w.])(/wor[k]/|/roo[t]/|/tmp/w[t]\b|/tmp/hu[b]\b"
        + @"|/home/[a-z]\w*/|/Users/[a-z]\w*/|[A-Z]:\\Users\\)")]
    private static partial Regex MachinePath();
}
