using System.Numerics;
using System.Runtime.InteropServices;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Bytes;
using HashingCrc32 = System.IO.Hashing.Crc32;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>The managed byte kernels alone, on data in cache, beside their plain forms and what .NET has.</summary>
/// <remarks>The native ones alone are in benchmarks/native/byte_kernels.cpp; both, within their components, are in the
/// suite twins.</remarks>
internal sealed class ByteKernelsSuite : ISuite
{
    private const string TablesName = "tables";
    private const string BytewiseName = "byte by byte";

    private static uint s_sink; // What is computed is wanted.

    private delegate uint CrcOf(ReadOnlySpan<byte> data);

    public string Name => "bytes";

    public string Sentence => "CRC-32 and XOR parity in C# on 188 B, 1,316 B and 64 KiB: GB/s";

    public IEnumerable<Group> Groups(Scale scale)
    {
        foreach (int bytes in scale.Pick<int[]>([188, 1316, 65536], [188, 1316, 65536], [1316]))
        {
            byte[] data = new byte[bytes];
            new Random(1).NextBytes(data);
            yield return GroupOf("CRC-32 MPEG-2", data, TablesName,
                new("Crc32.Mpeg2", n => Run(Crc32.Mpeg2.Compute, data, n)),
                new(TablesName, n => Run(d => CrcTables<Mpeg2Polynomial>.Append(uint.MaxValue, d), data, n)));
            yield return GroupOf("CRC-32 IEEE", data, TablesName,
                new("Crc32.Ieee", n => Run(Crc32.Ieee.Compute, data, n)),
                new(TablesName, n => Run(d => CrcTables<IeeePolynomial>.Append(uint.MaxValue, d), data, n)),
                Variant.Rival("System.IO.Hashing", n => Run(HashingCrc32.HashToUInt32, data, n)));
            yield return GroupOf("CRC32C", data, TablesName,
                new("Crc32.Castagnoli", n => Run(Crc32.Castagnoli.Compute, data, n)),
                new(TablesName, n => Run(d => CrcTables<CastagnoliPolynomial>.Append(uint.MaxValue, d), data, n)),
                Variant.Rival("BitOperations.Crc32C", n => Run(ByInstruction, data, n)));
            byte[] sum = new byte[bytes];
            yield return GroupOf("XOR parity", data, BytewiseName,
                new("XorParity.Into", n => Run(d => Xor(sum, d), data, n)),
                new(BytewiseName, n => Run(d => XorByteByByte(sum, d), data, n)),
                Variant.Limit("memcpy", n => Run(d => Copy(sum, d), data, n)));
        }
    }

    private Group GroupOf(string work, byte[] data, string baseline, params Variant[] variants) =>
        new(Name, $"{work}, {data.Length:#,0} B", "call", variants)
        {
            Baseline = baseline,
            PayloadBytes = data.Length,
        };

    private static Task<Sample> Run(CrcOf work, byte[] data, long calls)
    {
        uint last = 0;
        Meter meter = Meter.Start();
        for (long i = 0; i < calls; i++)
            last ^= work(data);
        Sample sample = meter.Stop(calls);
        s_sink = last;
        return Task.FromResult(sample);
    }

    private static uint ByInstruction(ReadOnlySpan<byte> data)
    {
        uint state = uint.MaxValue;
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(data))
            state = BitOperations.Crc32C(state, eight);
        foreach (byte one in data[(data.Length & ~7)..])
            state = BitOperations.Crc32C(state, one);
        return ~state;
    }

    private static uint Xor(byte[] sum, ReadOnlySpan<byte> data)
    {
        XorParity.Into(sum, data);
        return sum[0];
    }

    private static uint XorByteByByte(byte[] sum, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
            sum[i] ^= data[i];
        return sum[0];
    }

    private static uint Copy(byte[] to, ReadOnlySpan<byte> data)
    {
        data.CopyTo(to);
        return to[0];
    }
}
