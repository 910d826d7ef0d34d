using System.Text;

namespace Kamaelia.Notation;

/// <summary>A line and a column as people count them: both start at 1, a column is one Unicode character.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in code points.</param>
public readonly record struct TextPlace(int Line, int Column);

/// <summary>The text of a graph, its name, and where its lines are. Immutable; any thread.</summary>
public sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

    /// <summary>Wraps a text.</summary>
    /// <param name="text">The notation.</param>
    /// <param name="name">What diagnostics call it: a file's name, or <c>text</c>.</param>
    public SourceText(string text, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        Name = name;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                _lineStarts.Add(i + 1);
        }
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>What diagnostics call it.</summary>
    public string Name { get; }

    /// <summary>How many lines there are; an empty text has one.</summary>
    public int LineCount => _lineStarts.Count;

    /// <summary>Which line (from 0) an index is in.</summary>
    public int LineIndexAt(int index)
    {
        int found = _lineStarts.BinarySearch(index);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>A line without its line end.</summary>
    public TextSpan LineSpan(int lineIndex)
    {
        int start = _lineStarts[lineIndex];
        int end = lineIndex + 1 < _lineStarts.Count ? _lineStarts[lineIndex + 1] : Text.Length;
        while (end > start && Text[end - 1] is '\n' or '\r')
            end--;
        return TextSpan.FromBounds(start, end);
    }

    /// <summary>The line and column of an index, which may be the end of the text.</summary>
    public TextPlace PlaceAt(int index)
    {
        int line = LineIndexAt(index);
        int column = 1;
        foreach (Rune _ in Text.AsSpan(_lineStarts[line], index - _lineStarts[line]).EnumerateRunes())
            column++;
        return new TextPlace(line + 1, column);
    }

    /// <summary>The characters of a span.</summary>
    public ReadOnlySpan<char> Slice(TextSpan span) => Text.AsSpan(span.Start, span.Length);
}
