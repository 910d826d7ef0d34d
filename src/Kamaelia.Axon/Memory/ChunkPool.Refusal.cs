namespace Kamaelia.Axon;

// Fault injection: the system has no memory.
public sealed unsafe partial class ChunkPool
{
    private nint[]? _refused; // What it had kept before, out of reach meanwhile.

    /// <summary>From now on the system gives it nothing, and only blocks that come back can be rented; or that is over.
    /// The owner's thread, or while nothing runs. Costs nothing where memory is not refused.</summary>
    internal void RefuseMemory(bool refuses)
    {
        if (refuses == _refused is not null)
            return;
        BlockHeader** free = &_header->Free0;
        if (refuses)
        {
            _refused = new nint[PoolHeader.Classes];
            for (int i = 0; i < PoolHeader.Classes; i++)
            {
                _refused[i] = (nint)free[i];
                free[i] = null;
            }
            return;
        }
        for (int i = 0; i < PoolHeader.Classes; i++)
        {
            var kept = (BlockHeader*)_refused![i];
            while (kept != null)
            {
                BlockHeader* next = kept->Next;
                kept->Next = free[i];
                free[i] = kept;
                kept = next;
            }
        }
        _refused = null;
    }
}
