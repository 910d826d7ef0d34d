using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Benchmarks.Rivals;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>One stream of 1 KiB messages to a thousand receivers.</summary>
internal sealed class FanOutSuite : ISuite
{
    public const int MessageBytes = 1024;

    public string Name => "fanout";

    public string Sentence => "one stream of 1 KiB chunks to 1,000 inboxes: a delivery";

    public IEnumerable<Group> Groups(Scale scale)
    {
        int receivers = scale.Pick(1_000, 1_000, 10);
        yield return new Group(Name, $"1 KiB to {receivers:#,0}", "delivery",
        [
            new("Splitter", n => Split(receivers, LinkOptions.DefaultCapacity, n)),
            new("Splitter, linkages of 8", n => Split(receivers, 8, n)),
            Variant.Rival("Channels", n => ChannelRivals.FanOut(receivers, n)),
            Variant.Rival("Dataflow BroadcastBlock", n => DataflowRivals.FanOut(receivers, n)),
            Variant.Rival("Akka BroadcastHub", n => AkkaRivals.FanOut(receivers, n)),
            Variant.Rival("Rx Subject", n => RxRivals.FanOut(receivers, n)),
        ])
        {
            Baseline = "Channels",
            FirstOperations = receivers * 20,
        };
    }

    /// <summary>Messages for about so many deliveries.</summary>
    public static long MessagesFor(long deliveries, int receivers) => Math.Max(1, deliveries / receivers);

    public static async Task<Sample> Split(int receivers, int capacity, long deliveries)
    {
        // Begins when every ring has been full once.
        var probe = new FlowProbe(
            MessagesFor(deliveries, receivers) * receivers, skip: (long)receivers * LinkOptions.DefaultCapacity);
        await using var graph = new Graph("bench");
        var source = graph.Add(new RentingSource(MessageBytes, probe.Total / receivers));
        var splitter = graph.Add(new Splitter<Chunk>());
        graph.Link(source.Outbox, splitter.Inbox);
        var link = new LinkOptions(Capacity: capacity);
        for (int i = 0; i < receivers; i++)
            graph.Link(splitter.AddOutput(), graph.Add(new ChunkSink(probe)).Inbox, link);
        await graph.RunAsync();
        return await probe.Done;
    }
}
