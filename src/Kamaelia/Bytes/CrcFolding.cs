using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace Kamaelia.Bytes;

/// <summary>CRC-32 by carry-less multiplication, 128 bits at a time.</summary>
/// <remarks>
/// Gopal and others, Fast CRC Computation for Generic Polynomials Using PCLMULQDQ (Intel 2009): bits that stand some
/// way before others are multiplied by x to that power, mod P, and added to them. Zeros before a message change no
/// remainder, so it is padded in front to whole registers and has no rest at its end. The native twin is
/// crc32_x86.cpp.
/// </remarks>
internal static class CrcFolding
{
    /// <summary>Fewer go by tables.</summary>
    public const int LeastBytes = 16;

    public static bool IsSupported => (Pclmulqdq.IsSupported || ArmAes.IsSupported) && BitConverter.IsLittleEndian;

    // Shuffles: 16 that give zero, then the bytes in their order, then 16 that give zero.
    private static ReadOnlySpan<byte> Moves =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    public static uint Append<TPolynomial>(uint state, ReadOnlySpan<byte> bytes)
        where TPolynomial : struct, ICrcPolynomial
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        nuint end = (nuint)bytes.Length;
        nuint next = end % 16;
        var by1 = Factors<TPolynomial>.By128;
        // The register's old value is added to the first four bytes, wherever these have come to stand.
        var old = Vector128.CreateScalar(TPolynomial.IsReflected
            ? state : BinaryPrimitives.ReverseEndianness(state)).AsByte();
        var a = Vector128.LoadUnsafe(ref at) ^ old;
        if (next == 0)
        {
            a = InOrder<TPolynomial>(a);
        }
        else
        {
            ref byte moves = ref MemoryMarshal.GetReference(Moves);
            var first = Vector128.Shuffle(a, Vector128.LoadUnsafe(ref moves, next));
            var left = Vector128.Shuffle(old, Vector128.LoadUnsafe(ref moves, 16 + next));
            a = Folded(InOrder<TPolynomial>(first), by1,
                InOrder<TPolynomial>(Vector128.LoadUnsafe(ref at, next) ^ left));
        }
        next += 16;
        if (end - next >= 112)
            a = FourAtATime<TPolynomial>(a, ref at, ref next, end);
        for (; next < end; next += 16)
            a = Folded(a, by1, Load<TPolynomial>(ref at, next));
        return Reduced<TPolynomial>(a.AsUInt64());
    }

    /// <summary>As long as there are 64 bytes.</summary>
    private static Vector128<byte> FourAtATime<TPolynomial>(
        Vector128<byte> a, ref byte at, scoped ref nuint next, nuint end)
        where TPolynomial : struct, ICrcPolynomial
    {
        var by4 = Factors<TPolynomial>.By512;
        var b = Load<TPolynomial>(ref at, next);
        var c = Load<TPolynomial>(ref at, next + 16);
        var d = Load<TPolynomial>(ref at, next + 32);
        nuint i = next + 48;
        for (; end - i >= 64; i += 64)
        {
            a = Folded(a, by4, Load<TPolynomial>(ref at, i));
            b = Folded(b, by4, Load<TPolynomial>(ref at, i + 16));
            c = Folded(c, by4, Load<TPolynomial>(ref at, i + 32));
            d = Folded(d, by4, Load<TPolynomial>(ref at, i + 48));
        }
        next = i;
        var by1 = Factors<TPolynomial>.By128;
        return Folded(Folded(Folded(a, by1, b), by1, c), by1, d);
    }

    /// <summary>128 bits times x^32, mod P: first to 96 bits, then to 64, then by Barrett to 32.</summary>
    private static uint Reduced<TPolynomial>(Vector128<ulong> value) where TPolynomial : struct, ICrcPolynomial
    {
        var (quotient, whole) = (Factors<TPolynomial>.Quotient, Factors<TPolynomial>.Whole);
        if (TPolynomial.IsReflected)
        {
            var later = Vector128.Create(value[1] << 32, value[1] >> 32);
            var bits96 = Low(value, Factors<TPolynomial>.By96) ^ later;
            var bits64 = Low(bits96, Factors<TPolynomial>.By64) ^ bits96;
            ulong rest = bits64[1];
            var part = Low(Vector128.CreateScalar(rest & uint.MaxValue), quotient);
            return (uint)((Low(Vector128.CreateScalar(part[0] & uint.MaxValue), whole)[0] ^ rest) >> 32);
        }
        else
        {
            var later = Vector128.Create(value[0] << 32, value[0] >> 32);
            var bits96 = High(value, Factors<TPolynomial>.By96) ^ later;
            var bits64 = High(bits96, Factors<TPolynomial>.By64) ^ bits96;
            ulong rest = bits64[0];
            var part = Low(Vector128.CreateScalar(rest >> 32), quotient);
            return (uint)(Low(Vector128.CreateScalar(part[0] >> 32), whole)[0] ^ rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load<TPolynomial>(ref byte at, nuint offset)
        where TPolynomial : struct, ICrcPolynomial => InOrder<TPolynomial>(Vector128.LoadUnsafe(ref at, offset));

    /// <summary>The byte with the highest powers at the end at which its bits have them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> InOrder<TPolynomial>(Vector128<byte> bytes)
        where TPolynomial : struct, ICrcPolynomial => TPolynomial.IsReflected ? bytes
        : Vector128.Shuffle(bytes, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Folded(Vector128<byte> value, Vector128<ulong> by, Vector128<byte> onto) =>
        (Low(value.AsUInt64(), by) ^ High(value.AsUInt64(), by)).AsByte() ^ onto;

    /// <summary>The product of the lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Low(Vector128<ulong> a, Vector128<ulong> b) => Pclmulqdq.IsSupported
        ? Pclmulqdq.CarrylessMultiply(a, b, 0x00)
        : ArmAes.PolynomialMultiplyWideningLower(a.GetLower(), b.GetLower());

    /// <summary>The product of the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> High(Vector128<ulong> a, Vector128<ulong> b) => Pclmulqdq.IsSupported
        ? Pclmulqdq.CarrylessMultiply(a, b, 0x11)
        : ArmAes.PolynomialMultiplyWideningUpper(a, b);

    /// <summary>The lowest bits in reverse.</summary>
    public static ulong Reversed(ulong value, int bits)
    {
        ulong made = 0;
        for (int i = 0; i < bits; i++)
            made |= (value >> i & 1) << (bits - 1 - i);
        return made;
    }

    /// <summary>Factors of a polynomial, computed once.</summary>
    private static class Factors<TPolynomial> where TPolynomial : struct, ICrcPolynomial
    {
        public static readonly Vector128<ulong> By128 = By(128);
        public static readonly Vector128<ulong> By512 = By(512);
        // For the reductions the factor is in both halves: which one counts differs.
        public static readonly Vector128<ulong> By96 = Vector128.Create(Factor(96));
        public static readonly Vector128<ulong> By64 = Vector128.Create(Factor(64));
        public static readonly Vector128<ulong> Whole = InLow(1UL << 32 | TPolynomial.Value);
        public static readonly Vector128<ulong> Quotient = InLow(QuotientOf());

        /// <summary>What moves 128 bits on. The half with the higher powers is the lower one if reflected.</summary>
        private static Vector128<ulong> By(int distance)
        {
            var (first, second) = (Factor(distance + 64), Factor(distance));
            return TPolynomial.IsReflected ? Vector128.Create(first, second) : Vector128.Create(second, first);
        }

        // The product of two reflected halves is one power too high.
        private static ulong Factor(int power) => TPolynomial.IsReflected
            ? Reversed(Power(power - 1), 64) : Power(power);

        private static Vector128<ulong> InLow(ulong value) =>
            Vector128.CreateScalar(TPolynomial.IsReflected ? Reversed(value, 33) : value);

        /// <summary>x^power mod P.</summary>
        private static uint Power(int power)
        {
            uint made = 1;
            for (; power > 0; power--)
                made = made << 1 ^ (made >> 31 != 0 ? TPolynomial.Value : 0);
            return made;
        }

        /// <summary>x^64 divided by P.</summary>
        private static ulong QuotientOf()
        {
            ulong quotient = 0, rest = 1UL << 32;
            for (int i = 32; i >= 0; i--)
            {
                if ((rest >> 32 & 1) != 0)
                {
                    quotient |= 1UL << i;
                    rest ^= 1UL << 32 | TPolynomial.Value;
                }
                rest <<= 1;
            }
            return quotient;
        }
    }
}
