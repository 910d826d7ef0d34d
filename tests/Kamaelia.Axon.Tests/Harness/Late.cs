using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Takes nothing before the bell, and then all.</summary>
internal sealed partial class Late<T> : Component
{
    [Port("Whatever is to be kept.")]
    public partial Inbox<T> Inbox { get; }

    public Bell Go { get; } = new();

    public List<T> Received { get; } = [];

    protected override async Run RunAsync(CancellationToken stop)
    {
        await Go;
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                Received.Add(message);
        }
    }
}
