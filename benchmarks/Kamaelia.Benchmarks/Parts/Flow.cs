using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Sends one message many times, each as soon as there is room.</summary>
internal sealed partial class MessageSource<T>(T message, long count) : Component
{
    [Port("The messages.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (long left = count; left > 0;)
        {
            while (left > 0 && Outbox.TrySend(message))
                left--;
            if (left > 0 && !await Outbox.WaitForRoomAsync(stop))
                return;
        }
    }
}

/// <summary>The same in batches: the way of a source that has many at hand.</summary>
internal sealed partial class BatchSource<T>(T message, long count) : Component
{
    private readonly T[] _batch = [.. Enumerable.Repeat(message, LinkOptions.DefaultCapacity)];

    [Port("The messages.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (long left = count; left > 0;)
        {
            int sent = Outbox.TrySendBatch(_batch.AsSpan(0, (int)Math.Min(left, _batch.Length)));
            left -= sent;
            if (sent == 0 && !await Outbox.WaitForRoomAsync(stop))
                return;
        }
    }
}

/// <summary>Counts what arrives, message by message.</summary>
internal sealed partial class MessageSink<T>(FlowProbe probe) : Component
{
    [Port("The messages.")]
    public partial Inbox<T> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            int count = 0;
            while (Inbox.TryReceive(out _))
                count++;
            probe.Add(count);
        }
    }
}

/// <summary>Counts what arrives, batch by batch.</summary>
internal sealed partial class BatchSink<T>(FlowProbe probe) : Component
{
    private readonly T[] _batch = new T[LinkOptions.DefaultCapacity];

    [Port("The messages.")]
    public partial Inbox<T> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceiveBatch(_batch) is > 0 and int count)
                probe.Add(count);
        }
    }
}
