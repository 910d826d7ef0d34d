using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Ts;

public sealed class TsAlignerTests
{
    private static readonly byte[] s_stream = TsBuilder.ConstantRate(40, 4, 1000);

    [TestCase(1)]
    [TestCase(187)]
    [TestCase(188)]
    [TestCase(189)]
    [TestCase(1316)]
    [TestCase(100_000)]
    public void Push_CleanPacketsCutAnywhere_AllAreFound(int pieceBytes)
    {
        var found = Align(s_stream, pieceBytes);

        Assert.That(found.Offsets, Is.EqualTo(Enumerable.Range(0, 40).Select(i => i * 188L)));
        Assert.That(found.JunkBytes, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(100)]
    [TestCase(564)]
    [TestCase(100_000)]
    public void Push_JunkWithSyncBytesInFront_IsSkipped(int pieceBytes)
    {
        byte[] junk = new byte[1000];
        Array.Fill(junk, (byte)1);
        junk[0] = junk[5] = junk[5 + 188] = junk[999] = 0x47;

        var found = Align([.. junk, .. s_stream], pieceBytes);

        Assert.That(found.Offsets.First(), Is.EqualTo(1000));
        Assert.That(found.Offsets, Has.Count.EqualTo(40));
        Assert.That((found.JunkBytes, found.Losses), Is.EqualTo((1000, 0)), "it had never been in step");
    }

    [TestCase(1)]
    [TestCase(300)]
    [TestCase(100_000)]
    public void Push_ABrokenSyncByte_LosesOnePacketAndIsInStepAgain(int pieceBytes)
    {
        byte[] bytes = [.. s_stream];
        bytes[10 * 188] = 0;

        var found = Align(bytes, pieceBytes);

        Assert.That(found.Offsets, Is.EqualTo(Enumerable.Range(0, 40).Where(i => i != 10).Select(i => i * 188L)));
        Assert.That((found.JunkBytes, found.Losses), Is.EqualTo((188, 1)));
    }

    [TestCase(1)]
    [TestCase(777)]
    public void Push_BytesPutBetweenPackets_OnlyTheyAreJunk(int pieceBytes)
    {
        byte[] bytes = [.. s_stream[..(20 * 188)], 1, 2, 3, 4, 5, .. s_stream[(20 * 188)..]];

        var found = Align(bytes, pieceBytes);

        Assert.That(found.Offsets, Has.Count.EqualTo(40));
        Assert.That((found.JunkBytes, found.Losses), Is.EqualTo((5, 1)));
    }

    [Test]
    public void Finish_APacketCutShort_IsJunkAndNoLoss()
    {
        var found = Align(s_stream[..^100], 500);

        Assert.That(found.Offsets, Has.Count.EqualTo(39));
        Assert.That((found.JunkBytes, found.Losses), Is.EqualTo((88, 0)));
    }

    [Test]
    public void Finish_ASinglePacket_IsOne()
    {
        Assert.That(Align(s_stream[..188], 7).Offsets, Is.EqualTo(new[] { 0L }));
    }

    [Test]
    public void Push_AnythingAtAll_EveryByteIsReportedOnceInOrder([Range(0, 40)] int seed)
    {
        // Packets with damage: bytes changed, cut out and put in.
        var random = new Random(seed);
        var bytes = TsBuilder.ConstantRate(60, 3, 500).ToList();
        for (int i = 0; i < seed; i++)
        {
            int at = random.Next(bytes.Count);
            int kind = random.Next(3);
            if (kind == 0)
                bytes[at] = (byte)random.Next(256);
            else if (kind == 1)
                bytes.RemoveAt(at);
            else
                bytes.Insert(at, 0x47);
        }
        var visitor = new Visitor(new Found());
        var aligner = new TsAligner();
        foreach (var piece in Cuts.Random([.. bytes], seed, 400))
            aligner.Push(piece.Bytes, ref visitor);
        aligner.Finish(ref visitor);

        Assert.That(visitor.Found.Next, Is.EqualTo(bytes.Count));
        Assert.That(aligner.SettledBytes, Is.EqualTo(bytes.Count));
    }

    private static Found Align(byte[] bytes, int pieceBytes)
    {
        var visitor = new Visitor(new Found());
        var aligner = new TsAligner();
        foreach (byte[] piece in bytes.Chunk(pieceBytes))
            aligner.Push(piece, ref visitor);
        aligner.Finish(ref visitor);
        Assert.That(visitor.Found.Next, Is.EqualTo(bytes.Length));
        return visitor.Found;
    }

    private sealed class Found
    {
        public List<long> Offsets { get; } = [];

        public int JunkBytes { get; set; }

        public int Losses { get; set; }

        public long Next { get; set; }
    }

    private readonly struct Visitor(Found found) : ITsVisitor
    {
        public Found Found => found;

        public void OnPacket(TsPacket packet, long offsetBytes)
        {
            Assert.That(offsetBytes, Is.EqualTo(found.Next));
            found.Offsets.Add(offsetBytes);
            found.Next += 188;
        }

        public void OnJunk(long offsetBytes, int bytes, bool isLoss)
        {
            Assert.That(offsetBytes, Is.EqualTo(found.Next));
            found.JunkBytes += bytes;
            found.Losses += isLoss ? 1 : 0;
            found.Next += bytes;
        }
    }
}
