using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kamaelia.Sound;

/// <summary>Mixing and gain of 16-bit samples at any address, in vectors as wide as the processor has.</summary>
/// <remarks>The same bits in every width, and the same as the native twin's (pcm.hpp): a product in single precision is
/// rounded to nearest, halves to even, a sum is exact, and either is clipped once.</remarks>
internal static unsafe class PcmKernels
{
    /// <summary>The sum of so many samples of each input.</summary>
    /// <param name="inputs">Where each begins.</param>
    /// <param name="output">Where the sum goes.</param>
    /// <param name="count">Samples.</param>
    public static void Mix(ReadOnlySpan<nint> inputs, byte* output, int count)
    {
        int at = 0;
        if (Vector512.IsHardwareAccelerated)
            at = Mix512(inputs, (short*)output, at, count);
        if (Vector256.IsHardwareAccelerated)
            at = Mix256(inputs, (short*)output, at, count);
        if (Vector128.IsHardwareAccelerated)
            at = Mix128(inputs, (short*)output, at, count);
        for (; at < count; at++)
        {
            int sum = 0;
            foreach (nint input in inputs)
                sum += Unsafe.ReadUnaligned<short>((short*)input + at);
            Unsafe.WriteUnaligned((short*)output + at, (short)Math.Clamp(sum, short.MinValue, short.MaxValue));
        }
    }

    // Four sums in registers: two vectors of samples, each widened to two.
    private static int Mix512(ReadOnlySpan<nint> inputs, short* output, int at, int count)
    {
        for (; at <= count - 2 * Vector512<short>.Count; at += 2 * Vector512<short>.Count)
        {
            Vector512<int> a = default, b = default, c = default, d = default;
            foreach (nint input in inputs)
            {
                var (low, high) = Vector512.Widen(Vector512.Load((short*)input + at));
                a += low;
                b += high;
                (low, high) = Vector512.Widen(Vector512.Load((short*)input + at + Vector512<short>.Count));
                c += low;
                d += high;
            }
            Vector512.NarrowWithSaturation(a, b).Store(output + at);
            Vector512.NarrowWithSaturation(c, d).Store(output + at + Vector512<short>.Count);
        }
        return at;
    }

    private static int Mix256(ReadOnlySpan<nint> inputs, short* output, int at, int count)
    {
        for (; at <= count - 2 * Vector256<short>.Count; at += 2 * Vector256<short>.Count)
        {
            Vector256<int> a = default, b = default, c = default, d = default;
            foreach (nint input in inputs)
            {
                var (low, high) = Vector256.Widen(Vector256.Load((short*)input + at));
                a += low;
                b += high;
                (low, high) = Vector256.Widen(Vector256.Load((short*)input + at + Vector256<short>.Count));
                c += low;
                d += high;
            }
            Vector256.NarrowWithSaturation(a, b).Store(output + at);
            Vector256.NarrowWithSaturation(c, d).Store(output + at + Vector256<short>.Count);
        }
        return at;
    }

    private static int Mix128(ReadOnlySpan<nint> inputs, short* output, int at, int count)
    {
        for (; at <= count - Vector128<short>.Count; at += Vector128<short>.Count)
        {
            Vector128<int> a = default, b = default;
            foreach (nint input in inputs)
            {
                var (low, high) = Vector128.Widen(Vector128.Load((short*)input + at));
                a += low;
                b += high;
            }
            Vector128.NarrowWithSaturation(a, b).Store(output + at);
        }
        return at;
    }

    /// <summary>Each sample times the factor, 0 to 65535, so that every product fits 32 bits. Input and output are the
    /// same or apart.</summary>
    public static void Gain(ReadOnlySpan<byte> input, Span<byte> output, float factor)
    {
        ref short from = ref Unsafe.As<byte, short>(ref MemoryMarshal.GetReference(input));
        ref short to = ref Unsafe.As<byte, short>(ref MemoryMarshal.GetReference(output));
        int count = input.Length / sizeof(short);
        int at = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; at <= count - Vector512<short>.Count; at += Vector512<short>.Count)
            {
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)at));
                Vector512.NarrowWithSaturation(Product(low, factor), Product(high, factor))
                    .StoreUnsafe(ref to, (nuint)at);
            }
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; at <= count - Vector256<short>.Count; at += Vector256<short>.Count)
            {
                var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)at));
                Vector256.NarrowWithSaturation(Product(low, factor), Product(high, factor))
                    .StoreUnsafe(ref to, (nuint)at);
            }
        }
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at <= count - Vector128<short>.Count; at += Vector128<short>.Count)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)at));
                Vector128.NarrowWithSaturation(Product(low, factor), Product(high, factor))
                    .StoreUnsafe(ref to, (nuint)at);
            }
        }
        for (; at < count; at++)
        {
            float product = MathF.Round(Unsafe.Add(ref from, at) * factor);
            Unsafe.Add(ref to, at) = (short)Math.Clamp(product, short.MinValue, short.MaxValue);
        }
    }

    // The plain conversion: what it rounds is whole already, and what a factor makes of 16 bits fits 32.
    private static Vector512<int> Product(Vector512<int> samples, float factor) =>
        Vector512.ConvertToInt32Native(Vector512.Round(Vector512.ConvertToSingle(samples) * factor));

    private static Vector256<int> Product(Vector256<int> samples, float factor) =>
        Vector256.ConvertToInt32Native(Vector256.Round(Vector256.ConvertToSingle(samples) * factor));

    private static Vector128<int> Product(Vector128<int> samples, float factor) =>
        Vector128.ConvertToInt32Native(Vector128.Round(Vector128.ConvertToSingle(samples) * factor));
}
