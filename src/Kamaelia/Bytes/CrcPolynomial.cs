using System.Buffers.Binary;

namespace Kamaelia.Bytes;

/// <summary>A polynomial of degree 32 over GF(2). A struct, so that the compiler makes code for each.</summary>
internal interface ICrcPolynomial
{
    /// <summary>Whether the coefficient of the highest power is in the lowest bit of what is computed.</summary>
    static abstract bool IsReflected { get; }

    /// <summary>Without x^32, highest power in bit 31.</summary>
    static abstract uint Value { get; }
}

internal readonly struct Mpeg2Polynomial : ICrcPolynomial
{
    public static bool IsReflected => false;

    public static uint Value => 0x04C11DB7;
}

internal readonly struct IeeePolynomial : ICrcPolynomial
{
    public static bool IsReflected => true;

    public static uint Value => 0x04C11DB7;
}

internal readonly struct CastagnoliPolynomial : ICrcPolynomial
{
    public static bool IsReflected => true;

    public static uint Value => 0x1EDC6F41;
}

/// <summary>Eight bytes at a time by tables: the reference, and what every machine has.</summary>
internal static class CrcTables<TPolynomial> where TPolynomial : struct, ICrcPolynomial
{
    private const int Tables = 8;

    // 256 entries each. [n][b]: what byte b does to the register when n bytes follow it.
    private static readonly uint[] s_tables = Make();

    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = s_tables.AsSpan(0, Tables * 256); // Its length is known below.
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            // The register meets the first four bytes, in the order of the bytes.
            uint first = BinaryPrimitives.ReadUInt32LittleEndian(bytes)
                ^ (TPolynomial.IsReflected ? state : BinaryPrimitives.ReverseEndianness(state));
            state = tables[7 * 256 + (int)(first & 0xff)] ^ tables[6 * 256 + (int)(first >> 8 & 0xff)]
                ^ tables[5 * 256 + (int)(first >> 16 & 0xff)] ^ tables[4 * 256 + (int)(first >> 24)]
                ^ tables[3 * 256 + bytes[4]] ^ tables[2 * 256 + bytes[5]]
                ^ tables[256 + bytes[6]] ^ tables[bytes[7]];
        }
        foreach (byte value in bytes)
            state = Next(tables, state, value);
        return state;
    }

    private static uint Next(ReadOnlySpan<uint> table, uint state, byte value) => TPolynomial.IsReflected
        ? state >> 8 ^ table[(int)((state ^ value) & 0xff)]
        : state << 8 ^ table[(int)(state >> 24 ^ value)];

    private static uint[] Make()
    {
        uint[] made = new uint[Tables * 256];
        uint turned = (uint)CrcFolding.Reversed(TPolynomial.Value, 32);
        for (uint value = 0; value < 256; value++)
        {
            uint state = TPolynomial.IsReflected ? value : value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                state = TPolynomial.IsReflected
                    ? state >> 1 ^ ((state & 1) != 0 ? turned : 0)
                    : state << 1 ^ (state >> 31 != 0 ? TPolynomial.Value : 0);
            }
            made[value] = state;
        }
        for (int i = 256; i < made.Length; i++)
            made[i] = Next(made, made[i - 256], 0);
        return made;
    }
}
