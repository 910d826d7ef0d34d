using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Never takes anything: what feeds it waits for room until it is cancelled.</summary>
internal sealed partial class Deaf : Component
{
    [Port("Stays full.", Capacity = 4)]
    public partial Inbox<Chunk> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);
}
