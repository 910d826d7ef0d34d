using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>From one scheduler to two, wherever work can be split: one stream over a farm of workers, and streams that
/// have nothing to do with each other.</summary>
internal sealed class ScalingSuite : ISuite
{
    private const string One = "one scheduler";
    private const int Capacity = 256;
    private const int Stages = 10;

    public string Name => "scaling";

    public string Sentence => "from one scheduler to two: a farm of workers on one stream, and streams side by side";

    public IEnumerable<Group> Groups(Scale scale)
    {
        // About 0.1, 1 and 10 µs of work a message: from where dealing costs more than it brings to where it is free.
        foreach (int rounds in scale.Pick<int[]>([100, 1_000, 10_000], [100, 1_000, 10_000], [100]))
        {
            yield return new Group(Name, $"farm, {rounds:#,0} rounds of work a message", "message",
            [
                new(One, n => Farm(1, FarmOrder.AsReady, rounds, n)),
                new("two schedulers, as ready", n => Farm(2, FarmOrder.AsReady, rounds, n)),
                new("two schedulers, order kept", n => Farm(2, FarmOrder.Kept, rounds, n)),
                Variant.Rival("Dataflow, parallelism 2", n => DataflowRivals.Farm(Capacity, rounds, n)),
            ])
            {
                Baseline = One,
                Parameters = new Dictionary<string, string> { ["rounds"] = $"{rounds}", ["workers"] = "2" },
            };
        }
        yield return new Group(Name, $"two chains of {Stages} stages side by side, one at a time", "message-hop",
        [
            new(One, n => Chains(1, n)),
            new("two schedulers", n => Chains(2, n)),
        ])
        {
            Baseline = One, FirstOperations = 20_000,
        };
    }

    private static async Task<Sample> Farm(int schedulers, FarmOrder order, int rounds, long messages)
    {
        var probe = new FlowProbe(messages, skip: Capacity);
        await using var graph = new Graph("bench", new GraphOptions { Schedulers = schedulers });
        var source = graph.Add(new MessageSource<long>(1, probe.Total));
        var sink = graph.Add(new MessageSink<long>(probe));
        Farm<long, long> farm = graph.AddFarm<long, long>("farm", _ => new Worker(rounds),
            new FarmOptions<long> { Workers = 2, Order = order, Links = new LinkOptions(Capacity) });
        graph.Link(source.Outbox, farm.Inbox);
        graph.Link(farm.Outbox, sink.Inbox);
        await graph.RunAsync();
        return await probe.Done;
    }

    private static async Task<Sample> Chains(int schedulers, long hops)
    {
        // Each has its own probe: one thread at a time may count. Half of the hops each; the later one is the time.
        FlowProbe[] probes = [.. Enumerable.Range(0, 2).Select(_ => PipelineSuite.ProbeOf(Stages, 1, hops / 2))];
        await using var graph = new Graph("bench", new GraphOptions { Schedulers = schedulers });
        var meter = Meter.Start();
        for (int i = 0; i < probes.Length; i++)
        {
            Scheduler on = graph.Schedulers[i % schedulers];
            Component last = graph.Add(new MessageSource<long>(1, probes[i].Total), on);
            for (int stage = 1; stage < Stages; stage++)
                last = Next(graph, last, new AsyncPass<long>(), on);
            Next(graph, last, new MessageSink<long>(probes[i]), on);
        }
        await graph.RunAsync();
        return meter.Stop(probes.Sum(probe => probe.Total) * Stages);
    }

    private static Component Next(Graph graph, Component from, Component to, Scheduler on)
    {
        graph.Add(to, on);
        graph.Link(from, "outbox", to, "inbox", new LinkOptions(Capacity: 1));
        return to;
    }

    /// <summary>Multiplies so many times: nothing that could be foretold or left out.</summary>
    internal static long Work(long message, int rounds)
    {
        ulong state = (ulong)message | 1;
        for (int i = 0; i < rounds; i++)
            state = (state ^ (state >> 29)) * 0x9E3779B97F4A7C15;
        return (long)state;
    }
}

/// <summary>Works on each message.</summary>
internal sealed partial class Worker(int rounds) : Component
{
    [Port("Messages to work on.")]
    public partial Inbox<long> Inbox { get; }

    [Port("What came of it.")]
    public partial Outbox<long> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out long message))
                await Outbox.SendAsync(ScalingSuite.Work(message, rounds), stop);
        }
    }
}
