using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>framer and deframer: the vectors of the original, and what we do where it broke.</summary>
public abstract class FramingContract(TwinMaker twins)
{
    [TestCase(1u, "1", "1 1\n1")]
    [TestCase(1u, "11", "1 2\n11")]
    [TestCase(1u, "1111", "1 4\n1111")]
    [TestCase(50u, "1111", "50 4\n1111")]
    [TestCase(50u, "hello world", "50 11\nhello world")]
    [TestCase(7u, "", "7 0\n")]
    [TestCase(3u, "a\nb 4\nc", "3 7\na\nb 4\nc")]
    [TestCase(4294967295u, "x", "4294967295 1\nx")]
    public void Framer_AMessage_GetsTagLengthAndData(uint tag, string data, string frame)
    {
        var frames = Graphs.Through([Message.Of(data, tag)], twins.Make("framer"));

        Assert.That(frames, Is.EqualTo(new[] { Message.Of(frame, tag) }));
    }

    [TestCase("1 2\n1111", 1u, "11", TestName = "Deframer_SurplusBytes_AreLeftOut")]
    [TestCase("  9   3 \nabc", 9u, "abc", TestName = "Deframer_WhiteSpaceRoundTheNumbers_IsSkipped")]
    [TestCase("9\t3\r\nabc", 9u, "abc", TestName = "Deframer_TabAndCarriageReturn_AreWhiteSpace")]
    [TestCase("007 03\nabc", 7u, "abc", TestName = "Deframer_LeadingZeros_AreAllowed")]
    [TestCase("3 7\na\nb 4\nc", 3u, "a\nb 4\nc", TestName = "Deframer_LineFeedsInTheData_AreData")]
    [TestCase("7 0\n", 7u, "", TestName = "Deframer_NoData_IsAnEmptyMessage")]
    public void Deframer_AFrame_GivesDataAndTag(string frame, uint tag, string data)
    {
        var messages = Graphs.Through([Message.Of(frame)], twins.Make("deframer"));

        Assert.That(messages, Is.EqualTo(new[] { Message.Of(data, tag) }));
    }

    [TestCase("1 5\nabc")]
    [TestCase("1 99999999999999999999999\nabc")]
    [TestCase("1 2\n")]
    [TestCase("junk")]
    [TestCase("")]
    [TestCase("\n")]
    [TestCase("a 3\nabc")]
    [TestCase("1 3 4\nabc")]
    [TestCase("1\nabc")]
    [TestCase("1 -1\nabc")]
    [TestCase("-1 1\nabc")]
    [TestCase("+1 1\nabc")]
    [TestCase("1 3x\nabc")]
    [TestCase("1x 3\nabc")]
    [TestCase("13\nabc")]
    [TestCase("4294967296 3\nabc")]
    public void Deframer_ABadFrame_IsDroppedAndTheNextOneIsNot(string frame)
    {
        var messages = Graphs.Through([Message.Of("1 1\na"), Message.Of(frame), Message.Of("2 1\nb")],
            twins.Make("deframer"));

        Assert.That(messages, Is.EqualTo(new[] { Message.Of("a", 1), Message.Of("b", 2) }));
    }

    [Test]
    public void Deframer_AHundredFramesAndOneWithoutItsEnd_AllButThatOneInOrder()
    {
        var input = Enumerable.Range(0, 100).Select(i => Message.Of(new string('x', i), (uint)i)).ToList();
        var frames = Graphs.Through(input, twins.Make("framer"));
        frames[5] = frames[5] with { Bytes = frames[5].Bytes[..^2] };

        var messages = Graphs.Through(frames, twins.Make("deframer"));

        input.RemoveAt(5);
        Assert.That(messages, Is.EqualTo(input));
    }

    [Test]
    public void FramerAndDeframer_RandomMessages_ComeBackWithTimeFlagsAndTag()
    {
        var random = new Random(1);
        var input = Enumerable.Range(0, 300).Select(i => new Message(Cuts.RandomBytes(i, random.Next(3000)),
            (uint)random.Next(), random.Next(2) == 0
                ? null : random.NextInt64(), (Axon.ChunkFlags)random.Next(4))).ToList();

        var output = Graphs.Through(input, twins.Make("framer"), twins.Make("deframer"));

        Assert.That(output, Is.EqualTo(input));
    }

    [Test]
    public void Framer_AnUnknownOption_IsNamed()
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make("framer", ("sync", "x")));

        Assert.That(e!.Message, Does.Contain("framer").And.Contain("sync"));
    }
}

[TestFixture]
internal sealed class ManagedFramingTests() : FramingContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeFramingTests() : FramingContract(TwinMaker.Native);
