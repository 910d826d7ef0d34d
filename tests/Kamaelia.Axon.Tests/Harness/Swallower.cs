using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Takes everything and keeps nothing.</summary>
internal sealed partial class Swallower : Component
{
    [Port("Anything.")]
    public partial Inbox<int> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
            while (Inbox.TryReceive(out _))
            {
            }
    }
}
