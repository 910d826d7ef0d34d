namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>No tab, no blank at a line's end, LF, and a newline at the end of the file.</summary>
public sealed class Whitespace : Rule
{
    public override SourceFile Bad => Sample("native/src/net/tab.cpp", "\tint a;");

    public override SourceFile Good => Sample("native/src/net/tab.cpp", "    int a;");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (file.IsGenerated || !file.IsCode) { yield break; }
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.Contains('\t')) { yield return At(file, i, "a tab"); }
            if (line.EndsWith(' ')) { yield return At(file, i, "a blank at the end"); }
            if (line.EndsWith('\r')) { yield return At(file, i, "CRLF"); }
        }
        if (!file.Text.EndsWith('\n')) { yield return $"{file.Path}: no newline at the end"; }
    }
}
