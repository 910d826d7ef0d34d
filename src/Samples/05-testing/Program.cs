// A component of one's own, tested without waiting: the clock is the test's. See README.md.
using Kamaelia.Axon;
using Kamaelia.Testing;

var limiter = new Limiter(TimeSpan.FromSeconds(10));
await using var bench = ComponentBench.Of(limiter, seed: 1);

bench.Feed(limiter.Inbox, "disk is full", "disk is full", "fan stopped");
bench.ExpectNext(limiter.Outbox, "disk is full", "fan stopped");
bench.ExpectNothing(limiter.Outbox, TimeSpan.FromSeconds(9));
Console.WriteLine("said once");

bench.Advance(TimeSpan.FromSeconds(2));
bench.Feed(limiter.Inbox, "disk is full");
bench.ExpectNext(limiter.Outbox, "disk is full");
Console.WriteLine($"said again after {bench.World.Time.Elapsed.TotalSeconds:0} s, of which the test waited none");

bench.AssertNoAllocations(() =>
{
    bench.Feed(limiter.Inbox, "disk is full");
    bench.ExpectIdle();
});
Console.WriteLine("dropping allocates nothing");

try
{
    bench.Feed(limiter.Inbox, "door open");
    bench.ExpectNext(limiter.Outbox, "door shut");
}
catch (ExpectationException wrong)
{
    Console.WriteLine(wrong.Message.Split(Environment.NewLine)[0]);
}
bench.ExpectNext(limiter.Outbox, "door open");

bench.EndInput(limiter.Inbox);
bench.ExpectEnd(limiter.Outbox);
bench.ExpectEnd();
bench.AssertNoLeaks();
Console.WriteLine("ended, and gave everything back");

/// <summary>Passes each alarm on, but not again within a time.</summary>
internal sealed partial class Limiter(TimeSpan quiet) : Component
{
    private readonly Dictionary<string, long> _saidAt = [];

    [Port("Alarms.")]
    public partial Inbox<string> Inbox { get; }

    [Port("Those that were not said just before.")]
    public partial Outbox<string> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var alarm))
            {
                if (_saidAt.TryGetValue(alarm, out long at) && Time.GetElapsedTime(at) < quiet)
                    continue;
                _saidAt[alarm] = Time.GetTimestamp();
                await Outbox.SendAsync(alarm, stop);
            }
        }
    }
}
