using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kamaelia.Axon;

/// <summary>Blocks of unmanaged memory for chunks: one pool a scheduler, and one for all other threads.</summary>
/// <remarks>
/// Only the owner's thread rents (<see cref="Shared"/>: any thread, under a lock). Any thread may dispose a chunk: from
/// elsewhere the block comes back through a stack that the owner collects when its own list is empty.
/// </remarks>
public sealed unsafe partial class ChunkPool
{
    private static readonly Lock s_poolsLock = new();
    private static readonly List<ChunkPool> s_pools = [];

    [ThreadStatic]
    private static ChunkPool? t_current;

    private readonly PoolHeader* _header;
    private readonly Lock? _lock;
    private readonly List<nint> _blocks = [];
    private readonly Lock _blocksLock = new();

    internal ChunkPool(bool shared = false, string name = "the shared pool")
    {
        Name = name;
        _header = (PoolHeader*)NativeMemory.AlignedAlloc((nuint)sizeof(PoolHeader), 64);
        NativeMemory.Clear(_header, (nuint)sizeof(PoolHeader));
        _header->Grow = &GrowFromNative;
        _header->Maker = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(this));
        _lock = shared ? new Lock() : null;
        lock (s_poolsLock)
            s_pools.Add(this);
    }

    /// <summary>The pool of threads that run no scheduler. Rents take a lock.</summary>
    public static ChunkPool Shared { get; } = new(shared: true);

    /// <summary>The pool of the scheduler that this thread is running, if any.</summary>
    public static ChunkPool? Current => t_current;

    internal static ChunkPool? Swap(ChunkPool? pool)
    {
        ChunkPool? old = t_current;
        t_current = pool;
        return old;
    }

    internal PoolHeader* Header => _header;

    private string Name { get; }

    /// <summary>Chunks' blocks rented and not returned. Exact while nothing runs, else an estimate.</summary>
    public long Outstanding
    {
        get
        {
            long remote = 0;
            for (BlockHeader* b = (BlockHeader*)Volatile.Read(ref *(nint*)&_header->Remote); b != null; b = b->Next)
                remote++;
            return (long)(_header->Rented - _header->Returned) - remote;
        }
    }

    /// <summary>The sum over every pool of the process: 0 when no chunk is held anywhere.</summary>
    public static long TotalOutstanding()
    {
        lock (s_poolsLock)
        {
            long sum = 0;
            foreach (ChunkPool pool in s_pools)
                sum += pool.Outstanding;
            return sum;
        }
    }

    /// <summary>A chunk of that many uninitialised bytes, one reference.</summary>
    /// <exception cref="InsufficientMemoryException">The system refused the memory.</exception>
    public Chunk Rent(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (_lock is null)
            return RentCore((uint)bytes);
        lock (_lock)
            return RentCore((uint)bytes);
    }

    private static uint ClassOf(uint bytes) => bytes <= 2048 ? 0u : bytes <= 16384 ? 1u : bytes <= 65536 ? 2u : 3u;

    private static uint ClassBytes(uint sizeClass, uint bytes) =>
        sizeClass switch { 0 => 2048, 1 => 16384, 2 => 65536, _ => bytes };

    private Chunk RentCore(uint bytes)
    {
        uint sizeClass = ClassOf(bytes);
        BlockHeader** free = &_header->Free0 + sizeClass;
        BlockHeader* block = *free;
        if (block == null || block->CapacityBytes < bytes)
        {
            Collect();
            block = *free;
        }
        if (block != null && block->CapacityBytes >= bytes)
        {
            *free = block->Next;
            block->Next = null;
            block->Refs = 1;
        }
        else
        {
            block = Grow(sizeClass, ClassBytes(sizeClass, bytes));
            if (block == null)
                throw new InsufficientMemoryException($"no memory for a chunk of {bytes} bytes");
        }
        block->Ledger = 0;
        WriteLedger(block);
        _header->Rented++;
        return Chunk.Of(block, bytes);
    }

    private void Collect()
    {
        // The exchange partners the compare-exchange in ReturnBlock (and kam_block_return).
        var block = (BlockHeader*)Interlocked.Exchange(ref *(nint*)&_header->Remote, 0);
        while (block != null)
        {
            BlockHeader* next = block->Next;
            Keep(_header, block);
            block = next;
        }
    }

    private static void Keep(PoolHeader* pool, BlockHeader* block)
    {
        BlockHeader** free = &pool->Free0 + block->SizeClass;
        block->Next = *free;
        *free = block;
        pool->Returned++;
    }

    internal static void ReturnBlock(BlockHeader* block)
    {
        PoolHeader* pool = block->Pool;
        ChunkPool? mine = t_current;
        if (mine is not null && mine._header == pool)
        {
            Keep(pool, block);
            return;
        }
        ref nint remote = ref *(nint*)&pool->Remote;
        nint head = Volatile.Read(ref remote);
        while (true)
        {
            block->Next = (BlockHeader*)head;
            nint seen = Interlocked.CompareExchange(ref remote, (nint)block, head);
            if (seen == head)
                return;
            head = seen;
        }
    }

    private BlockHeader* Grow(uint sizeClass, uint capacity)
    {
        if (_refused is not null)
            return null;
        if (sizeClass == PoolHeader.Classes - 1)
            capacity = System.Numerics.BitOperations.RoundUpToPowerOf2(capacity); // So that a near size fits it again.
        BlockHeader* block;
        try
        {
            block = (BlockHeader*)NativeMemory.AlignedAlloc(BlockHeader.Bytes + capacity, 64);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
        *block = default;
        block->Refs = 1;
        block->CapacityBytes = capacity;
        block->Pool = _header;
        block->SizeClass = sizeClass;
        lock (_blocksLock)
            _blocks.Add((nint)block);
        return block;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static BlockHeader* GrowFromNative(PoolHeader* pool, uint sizeClass, uint capacity)
    {
        try
        {
            return ((ChunkPool)GCHandle.FromIntPtr((nint)pool->Maker).Target!).Grow(sizeClass, capacity);
        }
        catch (Exception)
        {
            return null; // No managed exception crosses a native frame; NULL is "no memory" there.
        }
    }

    /// <summary>The scheduler has ended. Blocks still held elsewhere keep the pool's memory alive.</summary>
    internal void Retire()
    {
        RefuseMemory(false);
        Collect();
        if (Outstanding != 0)
            return; // A chunk outlives its scheduler: its holder must still be able to return the block.
        lock (s_poolsLock)
        {
            if (!s_pools.Remove(this))
                return;
        }
        lock (_blocksLock)
        {
            foreach (nint block in _blocks)
                NativeMemory.AlignedFree((void*)block);
            _blocks.Clear();
        }
        GCHandle.FromIntPtr((nint)_header->Maker).Free();
        NativeMemory.AlignedFree(_header);
    }
}
