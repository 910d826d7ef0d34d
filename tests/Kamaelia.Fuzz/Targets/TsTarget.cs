using System.Buffers;
using System.Text.Json;
using Kamaelia.Fuzz.Engine;
using Kamaelia.Ts;

namespace Kamaelia.Fuzz.Targets;

/// <summary>A transport stream and what is none: every byte is told of once and in order, cuts do not matter, and the
/// report is JSON.</summary>
internal sealed class TsTarget : FuzzTarget
{
    public override string Name => "ts";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            byte[] sample = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "sample.ts"));
            // The first byte: 0 raw, else each six bytes are spun out to a packet.
            return [[0, 3, .. sample[..1880]], [0, 9, .. sample[100..2000]], [1, 7, 0x41, 0, 0x30, 7, 0x10, 9, 0x41, 1,
                0x31, 7, 0x10, 12, 0x1f, 0xff, 0x10, 0, 0, 0, 0x41, 0, 0x33, 200, 0x80, 0]];
        }
    }

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [[0x47], [0x47, 0x1f, 0xff, 0x10], [0x47, 0x00, 0x00, 0x30], [7, 0x10], [183, 0x90], [0xff, 0xff, 0xff]];

    public override int InputBytesMax => 6000;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        bool isSpun = given.Byte() % 2 == 1;
        int seed = given.Byte();
        byte[] stream = isSpun ? TsPackets.Spin(given.Rest) : given.Rest.ToArray();
        var cut = FuzzInput.Cut(stream, seed);
        var places = new Places();
        var aligner = new TsAligner();
        foreach (byte[] piece in cut)
            aligner.Push(piece, ref places);
        aligner.Finish(ref places);
        Expect(places.End == stream.Length, "some bytes were not told of");
        Expect(Report(cut) == Report([stream]), "it matters where the input is cut");
    }

    private static string Report(List<byte[]> pieces)
    {
        var analysis = new TsAnalysis();
        foreach (byte[] piece in pieces)
            analysis.Add(piece, 1000);
        analysis.Finish(1000);
        var report = analysis.Report();
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            report.WriteJson(writer);
        using var read = JsonDocument.Parse(json.WrittenMemory);
        Expect(report.ToString().Length > 0, "a report without words");
        return read.RootElement.GetRawText();
    }

    private struct Places : ITsVisitor
    {
        public long End { get; private set; }

        public void OnPacket(TsPacket packet, long offsetBytes)
        {
            Expect(offsetBytes == End && packet.Bytes[0] == TsPacket.SyncByte, "a packet is out of its place");
            Expect(packet.Payload.Length <= TsPacket.PacketBytes - 4, "more payload than a packet has");
            _ = packet.TryGetPcr(out long ticks);
            Expect(ticks is >= 0 and < PcrClock.WrapTicks, "a clock out of its range");
            _ = packet.HasDiscontinuity;
            End += TsPacket.PacketBytes;
        }

        public void OnJunk(long offsetBytes, int bytes, bool isLoss)
        {
            Expect(offsetBytes == End && bytes > 0, "junk is out of its place");
            End += bytes;
        }
    }
}
