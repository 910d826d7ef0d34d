using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>fec.xor.recover on any packets, most of which begin as a sender's do: its twins give the same, never fault,
/// and send no more than came and could be got back.</summary>
internal sealed class XorFecTarget : FuzzTarget
{
    public override string Name => "fec.xor.recover";

    public override IEnumerable<byte[]> Seeds =>
    [
        [
            3, 0xA, 1, 0, 3, 0, 0, 0, 0, 0, 65, 66, 8, 1, 1, 3, 0, 0, 0, 0, 0,
            0xE, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 3, 9, 9,
        ],
        [2, 9, 1, 1, 2, 0, 0, 0, 0, 1, 7, 0xD, 2, 2, 2, 0, 0, 0, 0, 1, 0, 0, 0, 1, 3, 9, 1, 0, 2, 0, 0, 0, 0, 2, 8],
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [[1, 0, 3, 0, 0, 0, 0, 0], [2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 3, 0, 0, 0, 0, 1], [0, 0, 0, 17]];

    public override int InputBytesMax => 1000;

    // Two graphs of their own each time, and the hexadecimal of what comes out.
    public override (long Fixed, long PerByte) AllocatedBytesMax => (4 << 20, 16 << 10);

    public override void Run(ReadOnlySpan<byte> input)
    {
        var packets = Packets(input);
        var managed = ManualPipe.Run(new PieceFeeder(packets, true), ManualPipe.Make(Name, false));
        var native = ManualPipe.Run(new PieceFeeder(packets, true), ManualPipe.Make(Name, true));
        Expect(managed.Out.SequenceEqual(native.Out), "the twins differ in what they send");
        Expect(!managed.IsFaulted && !native.IsFaulted, "a packet from outside ends the component");
        Expect(managed.Out.Count <= packets.Count, "more payloads than packets");
    }

    /// <summary>The first byte: the packets of a group. Then each packet: its length, its bytes.</summary>
    private static List<byte[]> Packets(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        byte group = (byte)(2 + given.Below(6));
        var packets = new List<byte[]>();
        while (!given.Rest.IsEmpty)
        {
            byte[] packet = new byte[given.Below(40)];
            for (int i = 0; i < packet.Length; i++)
                packet[i] = given.Byte();
            // One in eight is left as it is; the others have a header that may be.
            if (packet.Length >= 8 && packet[3] % 8 != 7)
            {
                packet[0] = (byte)(1 + packet[0] % 2);
                packet[1] = (byte)(packet[0] == 1 ? packet[1] % group : 1 + packet[1] % group);
                packet[2] = group;
                packet[3] = packet[4] = packet[5] = 0;
            }
            packets.Add(packet);
        }
        return packets;
    }
}
