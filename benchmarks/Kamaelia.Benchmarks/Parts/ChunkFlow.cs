using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Sends chunks of so many bytes, each rented anew.</summary>
internal sealed partial class RentingSource(int bytes, long count) : Component
{
    [Port("The chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (long i = 0; i < count; i++)
            await Outbox.SendAsync(Chunk.Rent(bytes), stop);
    }
}

/// <summary>Sends the same few chunks over and over, by reference: their making is not what is measured.</summary>
internal sealed partial class SharingSource(IReadOnlyList<byte[]> payloads, long count) : Component
{
    /// <summary>Counts what was taken, for a flow whose end is outside of the process.</summary>
    public FlowProbe? Probe { get; init; }

    [Port("The chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        Chunk[] chunks = [.. payloads.Select(p => Chunk.CopyOf(p))];
        try
        {
            int next = 0;
            for (long left = count; left > 0;)
            {
                int sent = Send(chunks.AsSpan(next, (int)Math.Min(left, chunks.Length - next)));
                left -= sent;
                next = next + sent == chunks.Length ? 0 : next + sent;
                Probe?.Add(sent);
                if (sent == 0 && !await Outbox.WaitForRoomAsync(stop))
                    return;
            }
        }
        finally
        {
            foreach (Chunk chunk in chunks)
                chunk.Dispose();
        }
    }

    // A reference each, then all at once: a source that has many at hand.
    private int Send(ReadOnlySpan<Chunk> chunks)
    {
        chunks = chunks[..Math.Min(chunks.Length, Outbox.Room)];
        foreach (ref readonly Chunk chunk in chunks)
            chunk.Share();
        int sent = Outbox.TrySendBatch(chunks);
        foreach (ref readonly Chunk refused in chunks[sent..])
            refused.Dispose();
        return sent;
    }
}

/// <summary>Sends slices of blocks of 64 KiB in batches, as a reader of files does: side by side, each with a reference
/// of its own.</summary>
internal sealed partial class SlicingSource(int bytes, long count) : Component
{
    private const int BlockBytes = 65536;

    /// <summary>Counts what was taken, for a flow whose end is outside of the process.</summary>
    public FlowProbe? Probe { get; init; }

    [Port("The chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        var batch = new Chunk[BlockBytes / bytes];
        for (long left = count; left > 0;)
        {
            int made = (int)Math.Min(left, batch.Length);
            using (Chunk block = Chunk.Rent(BlockBytes))
            {
                for (int i = 0; i < made; i++)
                    batch[i] = block.Slice(i * bytes, bytes);
            }
            for (int sent = 0; sent < made;)
            {
                int taken = Outbox.TrySendBatch(batch.AsSpan(sent, made - sent));
                sent += taken;
                Probe?.Add(taken);
                if (taken > 0 || await Outbox.WaitForRoomAsync(stop))
                    continue;
                foreach (Chunk chunk in batch.AsSpan(sent, made - sent))
                    chunk.Dispose();
                return;
            }
            left -= made;
        }
    }
}

/// <summary>Counts chunks and gives them back.</summary>
internal sealed partial class ChunkSink(FlowProbe probe) : Component
{
    [Port("The chunks.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            int count = 0;
            for (; Inbox.TryReceive(out Chunk chunk); count++)
                chunk.Dispose();
            probe.Add(count);
        }
    }
}

/// <summary>Counts chunks of a flow of unknown length and gives them back.</summary>
internal sealed partial class TallySink(Tally tally) : Component
{
    [Port("The chunks.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out Chunk chunk))
            {
                chunk.Dispose();
                tally.Add();
            }
        }
    }
}
