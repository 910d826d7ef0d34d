using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kamaelia.Bytes;

/// <summary>XOR of two runs of bytes: the parity of FEC (SMPTE ST 2022-1 rows and columns).</summary>
public static class XorParity
{
    /// <summary>Changes each byte of <paramref name="to"/> to its XOR with the one of <paramref name="from"/>, for as
    /// many as <paramref name="from"/> has.</summary>
    /// <remarks>The two do not overlap, or are the same. Allocates nothing; any thread.</remarks>
    /// <exception cref="ArgumentException"><paramref name="to"/> is shorter.</exception>
    public static void Into(Span<byte> to, ReadOnlySpan<byte> from)
    {
        if (to.Length < from.Length)
            throw new ArgumentException($"{from.Length} bytes do not fit into {to.Length}", nameof(to));
        ref byte a = ref MemoryMarshal.GetReference(to);
        ref byte b = ref MemoryMarshal.GetReference(from);
        nuint count = (nuint)from.Length, i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; count - i >= 128; i += 128) // Two registers a round: with one the loop itself would be the limit.
            {
                var first = Vector512.LoadUnsafe(ref a, i) ^ Vector512.LoadUnsafe(ref b, i);
                var second = Vector512.LoadUnsafe(ref a, i + 64) ^ Vector512.LoadUnsafe(ref b, i + 64);
                first.StoreUnsafe(ref a, i);
                second.StoreUnsafe(ref a, i + 64);
            }
        }
        if (Vector256.IsHardwareAccelerated)
        {
            for (; count - i >= 64; i += 64)
            {
                var first = Vector256.LoadUnsafe(ref a, i) ^ Vector256.LoadUnsafe(ref b, i);
                var second = Vector256.LoadUnsafe(ref a, i + 32) ^ Vector256.LoadUnsafe(ref b, i + 32);
                first.StoreUnsafe(ref a, i);
                second.StoreUnsafe(ref a, i + 32);
            }
        }
        if (Vector128.IsHardwareAccelerated)
            for (; count - i >= 16; i += 16)
                (Vector128.LoadUnsafe(ref a, i) ^ Vector128.LoadUnsafe(ref b, i)).StoreUnsafe(ref a, i);
        for (int j = (int)i; j < from.Length; j++)
            to[j] ^= from[j];
    }
}
