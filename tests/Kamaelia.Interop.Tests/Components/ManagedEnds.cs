using Kamaelia.Axon;

namespace Kamaelia.Interop.Tests;

/// <summary>Sends the chunks it is given.</summary>
internal sealed partial class ChunkSource(IEnumerable<Chunk> chunks) : Component
{
    [Port("The chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        foreach (var chunk in chunks)
            await Outbox.SendAsync(chunk, stop);
    }
}

/// <summary>Sends empty chunks for ever, whenever there is room.</summary>
internal sealed partial class EndlessSource : Component
{
    [Port("The chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Outbox.WaitForRoomAsync(stop))
            Outbox.TrySend(default);
    }
}

/// <summary>Passes chunks on in managed code.</summary>
internal sealed partial class ManagedPass : Component
{
    [Port("Any chunks.")]
    public partial Inbox<Chunk> Inbox { get; }

    [Port("The same chunks.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
            while (Inbox.TryReceive(out var chunk))
                await Outbox.SendAsync(chunk, stop);
    }
}

/// <summary>Keeps the tags of what comes, and how it ended.</summary>
internal sealed partial class TagSink : Component
{
    [Port("Chunks to look at.")]
    public partial Inbox<Chunk> Inbox { get; }

    public List<uint> Tags { get; } = [];

    public EndReason? InboxEnd { get; private set; }

    /// <summary>Called for each chunk before it is released.</summary>
    public Action<Chunk>? Look { get; init; }

    /// <summary>Ends by itself after so many.</summary>
    public int? Enough { get; init; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                Tags.Add(chunk.Tag);
                Look?.Invoke(chunk);
                chunk.Dispose();
                if (Tags.Count == Enough)
                    return;
            }
        }
        InboxEnd = Inbox.End;
    }
}

/// <summary>Counts and releases, and allocates nothing.</summary>
internal sealed partial class CountingSink : Component
{
    [Port("Chunks to count.")]
    public partial Inbox<Chunk> Inbox { get; }

    public long Count { get; private set; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var chunk))
            {
                Count++;
                chunk.Dispose();
            }
        }
    }
}

/// <summary>Never reads: its inbox fills.</summary>
internal sealed partial class StuckReader : Component
{
    [Port("Never read.")]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop) => await DelayAsync(TimeSpan.FromHours(1), stop);
}

/// <summary>Sends one control message when it is told to.</summary>
internal sealed partial class ControlSender(ControlMessage message, Task when) : Component
{
    [Port("To somebody's control.")]
    public partial Outbox<ControlMessage> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        await when;
        await Outbox.SendAsync(message, stop);
    }
}
