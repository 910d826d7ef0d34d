using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Calls back from inside its body when it is told to; a drain does not keep it from that.</summary>
internal sealed class Caller(Action call) : Component
{
    private volatile bool _isTriggered;

    public void Trigger() => _isTriggered = true;

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (!_isTriggered)
            await DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        call();
        await Task.Delay(Timeout.Infinite, stop);
    }
}
