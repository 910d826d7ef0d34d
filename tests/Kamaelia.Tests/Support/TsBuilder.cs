using Kamaelia.Ts;

namespace Kamaelia.Tests.Support;

/// <summary>Makes transport packets for tests.</summary>
internal static class TsBuilder
{
    /// <summary>A packet with payload; with a PCR or a discontinuity it has an adaptation field too.</summary>
    public static byte[] Packet(int pid, int counter, long? pcr = null, bool discontinuity = false, bool payload = true,
        bool transportError = false, byte fill = 0xAA)
    {
        byte[] packet = new byte[TsPacket.PacketBytes];
        Array.Fill(packet, fill);
        bool hasField = pcr is not null || discontinuity || !payload;
        packet[0] = TsPacket.SyncByte;
        packet[1] = (byte)((transportError ? 0x80 : 0) | pid >> 8);
        packet[2] = (byte)pid;
        packet[3] = (byte)((hasField ? 0x20 : 0) | (payload ? 0x10 : 0) | counter & 15);
        if (!hasField)
            return packet;
        packet[4] = (byte)(payload ? 7 : 183);
        packet[5] = (byte)((discontinuity ? 0x80 : 0) | (pcr is null ? 0 : 0x10));
        if (pcr is { } ticks)
        {
            long bits = ticks / 300 << 15 | 0x7E00 | ticks % 300;
            for (int i = 0; i < 6; i++)
                packet[6 + i] = (byte)(bits >> (40 - 8 * i));
        }
        return packet;
    }

    /// <summary>Packets of one PID, a PCR in every so many, at a constant rate.</summary>
    public static byte[] ConstantRate(int packets, int packetsPerPcr, long ticksPerPacket, long firstPcr = 0,
        int pid = 256)
    {
        var stream = new MemoryStream();
        for (int i = 0; i < packets; i++)
        {
            long pcr = (firstPcr + i * ticksPerPacket) % PcrClock.WrapTicks;
            stream.Write(Packet(pid, i, i % packetsPerPcr == 0 ? pcr : null, fill: (byte)i));
        }
        return stream.ToArray();
    }

    /// <summary>The real stream of tests/data, which the tests' project copies beside them.</summary>
    public static byte[] Sample() => File.ReadAllBytes(SamplePath);

    public static string SamplePath => Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "sample.ts");
}
