using Kamaelia.Axon;

namespace Kamaelia.Tests.Support;

/// <summary>Takes nothing.</summary>
internal sealed partial class Deaf : Component
{
    [Port("What nobody hears.", Capacity = 1)]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop) =>
        await DelayAsync(TimeSpan.FromHours(1), stop);
}
