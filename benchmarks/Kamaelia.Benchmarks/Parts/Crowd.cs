using Kamaelia.Axon;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Waits for one message, and ends.</summary>
internal sealed partial class Waiter : Component
{
    [Port("The message.")]
    public partial Inbox<long> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        if (await Inbox.WaitAsync(stop))
            Inbox.TryReceive(out _);
    }
}

/// <summary>Sends one message to each of many, its one outbox linked to one after the other.</summary>
internal sealed partial class Herald(IReadOnlyList<Waiter> crowd, Task go) : Component
{
    [Port("To whom it may concern.")]
    public partial Outbox<long> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        await go;
        foreach (Waiter waiter in crowd)
        {
            Linkage linkage = Graph!.Link(Outbox, waiter.Inbox);
            await Outbox.SendAsync(1, stop);
            Graph.Unlink(linkage);
        }
    }
}
