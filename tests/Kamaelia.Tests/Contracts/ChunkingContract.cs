using System.Text;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>chunker and dechunker: the vectors of the original, cut streams, damage, and syncs that cannot
/// be.</summary>
public abstract class ChunkingContract(TwinMaker twins)
{
    private const string X24 = "XXXXXXXXXXXXXXXXXXXXXXXX";

    private Component Chunker(string? sync = null) => twins.Make("chunker", Sync(sync));

    private Component Dechunker(string? sync = null) => twins.Make("dechunker", Sync(sync));

    private static (string, string)[] Sync(string? sync) => sync is null ? [] : [("sync", sync)];

    [TestCase(null, "hello", X24 + "hello")]
    [TestCase(null, "100%X", X24 + "100%25%58")]
    [TestCase(null, "", X24)]
    [TestCase("SYNC", "a SYNC % S", "SYNCa %53%59%4e%43 %25 %53")]
    public void Chunker_AMessage_GetsTheSyncAndIsEscaped(string? sync, string data, string chunk)
    {
        var chunks = Graphs.Through([Message.Of(data)], Chunker(sync));

        Assert.That(chunks, Is.EqualTo(new[] { Message.Of(chunk) }));
    }

    [Test]
    public void Chunker_AByteUnder16InTheSync_IsEscapedWithOneDigit()
    {
        var chunks = Graphs.Through([Message.Of("a\nb")], Chunker("Z\n"));

        Assert.That(chunks, Is.EqualTo(new[] { Message.Of("Z\na%ab") }));
    }

    [TestCase("h8", "'8'")]
    [TestCase("100%", "'1'")]
    [TestCase("%", "'%'")]
    [TestCase("hallo", "'a'")]
    [TestCase("", "1 to 255")]
    [TestCase("Z\u0002", "byte 2")]
    [TestCase("Z\u0005\u0058", "byte 5")]
    public void Chunker_ASyncThatWouldBeReadBackWrongly_IsRefusedAndSaysWhy(string sync, string why)
    {
        var e = Assert.Catch<ArgumentException>(() => Chunker(sync));
        var other = Assert.Catch<ArgumentException>(() => Dechunker(sync));

        Assert.That(e!.Message, Does.Contain("chunker").And.Contain("sync").And.Contain(why));
        Assert.That(other!.Message, Does.Contain("dechunker").And.Contain("sync").And.Contain(why));
    }

    [Test]
    public void Dechunker_FiveChunksInOneMessage_GivesFive()
    {
        var messages = Graphs.Through([Message.Of("SYNCc0SYNCc1SYNCc2SYNCc3SYNCc4")], Dechunker("SYNC"));

        Assert.That(messages, Is.EqualTo(new[] { "c0", "c1", "c2", "c3", "c4" }.Select(c => Message.Of(c))));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(20)]
    [TestCase(100_000)]
    public void Dechunker_AStreamCutAnywhere_GivesTheSameChunks(int blockBytes)
    {
        var data = Enumerable.Range(0, 60).Select(i => (Message)Cuts.RandomBytes(i, i * 37)).ToList();
        byte[] wire = [.. Graphs.Through(data, Chunker()).SelectMany(chunk => chunk.Bytes)];

        var messages = Graphs.Through(Cuts.Even(wire, blockBytes), Dechunker());

        Assert.That(messages, Is.EqualTo(data));
    }

    [Test]
    public void Dechunker_BytesBeforeTheFirstSync_AreSkipped()
    {
        var messages = Graphs.Through(Cuts.Even(Encoding.Latin1.GetBytes("headless SYSYNCone SYNtwo" + "SYNCthree"), 3),
            Dechunker("SYNC"));

        Assert.That(messages, Is.EqualTo(new[] { Message.Of("three") }),
            "'one SYNtwo' is damaged: S stands in it bare");
    }

    [Test]
    public void Dechunker_TheEndOfTheInput_CompletesTheLastChunk()
    {
        var messages = Graphs.Through([Message.Of("SYNCone"), Message.Of("SYNCtw"), Message.Of("o")],
            Dechunker("SYNC"));

        Assert.That(messages, Is.EqualTo(new[] { Message.Of("one"), Message.Of("two") }));
    }

    [Test]
    public void Dechunker_NoSyncAtAll_GivesNothing()
    {
        Assert.That(Graphs.Through([Message.Of("nothing to see here"), Message.Of("")], Dechunker()), Is.Empty);
    }

    [Test]
    public void Dechunker_AChunkOverTheLimit_IsDroppedAndTheNextOneIsNot()
    {
        var dechunker = twins.Make("dechunker", ("sync", "SYNC"), ("chunk_max", "10"));

        var messages = Graphs.Through(Cuts.Even("SYNCshortSYNC_much_too_long_SYNCmore"u8.ToArray(), 4), dechunker);

        Assert.That(messages, Is.EqualTo(new[] { Message.Of("short"), Message.Of("more") }));
    }

    [TestCase("%2")]
    [TestCase("%")]
    [TestCase("%4")]
    [TestCase("%4E")]
    [TestCase("%41")]
    [TestCase("50%")]
    public void Dechunker_APercentThatBeginsNoCode_StaysAsItIs(string data)
    {
        Assert.That(Graphs.Through([Message.Of("SYNC" + data)], Dechunker("SYNC")),
            Is.EqualTo(new[] { Message.Of(data) }));
    }

    [Test]
    public void ChunkerAndDechunker_EveryByteAndOnlySyncBytes_ComeBack()
    {
        byte[] every = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        List<Message> input = [every, Encoding.Latin1.GetBytes(new string('X', 5000)),
            Encoding.Latin1.GetBytes(new string('%', 777))];

        Assert.That(Graphs.Through(input, Chunker(), Dechunker()), Is.EqualTo(input));
    }

    [Test]
    public void FramerChunkerDechunkerDeframer_ACutStream_GivesTheMessagesBack()
    {
        var input = Enumerable.Range(0, 100).Select(i => new Message(Cuts.RandomBytes(i, i * 13), (uint)i)).ToList();
        byte[] wire = [.. Graphs.Through(input, twins.Make("framer"), Chunker()).SelectMany(chunk => chunk.Bytes)];

        var output = Graphs.Through(Cuts.Random(wire, 5, 700), Dechunker(), twins.Make("deframer"));

        Assert.That(output, Is.EqualTo(input));
    }
}

[TestFixture]
internal sealed class ManagedChunkingTests() : ChunkingContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeChunkingTests() : ChunkingContract(TwinMaker.Native);
