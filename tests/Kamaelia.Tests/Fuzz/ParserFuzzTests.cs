using CsCheck;
using Kamaelia.Axon;
using Kamaelia.Pacing;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;
using Kamaelia.Utilities;

namespace Kamaelia.Tests.Fuzz;

/// <summary>Random bytes into each managed parser: it ends, it throws nothing it does not say, it leaves no
/// chunk.</summary>
public sealed class ParserFuzzTests
{
    private static readonly Gen<byte[]> s_bytes = Gen.Frequency(
        (3, Gen.Byte.Array[0, 2000]),
        (2, OneOf([0x47, 0x00, 0x10, 0x30, 0x07, 0xFF]).Array[0, 2000]),
        (2, OneOf("0123456789 \n\t%X5825ab"u8.ToArray()).Array[0, 2000]));

    private static Gen<byte> OneOf(byte[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [TestCase("deframer")]
    [TestCase("dechunker")]
    [TestCase("framer")]
    [TestCase("chunker")]
    [TestCase("ts.check")]
    [TestCase("rechunk", "bytes=100")]
    public void Parser_AnyBytes_EndsAndLeavesNothing(string name, string more = "")
    {
        var options = from word in more.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                      select (word.Split('=')[0], word.Split('=')[1]);
        Gen.Select(s_bytes, Gen.Int[0, 1 << 20], Gen.Int[1, 500]).Sample((bytes, seed, cut) =>
            Graphs.Through(Cuts.Random(bytes, seed, cut), TwinMaker.Managed.Make(name, [.. options])),
            iter: 200, threads: 1);
    }

    [Test]
    public void LengthDeframer_AnyBytes_EndsOrSaysThatALengthIsOverTheLimit()
    {
        Gen.Select(s_bytes, Gen.Int[0, 1 << 20], Gen.Int[1, 500]).Sample((bytes, seed, cut) =>
        {
            try
            {
                Graphs.Through(Cuts.Random(bytes, seed, cut), TwinMaker.Managed.Make("length.deframe", ("length_max",
                    "1000")));
            }
            catch (GraphFaultedException e) when (e.InnerException is InvalidDataException)
            {
                // Said so.
            }
        }, iter: 200, threads: 1);
    }

    [Test]
    public void PcrPacer_PacketsOfAnyBytes_KeepsEveryByteOrSaysThatThereIsNoClock()
    {
        // Sync bytes where they belong, so that the fields behind them are read.
        var packets = Gen.Byte.Array[187].Select(rest => (byte[])[TsPacket.SyncByte, .. rest]).Array[1, 60];
        Gen.Select(packets, Gen.Int[0, 1 << 20], Gen.Int[1, 2000]).Sample((each, seed, cut) =>
        {
            byte[] bytes = [.. each.SelectMany(packet => packet)];
            try
            {
                var output = Graphs.Through(Cuts.Random(bytes, seed, cut), new PcrPacer { Speed = 1000 });
                Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(bytes));
            }
            catch (GraphFaultedException e) when (e.InnerException is InvalidDataException)
            {
                // Said so.
            }
        }, iter: 100, threads: 1);
    }

    [Test]
    public void TsAnalysis_DamagedPackets_CountsEveryByte()
    {
        Gen.Select(s_bytes, Gen.Int[0, 3000]).Sample((junk, at) =>
        {
            byte[] clean = TsBuilder.ConstantRate(20, 3, 1000);
            at %= clean.Length;
            byte[] bytes = [.. clean[..at], .. junk, .. clean[at..]];
            var analysis = new TsAnalysis();
            analysis.Add(bytes, 0);
            analysis.Finish(1);
            var report = analysis.Report();
            Assert.That(report.Packets * TsPacket.PacketBytes + report.JunkBytes, Is.EqualTo(bytes.Length));
        }, iter: 500, threads: 1);
    }

    [Test]
    public async Task LineSplitter_AnyBytes_LosesNoLine()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            byte[] bytes = Cuts.RandomBytes(seed, 3000);
            var sink = new MessageSink<string>();
            await Graphs.RunAsync(new ChunkSource(Cuts.Random(bytes, seed, 100)), new LineSplitter(), sink);
            int lines = bytes.Count(value => value == '\n') + (bytes[^1] == '\n' ? 0 : 1);
            Assert.That(sink.Messages, Has.Count.EqualTo(lines));
        }
    }
}
