using System.Globalization;
using System.Text;

namespace Kamaelia.Notation;

/// <summary>Shows a diagnostic to people: code, message, the source line and a caret under the exact place.</summary>
/// <param name="source">The text that it is about.</param>
/// <param name="useColour">Writes ANSI colours; the caller asks the terminal and NO_COLOR.</param>
/// <param name="widthMax">Columns of source that are shown; a longer line is cut around the place.</param>
public sealed class DiagnosticRenderer(SourceText source, bool useColour = false, int widthMax = 160)
{
    private const string Red = "\e[1;31m";
    private const string Yellow = "\e[1;33m";
    private const string Bold = "\e[1m";
    private const string Dim = "\e[34m";
    private const string Reset = "\e[0m";

    /// <summary>All of them, one after another, with a line between.</summary>
    public string RenderAll(IEnumerable<Diagnostic> diagnostics) => string.Join('\n', diagnostics.Select(Render));

    /// <summary>Some lines, each ended by <c>\n</c>.</summary>
    public string Render(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        bool isError = diagnostic.Severity == DiagnosticSeverity.Error;
        string colour = isError ? Red : Yellow;
        var place = source.PlaceAt(diagnostic.Span.Start);
        string number = place.Line.ToString(CultureInfo.InvariantCulture);
        string margin = new(' ', number.Length);
        var (line, before, marked) = Cut(diagnostic.Span);
        var text = new StringBuilder();
        text.Append(Paint(colour, $"{(isError ? "error" : "warning")} {diagnostic.Code.Id}"))
            .Append(Paint(Bold, $": {Clean(diagnostic.Message)}")).Append('\n');
        text.Append(Paint(Dim, $"{margin}--> "))
            .Append($"{Clean(source.Name)}:{place.Line}:{place.Column}").Append('\n');
        text.Append(Paint(Dim, $"{margin} |")).Append('\n');
        text.Append(Paint(Dim, $"{number} | ")).Append(line).Append('\n');
        text.Append(Paint(Dim, $"{margin} | ")).Append(' ', before);
        string caret = new('^', Math.Max(1, marked));
        text.Append(Paint(colour, diagnostic.Suggestion is { } suggestion ? $"{caret} {Clean(suggestion)}" : caret));
        return text.Append('\n').ToString();
    }

    /// <summary>The source line to show, and in columns how far the span is from its start and how wide it
    /// is.</summary>
    private (string Line, int Before, int Marked) Cut(TextSpan span)
    {
        var line = source.LineSpan(source.LineIndexAt(span.Start));
        int start = Math.Min(span.Start, line.End);
        int end = Math.Min(Math.Max(span.End, start), line.End);
        string before = Clean(source.Slice(TextSpan.FromBounds(line.Start, start)));
        string marked = Clean(source.Slice(TextSpan.FromBounds(start, end)));
        string after = Clean(source.Slice(TextSpan.FromBounds(end, line.End)));
        if (Width(before) + Width(marked) + Width(after) > widthMax)
        {
            marked = Keep(marked, widthMax / 2, fromEnd: false);
            before = Keep(before, (widthMax - Width(marked)) / 2, fromEnd: true);
            after = Keep(after, widthMax - Width(marked) - Width(before), fromEnd: false);
        }
        return (before + marked + after, Width(before), Width(marked));
    }

    private static string Keep(string text, int columns, bool fromEnd)
    {
        if (Width(text) <= columns)
            return text;
        var runes = text.EnumerateRunes().ToList();
        while (runes.Sum(WidthOf) > columns - 1)
            runes.RemoveAt(fromEnd ? 0 : runes.Count - 1);
        string kept = string.Concat(runes);
        return fromEnd ? "…" + kept : kept + "…";
    }

    private string Paint(string colour, string text) => useColour ? colour + text + Reset : text;

    /// <summary>A tab is one space, so that the caret stands right; what could steer a terminal is a dot.</summary>
    private static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(Rune.GetUnicodeCategory(rune) switch
            {
                _ when rune.Value == '\t' => " ",
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator => "·",
                _ => rune.ToString(),
            });
        }
        return clean.ToString();
    }

    private static int Width(string text) => text.EnumerateRunes().Sum(WidthOf);

    /// <summary>Terminal columns: none for combining marks, two for the wide East Asian blocks and emoji.</summary>
    private static int WidthOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
            or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1,
    };
}
