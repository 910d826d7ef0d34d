using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Passes on what comes, in order, and ends when its input does.</summary>
internal sealed partial class Relay<T> : Component
{
    [Port("What is to be passed on.")]
    public partial Inbox<T> Inbox { get; }

    [Port("The same, in the same order.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                await Outbox.SendAsync(message, stop);
        }
    }
}
