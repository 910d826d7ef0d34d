using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Sound;

/// <summary>pcm.gain and pcm.convert.</summary>
public abstract class PcmContract(TwinMaker twins)
{
    private static readonly string[] s_formats = ["s16le", "s24le", "s32le", "f32le"];

    [TestCase("1", "0", 1f)]
    [TestCase("0.5", "0", 0.5f)]
    [TestCase("0", "0", 0f)]
    [TestCase("3.7", "0", 3.7f)]
    [TestCase("1000", "0", 1000f)]
    [TestCase("1", "-6.02", 0.50003453f)]
    [TestCase("2", "20", 20f)]
    public void Gain_EverySample_IsTheProductRoundedToEvenAndClipped(string factor, string decibels, float both)
    {
        short[] samples = [.. Enumerable.Range(short.MinValue, 65536).Select(sample => (short)sample)];
        byte[] input = MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();

        byte[] output = Joined(Graphs.Through([input],
            twins.Make("pcm.gain", ("factor", factor), ("gain_db", decibels))));

        Assert.That(MemoryMarshal.Cast<byte, short>(output).ToArray(),
            Is.EqualTo(samples.Select(sample => Reference.Gain(sample, both))));
    }

    [TestCase("factor", "-1")]
    [TestCase("factor", "1000.5")]
    [TestCase("factor", "loud")]
    [TestCase("factor", "1e3")]
    [TestCase("factor", "1.")]
    [TestCase("gain_db", "61")]
    [TestCase("gain_db", "-")]
    public void Gain_AValueOutOfRange_IsRefusedByName(string option, string text)
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make("pcm.gain", (option, text)));

        Assert.That(e!.Message, Does.Contain("pcm.gain").And.Contain(option).And.Contain(text));
    }

    [Test]
    public void Gain_TheTwoTogetherTooLoud_AreRefused()
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make("pcm.gain", ("factor", "500"), ("gain_db", "60")));

        Assert.That(e!.Message, Does.Contain("more than 1000"));
    }

    [Test]
    public void Convert_EveryPairOfFormats_IsAsTheReference()
    {
        foreach (string from in s_formats)
        {
            byte[] input = from == "f32le" ? Floats() : [.. Edges(from), .. Cuts.RandomBytes(from[1], 12 * 997)];
            foreach (string to in s_formats)
            {
                byte[] output = Joined(Graphs.Through([input],
                    twins.Make("pcm.convert", ("from", from), ("to", to))));

                Assert.That(output, Is.EqualTo(Reference.Convert(input, from, to)), $"{from} to {to}");
            }
        }
    }

    [TestCase("pcm.gain", "factor=0.7")]
    [TestCase("pcm.convert", "from=s24le to=s16le")]
    [TestCase("pcm.convert", "from=f32le to=s16le")]
    [TestCase("pcm.convert", "from=s32le to=s32le")]
    public void Stream_CutAnywhere_GivesTheSameSamples(string name, string options)
    {
        byte[] input = Cuts.RandomBytes(5, 12 * 4001);
        byte[] whole = Joined(Graphs.Through([input], Make(name, options)));

        for (int seed = 0; seed < 30; seed++)
        {
            var output = Graphs.Through(Cuts.Random(input, seed, seed % 3 == 0 ? 7 : 700), Make(name, options));
            Assert.That(Joined(output), Is.EqualTo(whole));
        }
    }

    [Test]
    public void Message_WithATimeFlagsAndTag_KeepsThem()
    {
        Message[] input = [new([1, 2, 3, 4], 7, 11, ChunkFlags.Key), new([5, 6], 8, null, ChunkFlags.Discontinuity)];

        foreach (var component in new[] { twins.Make("pcm.gain"), twins.Make("pcm.convert") })
        {
            var output = Graphs.Through(input, component);
            Assert.That(output.Select(message => (message.Tag, message.PtsNs, message.Flags)),
                Is.EqualTo(input.Select(message => (message.Tag, message.PtsNs, message.Flags))));
        }
    }

    [Test]
    public void Gain_OfASharedMessage_LeavesTheOthersView()
    {
        byte[] input = Cuts.RandomBytes(2, 64);
        var shared = Chunk.CopyOf(input);
        var source = new SharingSource(shared);
        var sink = new ChunkSink();

        Graphs.RunAsync(source, twins.Make("pcm.gain", ("factor", "0")), sink).GetAwaiter().GetResult();

        Assert.That(source.Seen, Is.EqualTo(input));
        Assert.That(sink.Bytes, Is.EqualTo(new byte[64]));
    }

    [TestCase("from", "u8")]
    [TestCase("to", "")]
    public void Convert_AnUnknownFormat_IsRefusedByName(string option, string text)
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make("pcm.convert", (option, text)));

        Assert.That(e!.Message, Does.Contain("pcm.convert").And.Contain(option).And.Contain("s24le"));
    }

    private Component Make(string name, string options) => twins.Make(name,
        [.. options.Split(' ').Select(option => (option.Split('=')[0], option.Split('=')[1]))]);

    private static byte[] Joined(IEnumerable<Message> messages) => [.. messages.SelectMany(message => message.Bytes)];

    private static byte[] Edges(string format)
    {
        int bytes = int.Parse(format[1..3]) / 8;
        int[] values = [0, 1, -1, int.MaxValue, int.MinValue, 0x7fff, 0x8000, 0xffff, 0x7fff80, 0x7fff7f, -0x8000, 128,
            127, -128, -129, 0x7fffff, -0x800000];
        byte[] edges = [.. values.SelectMany(value => BitConverter.GetBytes(value)[(4 - bytes)..]),
            .. values.SelectMany(value => BitConverter.GetBytes(value)[..bytes])];
        return edges[..(edges.Length / 12 * 12)];
    }

    private static byte[] Floats()
    {
        var random = new Random(3);
        List<float> values =
        [
            0, -0f, 1, -1, 0.99999f, 1.5f, -1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity,
            float.MaxValue, float.MinValue, float.Epsilon, 0.5f / 32768, 1.5f / 32768, 2.5f / 32768, -0.5f / 32768,
            -1.5f / 32768, 32767.5f / 32768, -32768.5f / 32768, 0.5f / 8388608, 8388607.5f / 8388608, 1f / 512,
        ];
        for (int i = 0; i < 4000; i++)
            values.Add((float)(random.NextDouble() * 2.2 - 1.1) * MathF.Pow(2, -random.Next(30)));
        for (int i = 0; i < 4000; i++) // Halves, where rounding to even and upwards differ.
            values.Add((random.Next(-40000, 40000) + 0.5f) / 32768);
        for (int i = 0; i < 2000; i++)
            values.Add(BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)));
        return MemoryMarshal.AsBytes(values.ToArray().AsSpan()).ToArray();
    }

    /// <summary>Keeps a share of what it sends and looks at it afterwards.</summary>
    private sealed class SharingSource : Component
    {
        private readonly Chunk _chunk;
        private readonly Outbox<Chunk> _outbox;

        public SharingSource(Chunk chunk)
        {
            _chunk = chunk;
            _outbox = AddOutbox<Chunk>("outbox");
        }

        public byte[]? Seen { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            await _outbox.SendAsync(_chunk.Share(), stop);
            while (_chunk.ReferenceCount > 1)
                await Task.Delay(1, stop);
            Seen = _chunk.Span.ToArray();
            _chunk.Dispose();
        }
    }
}

[TestFixture]
internal sealed class ManagedPcmTests() : PcmContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativePcmTests() : PcmContract(TwinMaker.Native);
