using Kamaelia.Fuzz.Engine;
using Kamaelia.Pacing;
using Kamaelia.Ts;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Times out of clock readings: every known place has one, finite and never before that of an earlier place,
/// whatever the clock does.</summary>
internal sealed class PcrTarget : FuzzTarget
{
    public override string Name => "pcr";

    public override IEnumerable<byte[]> Seeds =>
        [[0, 0x41, 0, 0x30, 7, 0x10, 9, 0x41, 0, 0x31, 7, 0x10, 20, 0x41, 0, 0x32, 7, 0x90, 3,
            0x41, 0, 0x33, 7, 0x10, 255]];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [[0x41, 0, 0x30, 7, 0x10, 0], [0x41, 0, 0x30, 7, 0x90, 255], [0x42, 0, 0x30, 7, 0x10, 1]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        var timeline = new PcrTimeline(given.Below(2) == 0 ? -1 : 0x100);
        byte[] stream = TsPackets.Spin(given.Rest);
        double last = 0;
        long asked = 0;
        for (int offset = 0; offset < stream.Length; offset += TsPacket.PacketBytes)
        {
            timeline.Add(new TsPacket(stream.AsSpan(offset)), offset);
            if (timeline.IsSilent(offset))
                timeline.Bridge(offset);
            for (; asked < timeline.KnownBytes && timeline.TryGetTicks(asked, out double ticks); asked += 94)
            {
                Expect(double.IsFinite(ticks) && ticks >= last - 1, "time runs backwards");
                last = ticks;
            }
        }
        Expect(timeline.KnownBytes <= stream.Length && timeline.Jumps <= timeline.Readings, "it counts wrongly");
    }
}
