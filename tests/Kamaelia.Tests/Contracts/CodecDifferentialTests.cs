using CsCheck;
using Kamaelia.Interop;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>ts.filter, G.711 and Opus: the native and the managed twin give the same messages for the same random
/// input, cut at random, so at any length and address.</summary>
public sealed class CodecDifferentialTests
{
    private static readonly string[] s_frames = ["2.5", "10", "20", "60"];

    // Packets of a few PIDs with junk and cut packets among them, cut into messages at random.
    private static readonly Gen<List<Message>> s_streams =
        from packets in Gen.Int[0, 60]
        from junkEach in Gen.Int[0, 20]
        from seed in Gen.Int[0, 1 << 20]
        from bytesMax in Gen.Int[1, 2000]
        select Cuts.Random(Stream(packets, junkEach, seed), seed, bytesMax);

    [TestCase("256", "keep", "false")]
    [TestCase("0,257,8191", "remove", "false")]
    [TestCase("0-8191", "keep", "true")]
    public void Filters_AnyStream_GiveTheSame(string pids, string mode, string dropNull)
    {
        (string, string)[] options = [("pids", pids), ("mode", mode), ("drop_null", dropNull)];
        s_streams.Sample(messages =>
        {
            var managed = TwinMaker.Managed.Make("ts.filter", options);
            var native = TwinMaker.Native.Make("ts.filter", options);
            return Graphs.Through(messages, managed).SequenceEqual(Graphs.Through(messages, native))
                && managed.Counters.SequenceEqual(native.Counters);
        }, iter: 300, threads: 1, print: messages => $"{messages.Count} messages");
    }

    [TestCase("g711.encode", "alaw")]
    [TestCase("g711.encode", "ulaw")]
    [TestCase("g711.decode", "alaw")]
    [TestCase("g711.decode", "ulaw")]
    public void G711_AnyBytes_GiveTheSame(string name, string law)
    {
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 1 << 20], Gen.Int[1, 500]).Sample((bytes, seed, bytesMax) =>
        {
            var messages = Cuts.Random(Cuts.RandomBytes(seed, bytes), seed, bytesMax);
            return Graphs.Through(messages, TwinMaker.Managed.Make(name, ("law", law)))
                .SequenceEqual(Graphs.Through(messages, TwinMaker.Native.Make(name, ("law", law))));
        }, iter: 200, threads: 1);
    }

    [Test]
    public void OpusEncoders_AnySound_GiveTheSamePackets()
    {
        NeedsOpus();
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 1 << 20], Gen.Int[0, 40_000], Gen.Int[0, 3])
            .Sample((complexity, seed, bytes, frame) =>
            {
                (string, string)[] options = [("complexity", $"{complexity}"), ("frame_ms", s_frames[frame])];
                var messages = Cuts.Random(Cuts.RandomBytes(seed, bytes), seed, 7000);
                return Graphs.Through(messages, TwinMaker.Managed.Make("opus.encode", options))
                    .SequenceEqual(Graphs.Through(messages, TwinMaker.Native.Make("opus.encode", options)));
            }, iter: 40, threads: 1);
    }

    [TestCase("s16le", "false")]
    [TestCase("s16le", "true")]
    [TestCase("f32le", "false")]
    public void OpusDecoders_PacketsSomeLostOrDamaged_GiveTheSameSamples(string format, string fec)
    {
        NeedsOpus();
        (string, string)[] options = [("format", format), ("fec", fec)];
        Gen.Int[0, 1 << 20].Sample(seed =>
        {
            var random = new Random(seed);
            var packets = Graphs.Through(Cuts.Even(Cuts.RandomBytes(seed, 12 * 3840), 3840),
                TwinMaker.Managed.Make("opus.encode", ("complexity", "0"), ("fec", "true"), ("loss_percent", "20")));
            for (int i = 0; i < packets.Count; i++)
            {
                byte[] bytes = packets[i].Bytes;
                if (random.Next(6) == 0)
                    packets[i] = packets[i] with { Bytes = [] };
                else if (random.Next(6) == 0)
                    packets[i] = packets[i] with { Bytes = bytes[..random.Next(1, bytes.Length)] };
                else if (random.Next(6) == 0)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            return Graphs.Through(packets, TwinMaker.Managed.Make("opus.decode", options))
                .SequenceEqual(Graphs.Through(packets, TwinMaker.Native.Make("opus.decode", options)));
        }, iter: 40, threads: 1);
    }

    private static void NeedsOpus()
    {
        if (OpusLibrary.Problem is { } problem)
            Assert.Ignore($"skipped, because {problem}");
    }

    private static byte[] Stream(int packets, int junkEach, int seed)
    {
        var random = new Random(seed);
        int[] pids = [0, 256, 256, 257, 8191];
        var stream = new MemoryStream();
        for (int i = 0; i < packets; i++)
        {
            byte[] packet = TsBuilder.Packet(pids[random.Next(pids.Length)], i, fill: (byte)i);
            if (junkEach > 0 && random.Next(junkEach) == 0)
                stream.Write(Cuts.RandomBytes(seed + i, random.Next(400)));
            stream.Write(packet, 0, junkEach > 0 && random.Next(junkEach) == 0 ? random.Next(188) : 188);
        }
        return stream.ToArray();
    }
}
