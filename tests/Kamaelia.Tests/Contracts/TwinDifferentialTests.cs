using CsCheck;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>The native and the managed twin, given the same random bytes cut in the same random way, answer the
/// same.</summary>
public sealed class TwinDifferentialTests
{
    // Few different bytes, so that headers, escapes and syncs come about often.
    private static readonly byte[] s_alphabet = "0123456789 \n%SYNCab"u8.ToArray();

    private static readonly Gen<byte[]> s_text = Gen.Frequency(
        (8, Gen.Int[0, s_alphabet.Length - 1].Select(i => s_alphabet[i])), (1, Gen.Byte)).Array[0, 60];

    private static readonly Gen<Message[]> s_messages =
        (from bytes in s_text
         from tag in Gen.UInt
         from pts in Gen.Long
         from hasPts in Gen.Bool
         select new Message(bytes, tag, hasPts ? pts : null)).Array[0, 20];

    [TestCase("framer", "")]
    [TestCase("deframer", "")]
    [TestCase("chunker", "sync=SYNC")]
    [TestCase("dechunker", "sync=SYNC")]
    [TestCase("dechunker", "sync=SSS")]
    [TestCase("dechunker", "sync=SYSYN chunk_max=20")]
    [TestCase("length.frame", "")]
    [TestCase("pcm.gain", "factor=1.3")]
    [TestCase("pcm.convert", "from=s16le to=f32le")]
    [TestCase("pcm.convert", "from=f32le to=s24le")]
    [TestCase("pcm.convert", "from=s24le to=s16le")]
    [TestCase("crc.append", "kind=castagnoli")]
    [TestCase("crc.check", "bad=flag")]
    [TestCase("fec.xor", "group=3")]
    [TestCase("fec.xor.recover", "")]
    public void Twins_AnyMessages_GiveTheSame(string name, string more)
    {
        var options = Options(more);
        s_messages.Sample(messages =>
        {
            var managed = Graphs.Through(messages, TwinMaker.Managed.Make(name, options));
            var native = Graphs.Through(messages, TwinMaker.Native.Make(name, options));
            return managed.SequenceEqual(native);
        }, iter: 300, threads: 1, print: Print);
    }

    [Test]
    public void LengthDeframers_AnyStream_GiveTheSame()
    {
        var lengths = Gen.Int[0, 40].Array[1, 20];
        Gen.Select(lengths, Gen.Int[0, 1 << 20], Gen.Int[1, 30]).Sample((payloads, seed, cut) =>
        {
            byte[] wire = [.. payloads.SelectMany(bytes =>
                new byte[] { 0, 0, 0, (byte)bytes }.Concat(Cuts.RandomBytes(bytes, bytes)))];
            var pieces = Cuts.Random(wire[..^(seed % wire.Length % 3)], seed, cut);
            var managed = Graphs.Through(pieces, TwinMaker.Managed.Make("length.deframe"));
            var native = Graphs.Through(pieces, TwinMaker.Native.Make("length.deframe"));
            return managed.SequenceEqual(native);
        }, iter: 200, threads: 1);
    }

    [Test]
    public void XorRecoverers_PacketsLostDoubledOutOfOrderAndDamaged_GiveTheSame()
    {
        Gen.Select(Gen.Int[2, 6], Gen.Int[0, 1 << 20], Gen.Int[1, 40]).Sample((group, seed, payloads) =>
        {
            var random = new Random(seed);
            var input = Enumerable.Range(0, payloads).Select(i => (Message)Cuts.RandomBytes(seed + i, i * 7 % 30));
            var packets = Graphs.Through(input, TwinMaker.Managed.Make("fec.xor", ("group", $"{group}")));
            for (int i = 0; i < packets.Count; i++)
            {
                int at = random.Next(packets.Count);
                switch (random.Next(8))
                {
                    case 0: packets.RemoveAt(i); break;
                    case 1: packets.Insert(at, packets[i]); break;
                    case 2: (packets[i], packets[at]) = (packets[at], packets[i]); break;
                    case 3: packets[i].Bytes[random.Next(packets[i].Bytes.Length)] ^= (byte)random.Next(8); break;
                }
            }
            var managed = Graphs.Through(packets, TwinMaker.Managed.Make("fec.xor.recover"));
            var native = Graphs.Through(packets, TwinMaker.Native.Make("fec.xor.recover"));
            return managed.SequenceEqual(native);
        }, iter: 300, threads: 1);
    }

    [Test]
    public void Twins_EachOthersWire_IsRead()
    {
        var input = Enumerable.Range(0, 200).Select(i => new Message(Cuts.RandomBytes(i, i * 7), (uint)i)).ToList();
        foreach (var (make, read) in new[]
        {
            (TwinMaker.Managed, TwinMaker.Native), (TwinMaker.Native, TwinMaker.Managed),
        })
        {
            var output = Graphs.Through(input, make.Make("framer"), make.Make("chunker"), make.Make("length.frame"),
                make.Make("crc.append"), make.Make("fec.xor"), read.Make("fec.xor.recover"), read.Make("crc.check"),
                read.Make("length.deframe"), read.Make("dechunker"), read.Make("deframer"));
            Assert.That(output, Is.EqualTo(input));
        }
    }

    private static (string, string)[] Options(string text) =>
        [.. from word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            select (word.Split('=')[0], word.Split('=')[1])];

    private static string Print(Message[] messages) => string.Join(" | ", messages.Select(message =>
        message.ToString()));
}
