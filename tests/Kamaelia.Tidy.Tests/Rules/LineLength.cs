namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>A line has at most 120 columns.</summary>
public sealed class LineLength : Rule
{
    private const int ColumnsMax = 120;

    public override SourceFile Bad => Sample("src/Kamaelia/Wide.cs", new string('x', ColumnsMax + 1));

    // Columns, not bytes: an accent is two bytes and one column.
    public override SourceFile Good => Sample("src/Kamaelia/Wide.cs", new string('é', ColumnsMax));

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (file.IsGenerated || !file.IsCode) { yield break; }
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var columns = Columns(file.Lines[i]);
            if (columns > ColumnsMax) { yield return At(file, i, $"{columns} columns, at most {ColumnsMax}"); }
        }
    }

    private static int Columns(string line) =>
        line.Length <= ColumnsMax ? line.Length : new System.Globalization.StringInfo(line).LengthInTextElements;
}
