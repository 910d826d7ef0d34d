using Kamaelia.Notation;

namespace Kamaelia.Tests.Notation;

public sealed class SuggestionsTests
{
    private static readonly string[] s_names = ["file.read", "file.write", "udp.send", "udp.recv", "tee", "ts.check"];

    [TestCase("udp.sned", "udp.send")]
    [TestCase("UDP.SEND", "udp.send")]
    [TestCase("udpsend", "udp.send")]
    [TestCase("send.udp", "udp.send")]
    [TestCase("send", "udp.send")]
    [TestCase("file-read", "file.read")]
    [TestCase("tea", "tee")]
    [TestCase("zebra", null)]
    [TestCase("", null)]
    public void Nearest_AWord_IsTheNameThatWasMeant(string word, string? expected)
    {
        Assert.That(Suggestions.Nearest(word, s_names), Is.EqualTo(expected));
    }

    [TestCase("abc", "abc", 0)]
    [TestCase("abc", "acb", 1)]
    [TestCase("abc", "ab", 1)]
    [TestCase("abc", "xyz", 3)]
    [TestCase("kitten", "sitting", 3)]
    [TestCase("abcdefgh", "z", 4)]
    public void EditDistance_TwoWords_CountsLettersUpToTheLimit(string from, string to, int expected)
    {
        Assert.That(Suggestions.EditDistance(from, to, 3), Is.EqualTo(expected));
    }
}
