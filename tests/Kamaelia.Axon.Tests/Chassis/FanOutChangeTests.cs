using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

/// <summary>Outputs that come and go while a message waits for room at one of them.</summary>
public sealed class FanOutChangeTests
{
    [TestCase(0, "123", "123", TestName = "An earlier output is removed: none of the others is passed over")]
    [TestCase(1, "123", "123", TestName = "The output it waits at is removed: the others get it once")]
    [TestCase(2, "123", "123", TestName = "A later output is removed: the others get it once")]
    public async Task Removed_WhileItWaits(int removed, string first, string second)
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var outputs = Enumerable.Range(0, 4).Select(_ => splitter.AddOutput()).ToArray();
        var readers = outputs.Select((output, n) => Reader(graph, output, n, capacity: n == 1 ? 1 : 8)).ToArray();
        graph.Start();
        from.Send(1, 2); // Both go to the first one; the second one holds 1, so 2 waits there.

        splitter.RemoveOutput(outputs[removed]);
        graph.Run();
        from.Send(3);

        var got = Enumerable.Range(0, 4).ToDictionary(n => n, _ => "");
        for (var round = 0; round < 4; round++)
        {
            for (var n = 0; n < 4; n++)
                got[n] += string.Concat(readers[n].Take());
        }
        var stay = Enumerable.Range(0, 4).Where(n => n != removed).ToArray();
        Assert.That(stay.Select(n => got[n]), Is.All.EqualTo(first), "each of those that stay gets each once");
        Assert.That(got[removed], Is.EqualTo(second[..got[removed].Length]), "no gap before it left");
        Assert.That(splitter.State, Is.EqualTo(ComponentState.Running), $"{splitter.End}");
    }

    [Test]
    public async Task Added_WhileItWaits_TakesNothingFromTheOthers()
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var readers = Enumerable.Range(0, 3)
            .Select(n => Reader(graph, splitter.AddOutput(), n, capacity: n == 1 ? 1 : 8)).ToList();
        graph.Start();
        from.Send(1, 2);

        readers.Add(Reader(graph, splitter.AddOutput(), 3, capacity: 8));
        graph.Run();
        from.Send(3);

        var got = readers.Select(_ => "").ToArray();
        for (var round = 0; round < 4; round++)
        {
            for (var n = 0; n < 4; n++)
                got[n] += string.Concat(readers[n].Take());
        }
        Assert.That(got, Is.EqualTo(new[] { "123", "123", "123", "3" }));
    }

    [Test]
    public async Task Chunks_OfOutputsThatComeAndGoWhileItWaits_AreAllReleased(
        [Values(0, 1, 2)] int removed, [Values] bool isAnotherAdded)
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            var (from, splitter) = Split<Chunk>(graph);
            var outputs = Enumerable.Range(0, 3).Select(_ => splitter.AddOutput()).ToArray();
            var readers = outputs.Select((output, n) => Reader(graph, output, n, n == 1 ? 1 : 8)).ToArray();
            graph.Start();
            from.Do(() =>
            {
                for (byte n = 0; n < 3; n++)
                    from.Outbox.TrySend(Chunk.CopyOf([n]));
            });

            if (isAnotherAdded)
                Reader(graph, splitter.AddOutput(), 3, capacity: 8);
            splitter.RemoveOutput(outputs[removed]);
            graph.Run();

            for (var round = 0; round < 4; round++)
            {
                foreach (var reader in readers)
                    reader.Do(() => Puppet<Chunk>.TakeFrom(reader.Inbox).ForEach(chunk => chunk.Dispose()));
            }
            if (!isAnotherAdded)
                Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before), "all were taken and given back");
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task Backplane_SubscriberThatLeavesWhileAnotherIsWaitedFor_MakesNobodyMissAnything()
    {
        await using var graph = new ManualGraph();
        graph.Add(new Backplane<int>("news"));
        var publisher = graph.Puppet<int>("publisher");
        var publish = graph.Add(new PublishTo<int>("news"));
        graph.Graph.Link(publisher.Outbox, publish.Inbox);
        var waits = new LinkOptions(Capacity: 1, Policy: LinkPolicy.Wait);
        var subscribers = Enumerable.Range(0, 3).Select(_ => graph.Add(new SubscribeTo<int>("news", waits))).ToArray();
        var readers = subscribers.Select((subscriber, n) => Reader(graph, subscriber.Outbox, n, n == 1 ? 1 : 100))
            .ToArray();
        graph.Start();
        publisher.Send([.. Enumerable.Range(0, 10)]); // The second one's reader takes none: all wait for it.

        subscribers[0].RequestStop(StopKind.Cancel);
        graph.Run();
        var slow = new List<int>();
        for (var round = 0; round < 15; round++)
            slow.AddRange(readers[1].Take());

        Assert.That(slow, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(readers[2].Take(), Is.EqualTo(Enumerable.Range(0, 10)));
    }

    private static (Puppet<T> From, Splitter<T> Splitter) Split<T>(ManualGraph graph)
    {
        var from = graph.Puppet<T>("from");
        var splitter = graph.Add(new Splitter<T>());
        graph.Graph.Link(from.Outbox, splitter.Inbox);
        return (from, splitter);
    }

    private static Puppet<T> Reader<T>(ManualGraph graph, Outbox<T> output, int n, int capacity)
    {
        var reader = graph.Puppet<T>($"reader{n}");
        graph.Graph.Link(output, reader.Inbox, new LinkOptions(Capacity: capacity));
        return reader;
    }
}
