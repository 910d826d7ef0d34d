using System.Buffers.Binary;

namespace Kamaelia.Bytes;

/// <summary>A CRC of 32 bits, by carry-less multiplication where the machine has it, else by tables.</summary>
/// <remarks>
/// Of bytes that are all there: <c>Crc32.Mpeg2.Compute(section)</c>. Of pieces: start with <see cref="Begin"/>, give
/// what <see cref="Append"/> returns to the next one, and the last of them to <see cref="End"/>. Allocates nothing; any
/// thread.
/// </remarks>
public abstract class Crc32
{
    /// <summary>Bytes of a CRC.</summary>
    public const int ValueBytes = 4;

    private protected Crc32(string name, bool isBigEndian)
    {
        Name = name;
        IsBigEndian = isBigEndian;
    }

    /// <summary>ISO/IEC 13818-1 Annex A: polynomial 0x04C11DB7, most significant bit first, all ones at the start. Over
    /// a section with its CRC it is 0; of "123456789" it is 0x0376E6E7.</summary>
    public static Crc32 Mpeg2 { get; } = new Of<Mpeg2Polynomial>("mpeg2", isBigEndian: true);

    /// <summary>IEEE 802.3, zlib, PNG: the same polynomial, least significant bit first, all ones at the start, flipped
    /// at the end. Of "123456789" it is 0xCBF43926.</summary>
    public static Crc32 Ieee { get; } = new Of<IeeePolynomial>("ieee", isBigEndian: false);

    /// <summary>CRC32C of iSCSI, SCTP, ext4: polynomial 0x1EDC6F41, otherwise as <see cref="Ieee"/>. Of "123456789" it
    /// is 0xE3069283.</summary>
    public static Crc32 Castagnoli { get; } = new Of<CastagnoliPolynomial>("castagnoli", isBigEndian: false);

    /// <summary>mpeg2, ieee or castagnoli.</summary>
    public string Name { get; }

    /// <summary>Whether its bytes are written the most significant first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>The register before the first byte.</summary>
    public uint Begin => uint.MaxValue;

    /// <summary>The register after these bytes, from what it was before them.</summary>
    public abstract uint Append(uint state, ReadOnlySpan<byte> bytes);

    /// <summary>The CRC, from the register after the last byte.</summary>
    public abstract uint End(uint state);

    /// <summary>The CRC of these bytes.</summary>
    public uint Compute(ReadOnlySpan<byte> bytes) => End(Append(Begin, bytes));

    /// <summary>Writes a CRC as the field does: MPEG-2 most significant byte first, the others least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than four bytes.</exception>
    public void Write(uint value, Span<byte> into)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(into, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(into, value);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than four bytes.</exception>
    public uint Read(ReadOnlySpan<byte> from) => IsBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(from)
        : BinaryPrimitives.ReadUInt32LittleEndian(from);

    private sealed class Of<TPolynomial>(string name, bool isBigEndian) : Crc32(name, isBigEndian)
        where TPolynomial : struct, ICrcPolynomial
    {
        public override uint Append(uint state, ReadOnlySpan<byte> bytes) =>
            CrcFolding.IsSupported && bytes.Length >= CrcFolding.LeastBytes
                ? CrcFolding.Append<TPolynomial>(state, bytes)
                : CrcTables<TPolynomial>.Append(state, bytes);

        public override uint End(uint state) => TPolynomial.IsReflected ? ~state : state;
    }
}
