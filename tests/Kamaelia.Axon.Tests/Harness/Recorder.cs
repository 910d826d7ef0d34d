using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Takes all that comes and keeps it, and how its inbox ended.</summary>
internal sealed partial class Recorder<T> : Component
{
    [Port("Whatever is to be kept.")]
    public partial Inbox<T> Inbox { get; }

    public List<T> Received { get; } = [];

    public EndReason? InboxEnd { get; private set; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                Received.Add(message);
        }
        InboxEnd = Inbox.End;
    }
}
