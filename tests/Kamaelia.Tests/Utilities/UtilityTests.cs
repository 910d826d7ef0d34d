using System.Text;
using System.Text.Json;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;
using Kamaelia.Utilities;

namespace Kamaelia.Tests.Utilities;

/// <summary>tee, null, console, rechunk and lines.</summary>
public sealed class UtilityTests
{
    [TearDown]
    public void NothingIsLeft() => Graphs.AssertNothingLeft();

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(50)]
    public async Task Tee_AnyNumberOfBranches_EachGetsAllInOrderWithoutACopy(int branches)
    {
        var input = Enumerable.Range(0, 500).Select(i => (Message)Cuts.RandomBytes(i, 100)).ToList();
        var tee = new Tee<Chunk>();
        var sinks = Enumerable.Range(0, branches).Select(_ => new ChunkSink()).ToList();
        await using (var graph = new Graph())
        {
            graph.Pipe(new ChunkSource(input), tee);
            foreach (var sink in sinks)
            {
                graph.Add(sink);
                graph.Link(tee.NextBranch(), sink.Inbox, new LinkOptions(Capacity: 7));
            }
            await graph.RunAsync().WaitAsync(Graphs.Bound);
        }
        Assert.That(tee.Branches, Has.Count.EqualTo(branches));
        foreach (var sink in sinks)
            Assert.That(sink.Messages, Is.EqualTo(input));
    }

    [Test]
    public async Task Tee_ABranchThatDropsIsSlow_TheOthersGetAll()
    {
        var input = Enumerable.Range(0, 300).Select(i => (Message)BitConverter.GetBytes(i)).ToList();
        var tee = new Tee<Chunk>();
        var all = new ChunkSink();
        var stuck = new StuckSink();
        await using (var graph = new Graph(options: new GraphOptions { CancelTimeout = TimeSpan.FromSeconds(5) }))
        {
            graph.Pipe(new ChunkSource(input), tee);
            graph.Add(all);
            graph.Add(stuck);
            graph.Link(tee.Branch(0), stuck.Inbox, new LinkOptions(Capacity: 2, Policy: LinkPolicy.DropOldest));
            graph.Link(tee.Branch(1), all.Inbox);
            graph.Start();
            await Graphs.UntilAsync(() => all.Messages.Count == 300, "all messages");
            Assert.That(tee.Branch(0).Dropped, Is.EqualTo(298));
            await graph.StopAsync(new StopOptions(TimeSpan.Zero));
        }
        Assert.That(all.Messages, Is.EqualTo(input));
    }

    [Test]
    public async Task Tee_ABranchWhoseReceiverEnds_IsLeftOut()
    {
        var input = Enumerable.Range(0, 1000).Select(i => (Message)BitConverter.GetBytes(i)).ToList();
        var tee = new Tee<Chunk>();
        var all = new ChunkSink();
        var first = new FirstSink(10);
        await using (var graph = new Graph())
        {
            graph.Pipe(new ChunkSource(input), tee, all);
            graph.Add(first);
            graph.Link(tee.NextBranch(), first.Inbox, new LinkOptions(Capacity: 4));
            await graph.RunAsync().WaitAsync(Graphs.Bound);
        }
        Assert.That(all.Messages, Is.EqualTo(input));
        Assert.That(first.Count, Is.EqualTo(10));
    }

    [Test]
    public async Task Tee_OfText_SendsTheSameText()
    {
        var tee = new Tee<string>();
        var sinks = new[] { new MessageSink<string>(), new MessageSink<string>() };
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource([Message.Of("a\nb\n")]), new LineSplitter(), tee);
        for (int i = 0; i < 2; i++)
        {
            graph.Add(sinks[i]);
            graph.Link((Outbox)tee.GetBox("out", i), sinks[i].Inbox);
        }
        await graph.RunAsync().WaitAsync(Graphs.Bound);

        Assert.That(sinks.Select(sink => sink.Messages), Is.All.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Null_Chunks_AreCountedAndGivenBack()
    {
        var sink = new NullSink<Chunk>();

        await Graphs.RunAsync(new ChunkSource([new byte[10], new byte[20]]), sink);

        Assert.That((sink.Messages, sink.Bytes), Is.EqualTo((2, 30)));
    }

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(1316)]
    [TestCase(100_000)]
    public void Rechunk_AnyCut_GivesOneLengthAndTheRest(int bytes)
    {
        byte[] content = Cuts.RandomBytes(1, 20_003);

        var output = Graphs.Through(Cuts.Random(content, 2, 3000), new Rechunker(bytes));

        Assert.That(output, Is.EqualTo(Cuts.Even(content, bytes)));
    }

    [Test]
    public void Rechunk_APiece_HasTheTagOfItsFirstByteAndFlagsWhereTheyWere()
    {
        List<Message> input = [new([1, 2, 3], 7, 10, ChunkFlags.Key), new([4, 5, 6], 8, 20, ChunkFlags.Discontinuity)];

        var output = Graphs.Through(input, new Rechunker(2));

        Assert.That(output, Is.EqualTo(new[]
        {
            new Message([1, 2], 7, 10, ChunkFlags.Key),
            new Message([3, 4], 7, 10),
            new Message([5, 6], 8, 20),
        }));
    }

    [TestCase("a\nb\r\n\nc", new[] { "a", "b", "", "c" })]
    [TestCase("", new string[0])]
    [TestCase("\n", new[] { "" })]
    [TestCase("no end", new[] { "no end" })]
    [TestCase("a\rb\n", new[] { "a\rb" })]
    public async Task Lines_HoweverTheyAreCut_AreTheSame(string text, string[] expected)
    {
        for (int bytes = 1; bytes < 4; bytes++)
            Assert.That(await LinesAsync(new LineSplitter(), Cuts.Even(Encoding.UTF8.GetBytes(text), bytes)),
                Is.EqualTo(expected));
    }

    [Test]
    public async Task Lines_ALineOverTheLimit_IsCutThere()
    {
        var lines = await LinesAsync(new LineSplitter { LineBytesMax = 4 }, Cuts.Even("abcdefghij\nk\n"u8.ToArray(),
            3));

        Assert.That(lines, Is.EqualTo(new[] { "abcd", "efgh", "ij", "k" }));
    }

    [Test]
    public async Task Console_ChunksAsText_EndTheirLines()
    {
        Assert.That(await PrintAsync<Chunk>(MessageFormat.Text, new ChunkSource([Message.Of("one\n"),
            Message.Of("two")])),
            Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task Console_ChunksAsJson_AreOneObjectALine()
    {
        string text = await PrintAsync<Chunk>(MessageFormat.Json, new ChunkSource([new Message([1, 2, 3], 7, 99)]));

        using var json = JsonDocument.Parse(text);
        Assert.That(json.RootElement.GetProperty("bytes").GetInt32(), Is.EqualTo(3));
        Assert.That(json.RootElement.GetProperty("tag").GetUInt32(), Is.EqualTo(7));
        Assert.That(json.RootElement.GetProperty("pts_ns").GetInt64(), Is.EqualTo(99));
        Assert.That(json.RootElement.GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Console_ChunksAsHex_AreADump()
    {
        string text = await PrintAsync<Chunk>(MessageFormat.Hex, new ChunkSource([Message.Of("Kamaelia for .NET\n")]));

        Assert.That(text, Is.EqualTo(
            "00000000  4b 61 6d 61 65 6c 69 61 20 66 6f 72 20 2e 4e 45  |Kamaelia for .NE|\n"
            + "00000010  54 0a                                            |T.|\n"));
    }

    [Test]
    public async Task Console_Reports_AreALineOrJson()
    {
        Assert.That(await PrintReportAsync(MessageFormat.Text),
            Does.StartWith("ts: 10 packets, 1 PIDs, 0 continuity errors"));
        using var json = JsonDocument.Parse(await PrintReportAsync(MessageFormat.Json));
        Assert.That(json.RootElement.GetProperty("final").GetBoolean(), Is.True);
    }

    private static async Task<string> PrintReportAsync(MessageFormat format)
    {
        using var output = new MemoryStream();
        var checker = new TsChecker();
        var console = new ConsoleWriter<TsReport> { Format = format, Output = output };
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource([TsBuilder.ConstantRate(10, 2, 1000)]), checker, new ChunkSink());
        graph.Add(console);
        graph.Link(checker.Report, console.Inbox);
        await graph.RunAsync().WaitAsync(Graphs.Bound);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task<string> PrintAsync<T>(MessageFormat format, Component source)
    {
        using var output = new MemoryStream();
        await Graphs.RunAsync(source, new ConsoleWriter<T> { Format = format, Output = output });
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task<List<string>> LinesAsync(LineSplitter splitter, IEnumerable<Message> input)
    {
        var sink = new MessageSink<string>();
        await Graphs.RunAsync(new ChunkSource(input), splitter, sink);
        return sink.Messages;
    }
}
