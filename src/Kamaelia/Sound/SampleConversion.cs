using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kamaelia.Sound;

/// <summary>Changes the format of samples at any address, never in place. The same bits as the native twin's
/// (pcm.hpp).</summary>
/// <remarks>
/// To floating point: divided by 2^(bits-1), of 32 bits to nearest, halves to even. From floating point: times
/// 2^(bits-1), to nearest, halves to even; what is beyond is clipped, NaN is 0. To more bits: exact. To fewer: to
/// nearest, halves upwards, clipped.
/// </remarks>
internal static class SampleConversion
{
    public static void Convert(SampleFormat from, SampleFormat to, ReadOnlySpan<byte> input, Span<byte> output)
    {
        switch (from)
        {
            case SampleFormat.S16:
                From<S16>(to, input, output);
                break;
            case SampleFormat.S24:
                From<S24>(to, input, output);
                break;
            case SampleFormat.S32:
                From<S32>(to, input, output);
                break;
            default:
                From<F32>(to, input, output);
                break;
        }
    }

    private static void From<TFrom>(SampleFormat to, ReadOnlySpan<byte> input, Span<byte> output)
        where TFrom : struct, ISample
    {
        switch (to)
        {
            case SampleFormat.S16:
                Run<TFrom, S16>(input, output);
                break;
            case SampleFormat.S24:
                Run<TFrom, S24>(input, output);
                break;
            case SampleFormat.S32:
                Run<TFrom, S32>(input, output);
                break;
            default:
                Run<TFrom, F32>(input, output);
                break;
        }
    }

    private static void Run<TFrom, TTo>(ReadOnlySpan<byte> input, Span<byte> output)
        where TFrom : struct, ISample
        where TTo : struct, ISample
    {
        ref byte from = ref MemoryMarshal.GetReference(input);
        ref byte to = ref MemoryMarshal.GetReference(output);
        int count = input.Length / TFrom.Bytes;
        int at = 0;
        // The two that sound cards and codecs are made of; the others wait for somebody who is in a hurry.
        if (typeof(TFrom) == typeof(S16) && typeof(TTo) == typeof(F32))
            at = ToFloats(ref Unsafe.As<byte, short>(ref from), ref Unsafe.As<byte, float>(ref to), count);
        if (typeof(TFrom) == typeof(F32) && typeof(TTo) == typeof(S16))
            at = FromFloats(ref Unsafe.As<byte, float>(ref from), ref Unsafe.As<byte, short>(ref to), count);
        for (; at < count; at++)
            One<TFrom, TTo>(ref Unsafe.Add(ref from, at * TFrom.Bytes), ref Unsafe.Add(ref to, at * TTo.Bytes));
    }

    private static void One<TFrom, TTo>(ref byte from, ref byte to)
        where TFrom : struct, ISample
        where TTo : struct, ISample
    {
        if (typeof(TFrom) == typeof(F32) && typeof(TTo) == typeof(F32))
            F32.Write(ref to, F32.Read(ref from));
        else if (typeof(TFrom) == typeof(F32))
            TTo.Write(ref to, Rounded(BitConverter.Int32BitsToSingle(F32.Read(ref from)), TTo.Bits));
        else if (typeof(TTo) == typeof(F32))
            F32.Write(ref to, BitConverter.SingleToInt32Bits(TFrom.Read(ref from) * (1f / (1L << (TFrom.Bits - 1)))));
        else
            TTo.Write(ref to, Scaled(TFrom.Read(ref from), TFrom.Bits, TTo.Bits));
    }

    private static int Rounded(float sample, int bits)
    {
        float scale = 1L << (bits - 1);
        float value = MathF.Round(sample * scale); // Halves to even.
        if (float.IsNaN(value))
            return 0;
        return value >= scale ? (int)((1L << (bits - 1)) - 1) : (int)Math.Max(value, -scale);
    }

    private static int Scaled(int sample, int fromBits, int toBits)
    {
        if (toBits >= fromBits)
            return sample << (toBits - fromBits);
        int rounded = ((sample >> (fromBits - toBits - 1)) + 1) >> 1;
        return Math.Min(rounded, (1 << (toBits - 1)) - 1);
    }

