using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Sound;

/// <summary>One of the two laws of ITU-T G.711 as tables. The encoder is that of the ITU's software library (G.191):
/// negative samples are taken as their one's complement, so that both signs have the same steps. Immutable.</summary>
public sealed class G711Law
{
    private readonly byte[] _codes = new byte[1 << 14]; // By the samples' upper 14 bits, on which alone a code depends.
    private readonly short[] _samples = new short[256];

    private G711Law(string name, Func<short, byte> encode, Func<byte, short> decode)
    {
        Name = name;
        for (int i = 0; i < _codes.Length; i++)
            _codes[i] = encode((short)(i << 2));
        for (int i = 0; i < _samples.Length; i++)
            _samples[i] = decode((byte)i);
    }

    /// <summary>The law of Europe and of international lines.</summary>
    public static G711Law A { get; } = new("alaw", EncodeA, DecodeA);

    /// <summary>The law of America and Japan.</summary>
    public static G711Law Mu { get; } = new("ulaw", EncodeMu, DecodeMu);

    /// <summary><c>alaw</c> or <c>ulaw</c>.</summary>
    public string Name { get; }

    /// <summary>The code of a sample.</summary>
    public byte Encode(short sample) => _codes[(ushort)sample >> 2];

    /// <summary>The sample of a code.</summary>
    public short Decode(byte code) => _samples[code];

    internal static OptionInfo Option { get; } =
        OptionInfo.Choice("law", "alaw (Europe) or ulaw (America and Japan).", "alaw", "ulaw");

    internal static G711Law Of(OptionValues options) => options.Text("law") == Mu.Name ? Mu : A;

    private static byte EncodeA(short sample)
    {
        int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        int exponent = 0;
        for (; magnitude > 31; magnitude >>= 1)
            exponent++;
        if (magnitude > 15)
            magnitude += exponent << 4;
        return (byte)((magnitude | (sample < 0 ? 0 : 0x80)) ^ 0x55);
    }

    private static short DecodeA(byte code)
    {
        int bits = code ^ 0x55;
        int exponent = bits >> 4 & 7;
        int mantissa = (bits & 15) << 4 | 8;
        int magnitude = exponent > 0 ? (mantissa | 0x100) << (exponent - 1) : mantissa;
        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }

    private static byte EncodeMu(short sample)
    {
        const int Bias = 33, Most = 0x1FFF;
        int magnitude = Math.Min(((sample < 0 ? ~sample : sample) >> 2) + Bias, Most);
        int exponent = 0;
        while (magnitude >> (exponent + 6) != 0)
            exponent++;
        int code = exponent << 4 | (magnitude >> (exponent + 1) & 15);
        return (byte)(~code & (sample < 0 ? 0x7F : 0xFF));
    }

    private static short DecodeMu(byte code)
    {
        const int Bias = 33 << 2;
        int bits = ~code & 0xFF;
        int magnitude = (((bits & 15) << 3 | 0x84) << (bits >> 4 & 7)) - Bias;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }
}
