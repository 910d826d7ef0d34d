using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>The member of a ring that puts the token in, counts its laps, and takes it out.</summary>
internal sealed partial class RingMeter<T>(FlowProbe probe, T token) : Component
{
    [Port("The token, after a lap.")]
    public partial Inbox<T> Inbox { get; }

    [Port("The token.")]
    public partial Outbox<T> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        await Outbox.SendAsync(token, stop);
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out T? message))
            {
                probe.Add(1);
                if (!probe.IsOver)
                    await Outbox.SendAsync(message, stop);
            }
        }
    }
}
