using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Two schedulers, a thread each: messages one way, and how long one takes to reach a partner that spins or
/// sleeps.</summary>
internal sealed class SchedulersSuite : ISuite
{
    private const int Capacity = 1024; // Long enough that neither side waits for the other at every batch.

    public string Name => "schedulers";

    public string Sentence => "two schedulers: messages one way in batches and singly, and the way to one that sleeps";

    public IEnumerable<Group> Groups(Scale scale)
    {
        yield return new Group(Name, "one way, batch 64", "message",
        [
            new("two schedulers", n => OneWay(n, total => new MessageSource<long>(1, total))),
            Variant.Rival("Channels, bounded 1,024", n => ChannelRivals.OneWay(Capacity, n, singly: false)),
        ])
        {
            Baseline = "Channels, bounded 1,024", FirstOperations = 20_000,
        };
        yield return new Group(Name, "one way, singly", "message",
        [
            new("two schedulers", n => OneWay(n, SingleSource.Of)),
            Variant.Rival("Channels, bounded 1,024", n => ChannelRivals.OneWay(Capacity, n, singly: true)),
        ])
        {
            Baseline = "Channels, bounded 1,024", FirstOperations = 20_000,
        };
        yield return new Group(Name, "way to a partner that has just answered", "call",
        [
            new("two schedulers", n => Call(n, TimeSpan.Zero)),
            Variant.Rival("Channels", n => ChannelRivals.Call(n, TimeSpan.Zero)),
        ])
        {
            Baseline = "Channels",
        };
        yield return new Group(Name, "way to a partner asleep", "call",
        [
            new("two schedulers", n => Call(n, TimeSpan.FromMilliseconds(2))),
            Variant.Rival("Channels", n => ChannelRivals.Call(n, TimeSpan.FromMilliseconds(2))),
        ])
        {
            Baseline = "Channels", FixedOperations = scale.Pick(100, 20, 2),
        };
    }

    private static async Task<Sample> OneWay(long messages, Func<long, Component> source)
    {
        var probe = new FlowProbe(messages, skip: 4 * Capacity);
        await using var graph = new Graph("bench", new GraphOptions { Schedulers = 2 });
        Component from = graph.Add(source(probe.Total), graph.Schedulers[0]);
        var to = graph.Add(new MessageSink<long>(probe), graph.Schedulers[1]);
        graph.Link(from, "outbox", to, "inbox", new LinkOptions(Capacity: Capacity));
        await graph.RunAsync();
        return await probe.Done;
    }

    private static async Task<Sample> Call(long trips, TimeSpan rest)
    {
        var done = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var graph = new Graph("bench", new GraphOptions { Schedulers = 2 });
        var caller = graph.Add(new Caller(trips, rest, done), graph.Schedulers[0]);
        var answerer = graph.Add(new Answerer(), graph.Schedulers[1]);
        graph.Link(caller.Outbox, answerer.Inbox);
        graph.Link(answerer.Outbox, caller.Inbox);
        await graph.RunAsync();
        return await done.Task;
    }
}
