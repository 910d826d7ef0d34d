using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Faults when it is told to.</summary>
internal sealed class Faulty : Component
{
    private volatile bool _isTriggered;

    public void Trigger() => _isTriggered = true;

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (!_isTriggered)
            await DelayAsync(TimeSpan.FromMilliseconds(1), stop);
        throw new InvalidDataException("as told");
    }
}
