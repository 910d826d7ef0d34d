using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Sends what it was given, in order, and ends.</summary>
internal sealed partial class Feeder<T>(IEnumerable<T> messages) : Component
{
    [Port("What it was given, in order.")]
    public partial Outbox<T> Outbox { get; }

    public int Sent { get; private set; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        foreach (var message in messages)
        {
            await Outbox.SendAsync(message, stop);
            Sent++;
        }
    }
}
