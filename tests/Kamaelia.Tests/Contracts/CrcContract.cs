using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>crc.append and crc.check.</summary>
public abstract class CrcContract(TwinMaker twins)
{
    private static readonly Message s_digits = new("123456789"u8.ToArray(), 4, 77, ChunkFlags.Key);

    [TestCase("mpeg2", "0376E6E7")]
    [TestCase("ieee", "2639F4CB")]
    [TestCase("castagnoli", "839206E3")]
    public void Append_OfTheUsualCheck_PutsItsBytesInTheirOrder(string kind, string bytes)
    {
        var output = Graphs.Through([s_digits], twins.Make("crc.append", ("kind", kind)));

        Assert.That(output, Is.EqualTo(new[]
        {
            s_digits with { Bytes = [.. s_digits.Bytes, .. Convert.FromHexString(bytes)] },
        }));
    }

    [TestCase("mpeg2")]
    [TestCase("ieee")]
    [TestCase("castagnoli")]
    public void Check_OfWhatAppendMade_GivesTheSame(string kind)
    {
        var input = Enumerable.Range(0, 300).Select(i => new Message(Cuts.RandomBytes(i, i), (uint)i, i)).ToList();

        var output = Graphs.Through(input, twins.Make("crc.append", ("kind", kind)),
            twins.Make("crc.check", ("kind", kind), ("bad", "fail")));

        Assert.That(output, Is.EqualTo(input));
    }

    [Test]
    public void Check_EveryBitTurned_IsBad()
    {
        byte[] good = Graphs.Through([s_digits], twins.Make("crc.append"))[0].Bytes;
        var input = Enumerable.Range(0, good.Length * 8).Select(bit =>
        {
            byte[] turned = [.. good];
            turned[bit / 8] ^= (byte)(1 << bit % 8);
            return (Message)turned;
        });

        Assert.That(Graphs.Through(input, twins.Make("crc.check")), Is.Empty);
    }

    [Test]
    public void Check_WithFlag_SendsTheBadOnesAsTheyCameAndMarked()
    {
        var check = twins.Make("crc.check", ("bad", "flag"));

        var output = Graphs.Through([Message.Of("ab", 3), Message.Of("abcdefgh", 5)], check);

        Assert.That(output, Is.EqualTo(new[]
        {
            Message.Of("ab", 3) with { Flags = ChunkFlags.Discontinuity },
            Message.Of("abcdefgh", 5) with { Flags = ChunkFlags.Discontinuity },
        }));
        Assert.That(check.Counters, Does.Contain(new KeyValuePair<string, long>("bad", 2))
            .And.Contain(new KeyValuePair<string, long>("good", 0)));
    }

    [Test]
    public void Check_WithoutStrip_LeavesTheCrc()
    {
        var whole = Graphs.Through([s_digits, Message.Of("")], twins.Make("crc.append"));

        Assert.That(Graphs.Through(whole, twins.Make("crc.check", ("strip", "no"))), Is.EqualTo(whole));
    }

    [Test]
    public async Task Check_WithFail_IsAFaultWithBothValuesBehindWhatWasGood()
    {
        var sink = new ChunkSink();
        var good = Graphs.Through([s_digits], twins.Make("crc.append"))[0];
        var bad = new Message([.. "123456780"u8, .. good.Bytes[9..]]);

        var fault = await Graphs.FaultOfAsync(new ChunkSource([good, bad]), twins.Make("crc.check", ("bad", "fail")),
            sink);

        Assert.That(fault.Message, Does.Contain(
            "a chunk of 13 bytes says its CRC is 0376e6e7, but it is 21bf16e8"));
    }

    [TestCase("crc.append", "kind", "crc16")]
    [TestCase("crc.check", "kind", "crc16")]
    [TestCase("crc.check", "bad", "ignore")]
    public void Options_UnknownWord_IsRefusedByName(string name, string option, string word)
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make(name, (option, word)));

        Assert.That(e!.Message, Does.Contain(name).And.Contain(option).And.Contain(word));
    }
}

[TestFixture]
internal sealed class ManagedCrcTests() : CrcContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeCrcTests() : CrcContract(TwinMaker.Native);
