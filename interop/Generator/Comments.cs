namespace Kamaelia.BindGen;

/// <summary>Turns C comments into the lines of a doc comment.</summary>
internal static class Comments
{
    /// <summary>The comment's text without its marks, or null when there is none, or it only rules a line (---- x
    /// ----).</summary>
    public static string? Clean(string raw)
    {
        var lines = raw.Split('\n').Select(StripMarks).ToList();
        while (lines.Count > 0 && lines[0].Length == 0)
            lines.RemoveAt(0);
        while (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        if (lines.Count == 0 || lines[0].StartsWith("----", StringComparison.Ordinal))
            return null;
        return string.Join('\n', lines);
    }

    private static string StripMarks(string line)
    {
        var text = line.Trim();
        if (text.StartsWith("/*", StringComparison.Ordinal))
            text = text[2..].TrimStart('*', '!', '<');
        else if (text.StartsWith("//", StringComparison.Ordinal))
            text = text[2..].TrimStart('/', '!', '<');
        else if (text.StartsWith('*'))
            text = text == "*/" ? "" : text[1..];
        if (text.EndsWith("*/", StringComparison.Ordinal))
            text = text[..^2];
        return text.Trim();
    }

    /// <summary>
    /// A macro's comment, which libclang does not attach: the one that begins on its line, else the one that ends on
    /// the line above.
    /// </summary>
    /// <param name="lines">The header's lines.</param>
    /// <param name="index">Of the #define, from 0.</param>
    public static string? OfMacro(IReadOnlyList<string> lines, int index)
    {
        var start = lines[index].IndexOf("/*", StringComparison.Ordinal);
        if (start >= 0)
        {
            var text = lines[index][start..];
            for (var i = index + 1; !text.Contains("*/", StringComparison.Ordinal) && i < lines.Count; i++)
                text += "\n" + lines[i];
            return Clean(text);
        }
        if (index == 0 || !lines[index - 1].TrimEnd().EndsWith("*/", StringComparison.Ordinal))
            return null;
        var above = index - 1;
        while (above > 0 && !lines[above].TrimStart().StartsWith("/*", StringComparison.Ordinal))
            above--;
        var isOwn = lines[above].TrimStart().StartsWith("/*", StringComparison.Ordinal)
            && !lines.Skip(above).Take(index - above).Any(line => line.StartsWith('#'));
        return isOwn ? Clean(string.Join('\n', lines.Skip(above).Take(index - above))) : null;
    }
}
