using System.Buffers.Binary;

namespace Kamaelia.Fec;

/// <summary>What stands before each packet of <see cref="XorFecAdder"/>: eight bytes, numbers most significant byte
/// first.</summary>
/// <remarks>
/// <code>
/// 0     kind: 1 data, 2 parity
/// 1     data: its index in the group, from 0. Parity: how many packets it is of, 1 to group
/// 2     group: packets in a whole group, 2 to 255
/// 3     0
/// 4..7  the group's number, from 0
/// data:    then the payload
/// parity:  then four bytes, the XOR of the payloads' lengths, and the XOR of the payloads, filled with zeros
/// </code>
/// </remarks>
internal readonly record struct XorFecHeader(bool IsParity, byte Index, byte Group, uint Sequence)
{
    public const int Bytes = 8;
    public const int LengthBytes = 4; // Of a parity packet, behind the header.
    public const int GroupMin = 2;
    public const int GroupMax = 255;

    public void Write(Span<byte> into)
    {
        into[0] = (byte)(IsParity ? 2 : 1);
        into[1] = Index;
        into[2] = Group;
        into[3] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], Sequence);
    }

    /// <summary>False for a packet that no sender makes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out XorFecHeader header)
    {
        header = default;
        if (packet.Length < Bytes || packet[0] is not (1 or 2) || packet[2] < GroupMin || packet[3] != 0)
            return false;
        header = new(packet[0] == 2, packet[1], packet[2], BinaryPrimitives.ReadUInt32BigEndian(packet[4..]));
        return header.IsParity
            ? header.Index >= 1 && header.Index <= header.Group && packet.Length >= Bytes + LengthBytes
            : header.Index < header.Group;
    }
}
