using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Mixing of sixteen streams, and Opus beside the library called by hand. Components with one inbox are in the
/// suite of twins too.</summary>
internal sealed class SoundSuite : ISuite
{
    private const int Streams = 16;
    private const int BlockBytes = 4096;
    private const int FrameSamples = 960; // 20 ms of 48 kHz.
    private const int FrameBytes = FrameSamples * 2 * sizeof(short);
    private const int Frames = 64;
    private const int BitrateBps = 64_000;
    private const string PlainName = "plain loop";
    private const string DirectName = "libopus called directly";

    public string Name => "sound";

    public string Sentence => "a mix of 16 streams, and Opus frames beside libopus called directly";

    public IEnumerable<Group> Groups(Scale scale)
    {
        byte[][] blocks = [.. Enumerable.Range(0, Streams).Select(i => Noise(i, BlockBytes))];
        yield return new Group(Name, "mix of 16 streams", "block",
            [
                .. Twins("pcm.mix", (make, n) => Mix(make(), blocks, n)),
                Variant.Limit(PlainName, n => Task.FromResult(MixPlainly(blocks, n))),
            ])
        {
            Limit = PlainName,
            PayloadBytes = Streams * BlockBytes, // What is read: half as many samples.
        };
        if (OpusLibrary.Loaded is null)
        {
            yield return new Group(Name, "Opus", "frame", [])
                { Missing = [new Missing("opus.encode, opus.decode", $"left out: {OpusLibrary.Problem}")] };
            yield break;
        }
        foreach (int complexity in scale.Pick<int[]>([0, 5, 10], [0, 5, 10], [5]))
            yield return EncodeGroup(complexity);
        yield return DecodeGroup();
    }

    private Group EncodeGroup(int complexity)
    {
        byte[][] frames = [.. Enumerable.Range(0, Frames).Select(Tone)];
        return new Group(Name, $"Opus encode, complexity {complexity}", "frame",
            [
                .. Twins("opus.encode", (make, n) => Run(make(), frames, n),
                    ("complexity", $"{complexity}"), ("bitrate_bps", $"{BitrateBps}")),
                Variant.Limit(DirectName, n => Task.FromResult(EncodeDirectly(frames, complexity, n, null))),
            ])
        {
            Limit = DirectName,
            PayloadBytes = FrameBytes,
        };
    }

    private Group DecodeGroup()
    {
        byte[][] frames = [.. Enumerable.Range(0, Frames).Select(Tone)];
        var packets = new List<byte[]>();
        EncodeDirectly(frames, 5, Frames, packets);
        return new Group(Name, "Opus decode", "frame",
            [
                .. Twins("opus.decode", (make, n) => Run(make(), [.. packets], n)),
                Variant.Limit(DirectName, n => Task.FromResult(DecodeDirectly(packets, n))),
            ])
        {
            Limit = DirectName,
            PayloadBytes = FrameBytes,
        };
    }

    private static IEnumerable<Variant> Twins(string name, Func<Func<Component>, long, Task<Sample>> run,
        params (string, string)[] options)
    {
        ComponentEntry entry = ComponentCatalogue.Default.Find(name)!;
        foreach (ComponentTwin twin in new[] { entry.Native, entry.Managed }.OfType<ComponentTwin>())
        {
            yield return new Variant(twin.IsNative ? "native" : "managed",
                n => run(() => twin.Create(OptionValues.Of(twin.Info, options)), n));
        }
    }

    private static Task<Sample> Run(Component component, byte[][] input, long messages)
    {
        var probe = new FlowProbe(messages, skip: 256);
        return Topology.RunChain(probe, LinkOptions.DefaultCapacity, new SharingSource(input, probe.Total), 1,
            _ => component, new ChunkSink(probe));
    }

    private static async Task<Sample> Mix(Component mixer, byte[][] blocks, long messages)
    {
        var probe = new FlowProbe(messages, skip: 256);
        await using var graph = new Graph("bench");
        graph.Add(mixer);
        for (int i = 0; i < Streams; i++)
        {
            Component source = graph.Add(new SharingSource([blocks[i]], probe.Total));
            graph.Link(source.FindOutbox("outbox"), mixer.FindInbox($"in#{i}"));
        }
        graph.Link(mixer.FindOutbox("outbox"), graph.Add(new ChunkSink(probe)).Inbox);
        await graph.RunAsync();
        return await probe.Done;
    }

    // As one would write it: a sum for each sample, clipped.
    private static Sample MixPlainly(byte[][] blocks, long messages)
    {
        short[] sum = new short[BlockBytes / sizeof(short)];
        Meter meter = Meter.Start();
        for (long i = 0; i < messages; i++)
        {
            for (int k = 0; k < sum.Length; k++)
            {
                int total = 0;
                foreach (byte[] block in blocks)
                    total += MemoryMarshal.Cast<byte, short>(block)[k];
                sum[k] = (short)Math.Clamp(total, short.MinValue, short.MaxValue);
            }
        }
        return meter.Stop(messages);
    }

    private static unsafe Sample EncodeDirectly(byte[][] frames, int complexity, long count, List<byte[]>? packets)
    {
        OpusLibrary opus = OpusLibrary.Loaded!;
        int error;
        nint encoder = opus.EncoderCreate(48000, 2, 2049, &error);
        opus.EncoderControl(encoder, OpusLibrary.SetBitrate, BitrateBps);
        opus.EncoderControl(encoder, OpusLibrary.SetComplexity, complexity);
        byte[] packet = new byte[4000];
        Meter meter = Meter.Start();
        for (long i = 0; i < count; i++)
        {
            int bytes;
            fixed (byte* frame = frames[i % frames.Length], to = packet)
                bytes = opus.Encode(encoder, frame, FrameSamples, to, packet.Length);
            packets?.Add(packet[..bytes]);
        }
        Sample sample = meter.Stop(count);
        opus.EncoderDestroy(encoder);
        return sample;
    }

    private static unsafe Sample DecodeDirectly(List<byte[]> packets, long count)
    {
        OpusLibrary opus = OpusLibrary.Loaded!;
        int error;
        nint decoder = opus.DecoderCreate(48000, 2, &error);
        byte[] samples = new byte[FrameBytes];
        Meter meter = Meter.Start();
        for (long i = 0; i < count; i++)
        {
            byte[] packet = packets[(int)(i % packets.Count)];
            fixed (byte* from = packet, to = samples)
                opus.Decode(decoder, from, packet.Length, to, FrameSamples, 0);
        }
        Sample sample = meter.Stop(count);
        opus.DecoderDestroy(decoder);
        return sample;
    }

    private static byte[] Noise(int seed, int bytes)
    {
        byte[] noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    // A chord with a little noise, so that the encoder has something to do.
    private static byte[] Tone(int frame)
    {
        var random = new Random(frame);
        short[] samples = new short[FrameSamples * 2];
        for (int i = 0; i < samples.Length; i++)
        {
            double at = (frame * FrameSamples + i / 2) / 48000.0 * 2 * Math.PI;
            double value = Math.Sin(at * 440) + 0.6 * Math.Sin(at * 554.4) + 0.4 * Math.Sin(at * 659.3);
            samples[i] = (short)(value * 7000 + random.Next(-400, 400));
        }
        return MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
    }
}
