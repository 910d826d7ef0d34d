using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Says that it is about to block its scheduler, and does until it is released.</summary>
internal sealed class Waiting(ManualResetEventSlim entered, ManualResetEventSlim release) : Component
{
    protected override async Run RunAsync(CancellationToken stop)
    {
        await DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        entered.Set();
        release.Wait(CancellationToken.None);
    }
}
