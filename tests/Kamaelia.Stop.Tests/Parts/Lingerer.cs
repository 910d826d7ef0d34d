using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Does not heed a drain, so that the graph stays in it; a cancellation ends it.</summary>
internal sealed class Lingerer : Component
{
    protected override async Run RunAsync(CancellationToken stop)
    {
        while (true)
            await DelayAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }
}
