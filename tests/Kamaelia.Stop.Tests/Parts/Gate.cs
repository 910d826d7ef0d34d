using Kamaelia.Axon;

namespace Kamaelia.Stop.Tests.Parts;

/// <summary>Holds up a start while the graph looks at its ports, until the stop was asked for.</summary>
internal sealed class Gate : Component
{
    private readonly ManualResetEventSlim _isReached = new(), _isOpen = new();
    private volatile bool _isArmed;

    public void Arm() => _isArmed = true;

    public void WaitUntilReached(TimeSpan patience)
    {
        if (!_isReached.Wait(patience))
            throw new TimeoutException("the start never looked at the gate");
    }

    public void Open() => _isOpen.Set();

    public override IReadOnlyList<PortInfo> PortInfos
    {
        get
        {
            if (_isArmed)
            {
                _isReached.Set();
                _isOpen.Wait(TimeSpan.FromSeconds(10));
            }
            return [PortInfo.Control, PortInfo.Signal];
        }
    }

    protected override async Run RunAsync(CancellationToken stop) => await Task.Delay(Timeout.Infinite, stop);
}
