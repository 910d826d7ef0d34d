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
    private const int ShownMax = 100; // Nobody reads more, and each costs a look at its line.

    /// <summary>All of them, one after another, with a line between; of more than a hundred the first hundred and how
    /// many are left.</summary>
    public string RenderAll(IEnumerable<Diagnostic> diagnostics)
    {
        var all = diagnostics.ToList();
        string shown = string.Join('\n', all.Take(ShownMax).Select(Render));
        return all.Count <= ShownMax
            ? shown
            : shown + $"\nand {(all.Count - ShownMax).ToString(CultureInfo.InvariantCulture)} more\n";
    }

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
        // Of a line without end only what may be shown is looked at, and a little more: some characters take no column.
        int reach = 4 * widthMax;
        string before = Clean(source.Slice(TextSpan.FromBounds(Math.Max(line.Start, start - reach), start)));
        string marked = Clean(source.Slice(TextSpan.FromBounds(start, Math.Min(end, start + reach))));
        string after = Clean(source.Slice(TextSpan.FromBounds(end, Math.Min(line.End, end + reach))));
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
        if (fromEnd)
            runes.Reverse();
        int width = 0;
        int count = runes.FindIndex(rune => (width += WidthOf(rune)) > columns - 1);
        var kept = runes.Take(count);
        return fromEnd ? "…" + string.Concat(kept.Reverse()) : string.Concat(kept) + "…";
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
