using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ChassisKinds;

public sealed class SplitterTests
{
    [Test]
    public async Task EveryOutput_GetsEveryMessage_InOrder()
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var readers = Enumerable.Range(0, 10).Select(_ => Read(graph, splitter)).ToArray();
        graph.Start();

        from.Send([.. Enumerable.Range(0, 50)]);
        from.Finish();

        Assert.That(readers.Select(reader => reader.Received), Is.All.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(readers.Select(reader => reader.InboxEnd), Is.All.EqualTo(EndReason.Completed));
    }

    [Test]
    public async Task Outputs_ComeAndGo_WhileItRuns()
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var outputs = Enumerable.Range(0, 4).Select(_ => splitter.AddOutput()).ToArray();
        var readers = outputs.Select(output =>
        {
            var reader = graph.Add(new Recorder<int>());
            graph.Graph.Link(output, reader.Inbox);
            return reader;
        }).ToArray();
        graph.Start();
        from.Send(1);

        splitter.RemoveOutput(outputs[1]);
        splitter.RemoveOutput(outputs[3]);
        graph.Run();
        from.Send(2);
        var late = Read(graph, splitter);
        graph.Run();
        from.Send(3);

        Assert.That(readers[0].Received, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(readers[1].Received, Is.EqualTo(new[] { 1 }));
        Assert.That(readers[1].InboxEnd, Is.EqualTo(EndReason.Unlinked));
        Assert.That(late.Received, Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public async Task Reader_ThatEnds_IsForgotten()
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var stays = Read(graph, splitter);
        var goes = graph.Puppet<int>("goes");
        graph.Graph.Link(splitter.AddOutput(), goes.Inbox);
        graph.Start();
        var boxes = splitter.Boxes.Count();

        goes.Finish();
        from.Send(1, 2);

        Assert.That(stays.Received, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(splitter.Boxes.Count(), Is.EqualTo(boxes - 1));
    }

    [Test]
    public async Task SlowReader_HoldsTheOthersUp_UnlessItsLinkageDrops()
    {
        await using var graph = new ManualGraph();
        var (from, splitter) = Split<int>(graph);
        var fast = Read(graph, splitter);
        var slow = graph.Puppet<int>("slow");
        var lossy = graph.Puppet<int>("lossy");
        graph.Graph.Link(splitter.AddOutput(), slow.Inbox, new LinkOptions(Capacity: 2));
        var dropping = new LinkOptions(Capacity: 1, Policy: LinkPolicy.DropOldest);
        graph.Graph.Link(splitter.AddOutput(), lossy.Inbox, dropping);
        graph.Start();

        from.Send([.. Enumerable.Range(0, 10)]);
        var held = fast.Received.Count;
        var taken = new List<int>();
        for (var n = 0; n < 10; n++)
            taken.AddRange(slow.Take());

        Assert.That(held, Is.LessThan(10));
        Assert.That(fast.Received, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(taken, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(lossy.Take(), Is.EqualTo(new[] { 9 }));
    }

    [Test]
    public async Task Chunks_AreSharedAndAllReleased()
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            var (from, splitter) = Split<Chunk>(graph);
            var readers = Enumerable.Range(0, 3).Select(n => graph.Puppet<Chunk>($"reader{n}")).ToArray();
            foreach (var reader in readers)
                graph.Graph.Link(splitter.AddOutput(), reader.Inbox);
            graph.Start();

            from.Do(() => from.Outbox.TrySend(Chunk.CopyOf([1, 2, 3])));

            Assert.That(ChunkPool.TotalOutstanding() - before, Is.EqualTo(1), "one block, three references");
            readers[0].Do(() =>
            {
                readers[0].Inbox.TryReceive(out var chunk);
                Assert.That(chunk.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
                chunk.Dispose();
            });
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [TestCase(StopKind.Cancel)]
    [TestCase(StopKind.Drain)]
    public async Task Chunks_InASplitterThatIsStoppedWhileItWaits_AreReleased(StopKind kind)
    {
        var before = ChunkPool.TotalOutstanding();
        await using (var graph = new ManualGraph())
        {
            var (from, splitter) = Split<Chunk>(graph);
            var slow = graph.Puppet<Chunk>("slow");
            graph.Graph.Link(splitter.AddOutput(), slow.Inbox, new LinkOptions(Capacity: 1));
            graph.Start();
            from.Do(() =>
            {
                for (var n = 0; n < 5; n++)
                    from.Outbox.TrySend(Chunk.Rent(100));
            });

            splitter.RequestStop(kind);
            graph.Run();
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    private static (Puppet<T> From, Splitter<T> Splitter) Split<T>(ManualGraph graph)
    {
        var from = graph.Puppet<T>("from");
        var splitter = graph.Add(new Splitter<T>());
        graph.Graph.Link(from.Outbox, splitter.Inbox);
        return (from, splitter);
    }

    private static Recorder<T> Read<T>(ManualGraph graph, Splitter<T> splitter)
    {
        var reader = graph.Add(new Recorder<T>());
        graph.Graph.Link(splitter.AddOutput(), reader.Inbox);
        return reader;
    }
}
