using Kamaelia.Axon;

namespace Kamaelia.Net;

/// <summary>Cancels a token as soon as a drain begins: for a component that is fed and waits for something else.
/// </summary>
internal sealed class DrainBell(CancellationTokenSource token) : Component
{
    internal override string Kind => "bell";

    private void Ring()
    {
        try
        {
            token.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Whoever waited has ended first.
        }
    }

    protected override async Run RunAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, stop);
        }
        catch (OperationCanceledException)
        {
            Ring();
        }
    }
}
