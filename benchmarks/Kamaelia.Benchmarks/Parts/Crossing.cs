using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Parts;

/// <summary>Sends a message, lets others run, sends the next: each is published by itself.</summary>
internal static class SingleSource
{
    public static Component Of(long count) => Components.Generator<long, long>((_, outbox) => Send(outbox, count));

    private static IEnumerable<Wait> Send(Outbox<long> outbox, long count)
    {
        for (long left = count; left > 0;)
        {
            if (outbox.TrySend(left))
            {
                left--;
                yield return Wait.Turn;
            }
            else
            {
                yield return Wait.ForRoom;
            }
        }
    }
}

/// <summary>Sends the time, waits for the answer, and notes how long the way there took; rests between if told to.
/// </summary>
internal sealed partial class Caller(long trips, TimeSpan rest, TaskCompletionSource<Sample> done) : Component
{
    [Port("Answers: how long the way took, in ticks of the stopwatch.")]
    public partial Inbox<long> Inbox { get; }

    [Port("Times at which a call was sent.")]
    public partial Outbox<long> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        Meter meter = Meter.Start();
        long ticks = 0;
        for (long i = 0; i < trips; i++)
        {
            if (rest > TimeSpan.Zero)
                await DelayAsync(rest, stop);
            await Outbox.SendAsync(Stopwatch.GetTimestamp(), stop);
            ticks += await Inbox.ReceiveAsync(stop);
        }
        Sample all = meter.Stop(trips);
        done.SetResult(all with { WallNs = ticks * (1e9 / Stopwatch.Frequency) });
    }
}

/// <summary>Answers each call with how long it was under way.</summary>
internal sealed partial class Answerer : Component
{
    [Port("Times at which a call was sent.")]
    public partial Inbox<long> Inbox { get; }

    [Port("How long each took.")]
    public partial Outbox<long> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out long sent))
                await Outbox.SendAsync(Stopwatch.GetTimestamp() - sent, stop);
        }
    }
}