    private static int ToFloats(ref short from, ref float to, int count)
    {
        const float Scale = 1f / 32768;
        int at = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; at <= count - Vector512<short>.Count; at += Vector512<short>.Count)
            {
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)at));
                (Vector512.ConvertToSingle(low) * Scale).StoreUnsafe(ref to, (nuint)at);
                (Vector512.ConvertToSingle(high) * Scale).StoreUnsafe(ref to, (nuint)(at + Vector512<float>.Count));
            }
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; at <= count - Vector256<short>.Count; at += Vector256<short>.Count)
            {
                var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)at));
                (Vector256.ConvertToSingle(low) * Scale).StoreUnsafe(ref to, (nuint)at);
                (Vector256.ConvertToSingle(high) * Scale).StoreUnsafe(ref to, (nuint)(at + Vector256<float>.Count));
            }
        }
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at <= count - Vector128<short>.Count; at += Vector128<short>.Count)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)at));
                (Vector128.ConvertToSingle(low) * Scale).StoreUnsafe(ref to, (nuint)at);
                (Vector128.ConvertToSingle(high) * Scale).StoreUnsafe(ref to, (nuint)(at + Vector128<float>.Count));
            }
        }
        return at;
    }

    // ConvertToInt32 clips to 32 bits and makes NaN 0, and narrowing clips to 16.
    private static int FromFloats(ref float from, ref short to, int count)
    {
        const float Scale = 32768;
        int at = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; at <= count - Vector512<short>.Count; at += Vector512<short>.Count)
            {
                var low = Vector512.LoadUnsafe(ref from, (nuint)at);
                var high = Vector512.LoadUnsafe(ref from, (nuint)(at + Vector512<float>.Count));
                Vector512.NarrowWithSaturation(
                    Vector512.ConvertToInt32(Vector512.Round(low * Scale)),
                    Vector512.ConvertToInt32(Vector512.Round(high * Scale))).StoreUnsafe(ref to, (nuint)at);
            }
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; at <= count - Vector256<short>.Count; at += Vector256<short>.Count)
            {
                var low = Vector256.LoadUnsafe(ref from, (nuint)at);
                var high = Vector256.LoadUnsafe(ref from, (nuint)(at + Vector256<float>.Count));
                Vector256.NarrowWithSaturation(
                    Vector256.ConvertToInt32(Vector256.Round(low * Scale)),
                    Vector256.ConvertToInt32(Vector256.Round(high * Scale))).StoreUnsafe(ref to, (nuint)at);
            }
        }
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at <= count - Vector128<short>.Count; at += Vector128<short>.Count)
            {
                var low = Vector128.LoadUnsafe(ref from, (nuint)at);
                var high = Vector128.LoadUnsafe(ref from, (nuint)(at + Vector128<float>.Count));
                Vector128.NarrowWithSaturation(
                    Vector128.ConvertToInt32(Vector128.Round(low * Scale)),
                    Vector128.ConvertToInt32(Vector128.Round(high * Scale))).StoreUnsafe(ref to, (nuint)at);
            }
        }
        return at;
    }

    /// <summary>A format as a type, so that each pair is compiled for itself. A float is read as its bits.</summary>
    private interface ISample
    {
        static abstract int Bytes { get; }

        static abstract int Bits { get; }

        static abstract int Read(ref byte at);

        static abstract void Write(ref byte at, int sample);
    }

    private readonly struct S16 : ISample
    {
        public static int Bytes => 2;

        public static int Bits => 16;

        public static int Read(ref byte at) => Unsafe.ReadUnaligned<short>(ref at);

        public static void Write(ref byte at, int sample) => Unsafe.WriteUnaligned(ref at, (short)sample);
    }

    private readonly struct S24 : ISample
    {
        public static int Bytes => 3;

        public static int Bits => 24;

        public static int Read(ref byte at) =>
            Unsafe.ReadUnaligned<ushort>(ref at) | (sbyte)Unsafe.Add(ref at, 2) << 16;

        public static void Write(ref byte at, int sample)
        {
            Unsafe.WriteUnaligned(ref at, (ushort)sample);
            Unsafe.Add(ref at, 2) = (byte)(sample >> 16);
        }
    }

    private readonly struct S32 : ISample
    {
        public static int Bytes => 4;

        public static int Bits => 32;

        public static int Read(ref byte at) => Unsafe.ReadUnaligned<int>(ref at);

        public static void Write(ref byte at, int sample) => Unsafe.WriteUnaligned(ref at, sample);
    }

    private readonly struct F32 : ISample
    {
        public static int Bytes => 4;

        public static int Bits => 32;

        public static int Read(ref byte at) => Unsafe.ReadUnaligned<int>(ref at);

        public static void Write(ref byte at, int sample) => Unsafe.WriteUnaligned(ref at, sample);
    }
}
