using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>length.frame and length.deframe.</summary>
public abstract class LengthFramingContract(TwinMaker twins)
{
    [Test]
    public void Framer_AMessage_GetsItsLengthMostSignificantByteFirst()
    {
        var frames = Graphs.Through([Cuts.RandomBytes(1, 0x0102), Message.Of("")], twins.Make("length.frame"));

        Assert.That(frames[0].Bytes[..4], Is.EqualTo(new byte[] { 0, 0, 1, 2 }));
        Assert.That(frames[0].Bytes[4..], Is.EqualTo(Cuts.RandomBytes(1, 0x0102)));
        Assert.That(frames[1].Bytes, Is.EqualTo(new byte[4]));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(64)]
    [TestCase(5000)]
    [TestCase(1_000_000)]
    public void Deframer_AStreamCutAnywhere_GivesTheSamePayloads(int pieceBytesMax)
    {
        var input = Enumerable.Range(0, 80).Select(i => (Message)Cuts.RandomBytes(i, i * i % 997)).ToList();
        byte[] wire = [.. Graphs.Through(input, twins.Make("length.frame")).SelectMany(frame => frame.Bytes)];

        var output = Graphs.Through(Cuts.Random(wire, 3, pieceBytesMax), twins.Make("length.deframe"));

        Assert.That(output, Is.EqualTo(input));
    }

    [Test]
    public void Deframer_APayload_HasTimeFlagsAndTagOfTheMessageThatItsLengthBeganIn()
    {
        var first = new Message([9, 0, 0], 1, 11, ChunkFlags.Key);
        var second = new Message([0, 2, 7, 8, 0, 0, 0, 0], 2, 22, ChunkFlags.Discontinuity);

        var output = Graphs.Through([new Message([0, 0, 0, 1]), first, second], twins.Make("length.deframe"));

        Assert.That(output, Is.EqualTo(new[]
        {
            new Message([9]),
            new Message([7, 8], 1, 11, ChunkFlags.Key),
            new Message([], 2, 22, ChunkFlags.Discontinuity),
        }));
    }

    [Test]
    public void Deframer_TheInputEndsInTheMiddleOfAFrame_WhatIsThereIsDropped()
    {
        var output = Graphs.Through([new Message([0, 0, 0, 1, 5, 0, 0, 0, 9, 1, 2])], twins.Make("length.deframe"));

        Assert.That(output, Is.EqualTo(new[] { new Message([5]) }));
    }

    [Test]
    public async Task Deframer_ALengthOverTheLimit_IsAFaultThatNamesPlaceLengthAndLimit()
    {
        var sink = new ChunkSink();

        var fault = await Graphs.FaultOfAsync(new ChunkSource([new Message([0, 0, 0, 1, 5, 0, 0, 0, 101, 1, 2])]),
            twins.Make("length.deframe", ("length_max", "100")), sink);

        Assert.That(fault.Message, Does.Contain(
            "at offset 5 of the stream a frame of 101 bytes is announced, over length_max 100"));
    }

    [Test]
    public async Task Framer_AMessageOverTheLimit_IsAFaultThatNamesLengthAndLimit()
    {
        var fault = await Graphs.FaultOfAsync(new ChunkSource([Message.Of("ok"), new byte[101]]),
            twins.Make("length.frame", ("length_max", "100")), new ChunkSink());

        Assert.That(fault.Message, Does.Contain("a payload of 101 bytes is over length_max 100"));
    }

    [TestCase("0")]
    [TestCase("4294967296")]
    [TestCase("many")]
    public void LengthMax_OutOfRange_IsRefusedByName(string text)
    {
        foreach (string name in new[] { "length.frame", "length.deframe" })
        {
            var e = Assert.Catch<ArgumentException>(() => twins.Make(name, ("length_max", text)));
            Assert.That(e!.Message, Does.Contain(name).And.Contain("length_max").And.Contain(text));
        }
    }
}

[TestFixture]
internal sealed class ManagedLengthFramingTests() : LengthFramingContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeLengthFramingTests() : LengthFramingContract(TwinMaker.Native);
