using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Sound;

/// <summary>opus.encode and opus.decode, beside the library called by hand.</summary>
public abstract partial class OpusContract(TwinMaker twins)
{
    private const int RateHz = 48000;

    [SetUp]
    public void NeedsTheLibrary()
    {
        if (OpusLibrary.Problem is { } problem)
            Assert.Ignore($"skipped, because {problem}");
    }

    [TestCase("20", 960, "audio")]
    [TestCase("2.5", 120, "lowdelay")]
    [TestCase("60", 2880, "voip")]
    public void Packets_OfMessagesCutAnywhere_AreThoseOfTheLibrary(string frame, int samples, string application)
    {
        byte[] sound = Sine(samples * 40 + 100);
        var output = Graphs.Through(Cuts.Random(sound, 5, 9000), twins.Make("opus.encode", ("frame_ms", frame),
            ("application", application), ("complexity", "5"), ("bitrate_bps", "96k")));

        var expected = ByHand.Encode(sound, samples, application, complexity: 5, bitrate: 96_000);
        Assert.That(output.Select(packet => Convert.ToHexString(packet.Bytes)),
            Is.EqualTo(expected.Select(Convert.ToHexString)));
    }

    [Test]
    public void Packets_Decoded_AreTheSamplesOfTheLibrary()
    {
        var packets = ByHand.Encode(Sine(960 * 30), 960, "audio", 9, 64_000);

        var output = Graphs.Through(packets.Select(packet => (Message)packet), twins.Make("opus.decode"));

        Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(ByHand.Decode(packets)));
    }

    [Test]
    public void RoundTrip_OfASine_IsNearIt()
    {
        byte[] sound = Sine(RateHz);

        var output = Graphs.Through(Cuts.Even(sound, 4096), twins.Make("opus.encode", ("bitrate_bps", "128k")),
            twins.Make("opus.decode"));

        byte[] got = [.. output.SelectMany(message => message.Bytes)];
        Assert.That(got, Has.Length.EqualTo(sound.Length));
        Assert.That(SignalToNoise(sound, got, lookAhead: 312), Is.GreaterThan(20), "decibels");
    }

    [Test]
    public void Packets_OfMessagesWithTimes_HaveTheTimeOfTheirFirstSample()
    {
        Message[] input =
        [
            new(new byte[960 * 4 * 2 + 400], 7, 1_000_000_000, ChunkFlags.Key),
            new(new byte[960 * 4 * 2 - 400], 8, 5_000_000_000),
        ];

        var output = Graphs.Through(input, twins.Make("opus.encode"));

        Assert.That(output.Select(packet => (packet.PtsNs, packet.Tag, packet.Flags)), Is.EqualTo(new[]
        {
            ((long?)1_000_000_000, 7u, ChunkFlags.Key), (1_020_000_000, 7u, ChunkFlags.None),
            (1_040_000_000, 7u, ChunkFlags.None),
            (5_000_000_000 + (960 * 4 - 400) / 4 * 1_000_000_000L / RateHz, 8u, ChunkFlags.None),
        }));
    }

    [TestCase("false", 5)]
    [TestCase("true", 4)]
    public void LostPacket_IsConcealedOrTakenFromTheNext(string fec, int messages)
    {
        var packets = ByHand.Encode(Sine(960 * 5), 960, "voip", 9, 32_000);
        Message[] input =
            [.. packets.Select((packet, i) => new Message(i == 2 ? [] : packet, (uint)i, i * 20_000_000L))];
        var decoder = twins.Make("opus.decode", ("fec", fec));

        var output = Graphs.Through(input, decoder);

        Assert.That(output, Has.Count.EqualTo(messages));
        Assert.That(output.Sum(message => message.Bytes.Length), Is.EqualTo(5 * 960 * 4));
        Assert.That(output[2].PtsNs, Is.EqualTo(40_000_000));
        Assert.That(decoder.Counters.Single(counter => counter.Key == "lost").Value, Is.EqualTo(1));
    }

    [Test]
    public void BytesThatAreNoPacket_AreCountedAndConcealed()
    {
        var decoder = twins.Make("opus.decode");

        var output = Graphs.Through([new Message([0xFF, 0xFF, 0x00, 0x01])], decoder);

        Assert.That(output.Single().Bytes, Has.Length.EqualTo(960 * 4));
        Assert.That(decoder.Counters.Single(counter => counter.Key == "bad").Value, Is.EqualTo(1));
    }

    [TestCase("opus.encode", "rate_hz", "44100")]
    [TestCase("opus.encode", "frame_ms", "15")]
    [TestCase("opus.encode", "bitrate_bps", "600k")]
    [TestCase("opus.encode", "application", "radio")]
    [TestCase("opus.decode", "channels", "3")]
    [TestCase("opus.decode", "format", "u8")]
    public void Option_ThatIsNotSupported_IsRefusedByName(string name, string option, string text)
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make(name, (option, text)));

        Assert.That(e!.Message, Does.Contain(name).And.Contain(option));
    }

    [Test]
    public void Floats_AreTakenAndGiven()
    {
        float[] sound = [.. Enumerable.Range(0, 960 * 2 * 20).Select(i => 0.4f * MathF.Sin(i / 2 * 0.05f))];
        byte[] bytes = MemoryMarshal.AsBytes(sound.AsSpan()).ToArray();

        var output = Graphs.Through(Cuts.Random(bytes, 1, 5000), twins.Make("opus.encode", ("format", "f32le")),
            twins.Make("opus.decode", ("format", "f32le")));

        float[] got = MemoryMarshal.Cast<byte, float>(output.SelectMany(m => m.Bytes).ToArray()).ToArray();
        Assert.That(got, Has.Length.EqualTo(sound.Length));
        Assert.That(got[(960 * 20)..].Max(), Is.InRange(0.3f, 0.5f));
    }

    private static byte[] Sine(int samples)
    {
        short[] sound = new short[samples * 2];
        for (int i = 0; i < samples; i++)
        {
            sound[2 * i] = (short)(12000 * Math.Sin(i * 2 * Math.PI * 440 / RateHz));
            sound[2 * i + 1] = (short)(9000 * Math.Sin(i * 2 * Math.PI * 660 / RateHz));
        }
        return MemoryMarshal.AsBytes(sound.AsSpan()).ToArray();
    }

    private static double SignalToNoise(byte[] sound, byte[] got, int lookAhead)
    {
        var sent = MemoryMarshal.Cast<byte, short>(sound);
        var had = MemoryMarshal.Cast<byte, short>(got);
        double signal = 0, noise = 0;
        for (int i = RateHz / 5; i + lookAhead * 2 < had.Length; i++) // Behind the beginning, which it fades in.
        {
            signal += (double)sent[i] * sent[i];
            double error = sent[i] - had[i + lookAhead * 2];
            noise += error * error;
        }
        return 10 * Math.Log10(signal / noise);
    }

    /// <summary>The library without anything of ours round it.</summary>
    private static partial class ByHand
    {
        public static List<byte[]> Encode(byte[] sound, int samples, string application, int complexity, int bitrate)
        {
            nint encoder = opus_encoder_create(RateHz, 2,
                application == "voip" ? 2048 : application == "audio" ? 2049 : 2051, out _);
            Assert.That(opus_encoder_ctl(encoder, 4002, bitrate), Is.Zero);
            Assert.That(opus_encoder_ctl(encoder, 4010, complexity), Is.Zero);
            var packets = new List<byte[]>();
            byte[] packet = new byte[4000];
            for (int at = 0; at < sound.Length; at += samples * 4)
            {
                byte[] frame = new byte[samples * 4];
                sound.AsSpan(at, Math.Min(frame.Length, sound.Length - at)).CopyTo(frame);
                packets.Add(packet[..opus_encode(encoder, frame, samples, packet, packet.Length)]);
            }
            opus_encoder_destroy(encoder);
            return packets;
        }

        public static byte[] Decode(List<byte[]> packets)
        {
            nint decoder = opus_decoder_create(RateHz, 2, out _);
            var sound = new List<byte>();
            byte[] samples = new byte[5760 * 4];
            foreach (byte[] packet in packets)
                sound.AddRange(samples[..(4 * opus_decode(decoder, packet, packet.Length, samples, 5760, 0))]);
            opus_decoder_destroy(decoder);
            return [.. sound];
        }

        [LibraryImport("libopus.so.0")]
        private static partial nint opus_encoder_create(int rate, int channels, int application, out int error);

        [LibraryImport("libopus.so.0")]
        private static partial int opus_encoder_ctl(nint encoder, int request, int value);

        [LibraryImport("libopus.so.0")]
        private static partial int opus_encode(nint encoder, byte[] pcm, int samples, [Out] byte[] packet, int max);

        [LibraryImport("libopus.so.0")]
        private static partial void opus_encoder_destroy(nint encoder);

        [LibraryImport("libopus.so.0")]
        private static partial nint opus_decoder_create(int rate, int channels, out int error);

        [LibraryImport("libopus.so.0")]
        private static partial int opus_decode(
            nint decoder, byte[] packet, int bytes, [Out] byte[] pcm, int samples, int fec);

        [LibraryImport("libopus.so.0")]
        private static partial void opus_decoder_destroy(nint decoder);
    }
}

[TestFixture]
internal sealed class ManagedOpusTests() : OpusContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeOpusTests() : OpusContract(TwinMaker.Native);
