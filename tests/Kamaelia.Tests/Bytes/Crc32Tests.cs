using Kamaelia.Bytes;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Bytes;

/// <summary>Crc32 against the standards' bit by bit, and the two ways it has against each other.</summary>
public sealed class Crc32Tests
{
    private static readonly Crc32[] s_all = [Crc32.Mpeg2, Crc32.Ieee, Crc32.Castagnoli];

    [TestCase("mpeg2", 0x0376E6E7u)]
    [TestCase("ieee", 0xCBF43926u)]
    [TestCase("castagnoli", 0xE3069283u)]
    public void Compute_OfTheUsualCheck_IsThePublishedValue(string name, uint value)
    {
        var crc = s_all.Single(one => one.Name == name);

        Assert.That(crc.Compute("123456789"u8), Is.EqualTo(value));
    }

    [Test]
    public void Append_AnyLengthAndState_IsWhatBitByBitGives()
    {
        var random = new Random(3);
        foreach (int length in Lengths())
        {
            byte[] bytes = Cuts.RandomBytes(length, length + 64);
            var part = bytes.AsSpan(random.Next(64), length);
            uint state = (uint)random.NextInt64(1L << 32);
            Check<Mpeg2Polynomial>(Crc32.Mpeg2, state, part);
            Check<IeeePolynomial>(Crc32.Ieee, state, part);
            Check<CastagnoliPolynomial>(Crc32.Castagnoli, state, part);
        }
    }

    [Test]
    public void Append_InPieces_IsWhatTheWholeGives()
    {
        byte[] bytes = Cuts.RandomBytes(8, 20_000);
        foreach (var crc in s_all)
        {
            uint state = crc.Begin;
            foreach (var piece in Cuts.Random(bytes, 4, 700))
                state = crc.Append(state, piece.Bytes);

            Assert.That(crc.End(state), Is.EqualTo(crc.Compute(bytes)));
        }
    }

    [Test]
    public void Mpeg2_OfASectionWithItsCrc_IsZero()
    {
        byte[] section = Cuts.RandomBytes(2, 188);

        Crc32.Mpeg2.Write(Crc32.Mpeg2.Compute(section.AsSpan(0, 184)), section.AsSpan(184));

        Assert.That(Crc32.Mpeg2.Compute(section), Is.Zero);
        Assert.That(Crc32.Mpeg2.Read(section.AsSpan(184)), Is.EqualTo(Crc32.Mpeg2.Compute(section.AsSpan(0, 184))));
    }

    [Test]
    public void XorInto_AnyLengthAndAlignment_IsWhatByteByByteGives()
    {
        var random = new Random(5);
        foreach (int length in Lengths())
        {
            int toAt = random.Next(64), fromAt = random.Next(64);
            byte[] to = Cuts.RandomBytes(length, toAt + length + 64);
            byte[] from = Cuts.RandomBytes(length + 1, fromAt + length);
            byte[] expected = [.. to];
            for (int i = 0; i < length; i++)
                expected[toAt + i] ^= from[fromAt + i];

            XorParity.Into(to.AsSpan(toAt), from.AsSpan(fromAt));

            Assert.That(to.AsSpan().SequenceEqual(expected), $"{length} bytes at {toAt} and {fromAt}");
        }
    }

    [Test]
    public void XorInto_TooLittleRoom_IsRefused()
    {
        Assert.That(() => XorParity.Into(new byte[3], new byte[4]), Throws.ArgumentException);
    }

    private static IEnumerable<int> Lengths() =>
        [.. Enumerable.Range(0, 301), 511, 513, 1023, 1316, 4099, 65_535, 100_003];

    private static void Check<TPolynomial>(Crc32 crc, uint state, ReadOnlySpan<byte> bytes)
        where TPolynomial : struct, ICrcPolynomial
    {
        uint expected = BitByBit<TPolynomial>(state, bytes);
        Assert.That(crc.Append(state, bytes), Is.EqualTo(expected), $"{crc.Name}, {bytes.Length} bytes");
        Assert.That(CrcTables<TPolynomial>.Append(state, bytes), Is.EqualTo(expected), $"{crc.Name}, by tables");
        if (CrcFolding.IsSupported && bytes.Length >= CrcFolding.LeastBytes)
            Assert.That(CrcFolding.Append<TPolynomial>(state, bytes), Is.EqualTo(expected), $"{crc.Name}, folded");
    }

    private static uint BitByBit<TPolynomial>(uint state, ReadOnlySpan<byte> bytes)
        where TPolynomial : struct, ICrcPolynomial
    {
        uint Turned(uint value) => TPolynomial.IsReflected ? (uint)CrcFolding.Reversed(value, 32) : value;
        state = Turned(state);
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                int place = TPolynomial.IsReflected ? bit : 7 - bit;
                bool isOut = (state >> 31 ^ ((uint)value >> place & 1)) != 0;
                state = state << 1 ^ (isOut ? TPolynomial.Value : 0);
            }
        }
        return Turned(state);
    }
}
