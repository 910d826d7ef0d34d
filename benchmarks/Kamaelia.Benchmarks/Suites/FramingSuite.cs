using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Framing;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Framing of 1,316-byte payloads, random bytes: each component between a source that sends a few chunks over
/// and over by reference and a sink that gives them back.</summary>
internal sealed class FramingSuite : ISuite
{
    private const int PayloadBytes = 1316; // Seven packets of a transport stream: what a datagram of media carries.
    private const int Payloads = 64;
    private const string CopyName = "memcpy";
    private const string CopyInPlaceName = "memcpy, always from and to the same place";

    public string Name => "framing";

    public string Sentence => "framing and chunking of 1,316-byte payloads each way, native and managed: GB/s";

    private sealed record Work(string Name, Func<Component> Managed, string Native, bool IsBack);

    private static readonly Work[] s_work =
    [
        new("length.frame", () => new LengthFramer(), "length.frame", IsBack: false),
        new("length.deframe", () => new LengthDeframer(), "length.deframe", IsBack: true),
        new("framer", () => new Framer(), "framer", IsBack: false),
        new("deframer", () => new Deframer(), "deframer", IsBack: true),
        new("chunker", () => new DataChunker(), "chunker", IsBack: false),
        new("dechunker", () => new DataDechunker(), "dechunker", IsBack: true),
    ];

    public IEnumerable<Group> Groups(Scale scale)
    {
        byte[][] plain = RandomPayloads();
        for (int i = 0; i < s_work.Length; i++)
        {
            Work work = s_work[i];
            byte[][] input = work.IsBack ? ByHand.Run(s_work[i - 1].Managed(), plain) : plain;
            var variants = new List<Variant> { new("managed", n => Run(work.Managed(), input, n)) };
            if (NativeLibraryInfo.IsAvailable)
            {
                variants.Insert(0, new("native", n => Run(NativeComponents.Create(work.Native), input, n)));
                variants.Add(new("native pass (no work)", n => Run(NativeComponents.Create("pass"), input, n)));
            }
            variants.Add(Variant.Limit(CopyName, n => Task.FromResult(Copy(input, n))));
            variants.Add(Variant.Limit(CopyInPlaceName, n => Task.FromResult(Copy(input[..1], n))));
            yield return new Group(Name, work.Name, "message", variants)
            {
                Limit = CopyName,
                PayloadBytes = PayloadBytes,
            };
        }
    }

    private static byte[][] RandomPayloads()
    {
        var random = new Random(1);
        byte[][] payloads = new byte[Payloads][];
        for (int i = 0; i < payloads.Length; i++)
        {
            payloads[i] = new byte[PayloadBytes];
            random.NextBytes(payloads[i]);
        }
        return payloads;
    }

    private static Task<Sample> Run(Component component, byte[][] input, long messages)
    {
        var probe = new FlowProbe(messages, skip: 256);
        return Topology.RunChain(probe, LinkOptions.DefaultCapacity, new SharingSource(input, probe.Total), 1,
            _ => component, new ChunkSink(probe));
    }

    // The limit: each payload once from here to there, over as many as are on the way at a time, so in the second
    // cache as ours are; of a single payload, what the first cache allows.
    public static Sample Copy(byte[][] input, long messages)
    {
        byte[][] output = [.. input.Select(i => new byte[i.Length])];
        Meter meter = Meter.Start();
        for (long i = 0; i < messages; i++)
        {
            int at = (int)(i % input.Length);
            input[at].AsSpan().CopyTo(output[at]);
        }
        return meter.Stop(messages);
    }
}
