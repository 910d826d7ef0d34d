using System.Buffers.Binary;

namespace Kamaelia.Tests.Sound;

/// <summary>What the sound components must answer, one sample at a time in exact arithmetic, apart from their
/// code.</summary>
internal static class Reference
{
    public static short Gain(short sample, float factor) =>
        (short)Math.Clamp(Math.Round((double)(sample * factor), MidpointRounding.ToEven), -32768, 32767);

    public static byte[] Mix(params byte[][] streams)
    {
        byte[] sum = new byte[streams.Max(stream => stream.Length)];
        for (int at = 0; at < sum.Length; at += 2)
        {
            int total = streams.Where(stream => at + 1 < stream.Length)
                .Sum(stream => (int)BinaryPrimitives.ReadInt16LittleEndian(stream.AsSpan(at)));
            BinaryPrimitives.WriteInt16LittleEndian(sum.AsSpan(at), (short)Math.Clamp(total, -32768, 32767));
        }
        return sum;
    }

    public static byte[] Convert(byte[] input, string from, string to)
    {
        int fromBytes = Bits(from) / 8, toBytes = Bits(to) / 8;
        byte[] output = new byte[input.Length / fromBytes * toBytes];
        for (int i = 0; i < input.Length / fromBytes; i++)
            Write(output.AsSpan(i * toBytes), to, One(input.AsSpan(i * fromBytes, fromBytes), from, to));
        return output;
    }

    private static int Bits(string format) => int.Parse(format[1..3]);

    private static int One(ReadOnlySpan<byte> bytes, string from, string to)
    {
        long raw = 0;
        for (int i = 0; i < bytes.Length; i++)
            raw |= (long)bytes[i] << (8 * i);
        int whole = (int)((raw << (64 - 8 * bytes.Length)) >> (64 - 8 * bytes.Length));
        if (from == to)
            return whole;
        if (from == "f32le")
        {
            float value = BitConverter.Int32BitsToSingle(whole);
            double most = Math.Pow(2, Bits(to) - 1);
            return float.IsNaN(value)
                ? 0
                : (int)Math.Clamp(Math.Round(value * most, MidpointRounding.ToEven), -most, most - 1);
        }
        if (to == "f32le")
            return BitConverter.SingleToInt32Bits((float)(whole / Math.Pow(2, Bits(from) - 1)));
        double scaled = whole * Math.Pow(2, Bits(to) - Bits(from));
        return (int)Math.Min(Math.Floor(scaled + 0.5), Math.Pow(2, Bits(to) - 1) - 1);
    }

    private static void Write(Span<byte> at, string format, int value)
    {
        for (int i = 0; i < Bits(format) / 8; i++)
            at[i] = (byte)(value >> (8 * i));
    }
}
