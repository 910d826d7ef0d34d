using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Blocks its scheduler until it is released.</summary>
internal sealed class Waiting(ManualResetEventSlim release) : Component
{
    protected override async Run RunAsync(CancellationToken stop)
    {
        await DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        release.Wait(CancellationToken.None);
    }
}
