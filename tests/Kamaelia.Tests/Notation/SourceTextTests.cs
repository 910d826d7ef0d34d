using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class SourceTextTests
{
    [TestCase("abc", 0, 1, 1)]
    [TestCase("abc", 3, 1, 4)]
    [TestCase("a\nbc", 2, 2, 1)]
    [TestCase("a\r\nbc", 4, 2, 2)]
    [TestCase("a\rbc", 2, 2, 1)]
    [TestCase("a\n", 2, 2, 1)]
    [TestCase("😀b", 2, 1, 2)]
    public void PlaceAt_AnIndex_CountsLinesAndCodePointsFromOne(string text, int index, int line, int column)
    {
        Assert.That(new SourceText(text).PlaceAt(index), Is.EqualTo(new TextPlace(line, column)));
    }

    [TestCase("a\r\nbc\n", 0, "a")]
    [TestCase("a\r\nbc\n", 1, "bc")]
    [TestCase("a\r\nbc\n", 2, "")]
    public void LineSpan_ALine_LeavesOutItsEnd(string text, int line, string expected)
    {
        var source = new SourceText(text);

        Assert.That(source.Slice(source.LineSpan(line)).ToString(), Is.EqualTo(expected));
    }
}
