using Kamaelia.Ts;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Spins six bytes out to a packet, so that mutation changes headers and clocks instead of payload.</summary>
internal static class TsPackets
{
    /// <summary>Two bytes of flags and PID, one of control and counter, one length and one flags of the adaptation
    /// field, one of clock.</summary>
    public static byte[] Spin(ReadOnlySpan<byte> codes)
    {
        byte[] stream = new byte[codes.Length / 6 * TsPacket.PacketBytes];
        for (int i = 0; i < codes.Length / 6; i++)
        {
            var code = codes.Slice(i * 6, 6);
            var packet = stream.AsSpan(i * TsPacket.PacketBytes, TsPacket.PacketBytes);
            packet[0] = TsPacket.SyncByte;
            code[..5].CopyTo(packet[1..]);
            packet[6] = 0;
            packet[7] = (byte)(code[5] >> 4); // Steps of 1/90 s up to some seconds, and jumps.
            packet[8] = (byte)(code[5] << 4);
        }
        return stream;
    }
}
