using System.Buffers;
using BenchmarkDotNet.Attributes;
using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Micro;

/// <summary>Renting and giving back memory for 1,316 bytes, and references to it.</summary>
public class ChunkBenchmarks
{
    private const int Bytes = 1316;

    private Scheduler _scheduler = null!;
    private ChunkPool? _before;
    private Chunk _chunk;

    [GlobalSetup]
    public void SetUp()
    {
        _scheduler = new Scheduler();
        _before = ChunkPool.Swap(_scheduler.Pool); // As on the scheduler's thread.
        _chunk = Chunk.Rent(Bytes);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _chunk.Dispose();
        ChunkPool.Swap(_before);
        _scheduler.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int RentReturn_Chunk()
    {
        using Chunk chunk = Chunk.Rent(Bytes);
        return chunk.Length;
    }

    [Benchmark]
    public int RentReturn_ArrayPool()
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(Bytes);
        ArrayPool<byte>.Shared.Return(array);
        return array.Length;
    }

    [Benchmark]
    public int RentReturn_Array() => new byte[Bytes].Length;

    [Benchmark]
    public int ShareDispose_Chunk()
    {
        Chunk share = _chunk.Share();
        share.Dispose();
        return share.Length;
    }
}
