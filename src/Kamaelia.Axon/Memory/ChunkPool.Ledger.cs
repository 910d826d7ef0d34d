using System.Text;

namespace Kamaelia.Axon;

// The leak ledger: which component rented what is still out. Debug builds write it on every rent; native components do
// in every build.
public sealed unsafe partial class ChunkPool
{
    [ThreadStatic]
    private static int t_renter;

    /// <summary>The component that the scheduler of this thread resumes now, its index + 1; 0: none.</summary>
    internal static void NoteRenter(int idPlusOne) => t_renter = idPlusOne;

    /// <summary>Whether rents of managed components are written to the ledger: in debug builds.</summary>
    public static bool HasLedger
    {
        get
        {
#if DEBUG
            return true;
#else
            return false;
#endif
        }
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private static void WriteLedger(BlockHeader* block) => block->Ledger = (ulong)t_renter;

    /// <summary>What is rented and not returned, a line a block: its bytes, its references, and who rented it where the
    /// ledger knows. Exact while nothing runs.</summary>
    public static string DescribeOutstanding()
    {
        var text = new StringBuilder();
        lock (s_poolsLock)
        {
            foreach (ChunkPool pool in s_pools)
                pool.DescribeOutstanding(text);
        }
        return text.ToString();
    }

    private void DescribeOutstanding(StringBuilder text)
    {
        var home = new HashSet<nint>();
        for (BlockHeader* b = (BlockHeader*)Volatile.Read(ref *(nint*)&_header->Remote); b != null; b = b->Next)
            home.Add((nint)b);
        lock (_blocksLock)
        {
            foreach (nint each in _blocks)
            {
                var block = (BlockHeader*)each;
                int references = Volatile.Read(ref block->Refs);
                // A returned block keeps the count of its last holder, so what tells is where it is.
                if (IsFree(block) || home.Contains(each))
                    continue;
                string renter = block->Ledger == 0 ? "an unknown renter" : $"component #{block->Ledger - 1}";
                text.AppendLine($"{block->CapacityBytes} bytes, {references} references, rented by {renter} of {Name}");
            }
        }
    }

    private bool IsFree(BlockHeader* block)
    {
        BlockHeader** free = &_header->Free0 + block->SizeClass;
        for (BlockHeader* b = *free; b != null; b = b->Next)
        {
            if (b == block)
                return true;
        }
        return false;
    }
}
