using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Takes nothing until it is cancelled.</summary>
internal sealed partial class StuckSink : Component
{
    [Port("What it does not take.")] public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);
}

/// <summary>Takes so many and ends.</summary>
internal sealed partial class FirstSink(int count) : Component
{
    public int Count { get; private set; }

    [Port("Of which it takes the first.")] public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (Count < count && await Inbox.WaitAsync(stop))
        {
            if (!Inbox.TryReceive(out var chunk))
                continue;
            chunk.Dispose();
            Count++;
        }
    }
}
