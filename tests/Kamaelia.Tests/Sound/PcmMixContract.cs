using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Sound;

/// <summary>pcm.mix.</summary>
public abstract class PcmMixContract(TwinMaker twins)
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(16)]
    [TestCase(100)]
    public void Mix_OfStreams_IsTheSumClipped(int streams)
    {
        byte[][] inputs = [.. Enumerable.Range(0, streams).Select(i => Cuts.RandomBytes(i, 2 * 2003))];

        var output = Mixed([.. inputs.Select(input => new List<Message> { input })]);

        Assert.That(output.Single().Bytes, Is.EqualTo(Reference.Mix(inputs)));
    }

    [Test]
    public void Mix_OfStreamsCutAnywhere_IsTheSumClipped()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            byte[][] inputs = [.. Enumerable.Range(0, 4).Select(i => Cuts.RandomBytes(seed + i, 2 * (500 + seed * i)))];

            var output = Mixed([.. inputs.Select((input, i) => Cuts.Random(input, seed * 10 + i, i == 2 ? 5 : 300))]);

            Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(Reference.Mix(inputs)));
        }
    }

    [Test]
    public void Mix_TheFirstStreamsMessages_SetLengthTimeFlagsAndTag()
    {
        List<Message> first =
            [new(new byte[6], 3, 100, ChunkFlags.Key), new(new byte[2], 4, 200, ChunkFlags.Discontinuity)];
        List<Message> second = [new(Cuts.RandomBytes(1, 8), 9, 999)];

        var output = Mixed([first, second]);

        Assert.That(output, Is.EqualTo(new[]
        {
            new Message(second[0].Bytes[..6], 3, 100, ChunkFlags.Key),
            new Message(second[0].Bytes[6..], 4, 200, ChunkFlags.Discontinuity),
        }));
    }

    [Test]
    public void Mix_AStreamThatHasEnded_IsSilenceAndTheNextSetsThePaceWithoutATimeInsideOfAMessage()
    {
        byte[] longer = Cuts.RandomBytes(1, 20);
        List<Message> first = [new(new byte[6], 1, 100), new([5])];
        List<Message> second = [new(longer[..10], 2, 500), new(longer[10..], 3, 600)];

        var output = Mixed([first, second]);

        Assert.That(output, Is.EqualTo(new[]
        {
            new Message(longer[..6], 1, 100), new Message(longer[6..10], 2), new Message(longer[10..], 3, 600),
        }));
    }

    [Test]
    public void Mix_AnOddByteAtTheEnd_IsDropped()
    {
        var output = Mixed([[new byte[] { 1, 2, 3 }], [new byte[] { 1, 0, 1, 0, 7 }]]);

        Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(new byte[] { 2, 2, 1, 0 }));
    }

    [Test]
    public void Mix_WithoutInputs_Ends() => Assert.That(Mixed([]), Is.Empty);

    [Test]
    public async Task Mix_AnInputThatIsBehind_IsWaitedForAndHoldsNothingBack()
    {
        var mixer = twins.Make("pcm.mix");
        var gate = new GatedSource();
        var sink = new ChunkSink();
        await using (var graph = new Graph())
        {
            var source = new ChunkSource([new byte[] { 1, 0 }, new byte[] { 2, 0 }]);
            graph.Add(mixer);
            graph.Link(graph.Add(source).Outbox, (Inbox<Chunk>)mixer.FindInbox("in#0"));
            graph.Link(graph.Add(gate).FindOutbox("outbox"), mixer.FindInbox("in#1"));
            graph.Link((Outbox<Chunk>)mixer.FindOutbox("outbox"), graph.Add(sink).Inbox);
            graph.Start();
            gate.Send([10, 0]);
            await Graphs.UntilAsync(() => sink.Messages.Count == 1, "the first block");
            Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 11, 0 }));
            gate.Finish();
            await graph.Completion.WaitAsync(Graphs.Bound);
        }
        Assert.That(sink.Bytes, Is.EqualTo(new byte[] { 11, 0, 2, 0 }));
        Graphs.AssertNothingLeft();
    }

    [Test]
    public async Task Mix_StoppedWhileItWaits_LeavesNothing()
    {
        var mixer = twins.Make("pcm.mix");
        await using (var graph = new Graph())
        {
            graph.Add(mixer);
            graph.Link(graph.Add(new ChunkSource([new byte[64], new byte[3]])).Outbox, mixer.FindInbox("in#0"));
            graph.Link(graph.Add(new GatedSource()).FindOutbox("outbox"), mixer.FindInbox("in#1"));
            graph.Link(mixer.FindOutbox("outbox"), graph.Add(new ChunkSink()).Inbox);
            graph.Start();
            await Task.Delay(20);
            await graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask().WaitAsync(Graphs.Bound);
        }
        Graphs.AssertNothingLeft();
    }

    [Test]
    public void Box_AfterTheStart_CannotBeMade()
    {
        var mixer = twins.Make("pcm.mix");
        Graphs.RunAsync([mixer, new ChunkSink()]).GetAwaiter().GetResult();

        Assert.That(() => mixer.FindInbox("in#0"), Throws.InvalidOperationException);
    }

    [Test]
    public void Text_EachReferenceToTheMixer_TakesTheNextInbox()
    {
        string twin = this is NativePcmMixTests ? "native:" : "managed:";
        (twins.Make("pcm.mix") as IDisposable)?.Dispose(); // Leaves the test where there is no native library.
        string path = Path.GetTempFileName();
        string[] sources = [.. Enumerable.Range(1, 3).Select(i => $"{path}.{i}")];
        try
        {
            for (int i = 0; i < sources.Length; i++)
                File.WriteAllBytes(sources[i], [(byte)(i + 1), 0, 10, 0]);
            string text = $"file.read {sources[0]} | @m; file.read {sources[1]} | @m.in#2; "
                + $"file.read {sources[2]} | @m; {twin}pcm.mix @m | file.write {path}.out";
            using var bound = new CancellationTokenSource(Graphs.Bound);
            GraphText.Parse(text).Build().RunAsync().WaitAsync(bound.Token).GetAwaiter().GetResult();
            Assert.That(File.ReadAllBytes($"{path}.out"), Is.EqualTo(new byte[] { 6, 0, 30, 0 }));
        }
        finally
        {
            foreach (string file in (string[])[path, $"{path}.out", .. sources])
                File.Delete(file);
        }
    }

    private List<Message> Mixed(List<Message>[] inputs)
    {
        var mixer = twins.Make("pcm.mix");
        var sink = new ChunkSink();
        RunAsync(mixer, inputs, sink).GetAwaiter().GetResult();
        return sink.Messages;
    }

    private static async Task RunAsync(Component mixer, List<Message>[] inputs, ChunkSink sink)
    {
        await using (var graph = new Graph())
        {
            graph.Add(mixer);
            for (int i = 0; i < inputs.Length; i++)
                graph.Link(graph.Add(new ChunkSource(inputs[i])).Outbox, mixer.FindInbox($"in#{i}"));
            graph.Link(mixer.FindOutbox("outbox"), graph.Add(sink).Inbox);
            await graph.RunAsync().WaitAsync(Graphs.Bound);
        }
        Graphs.AssertNothingLeft();
    }

    /// <summary>Sends what it is told, when it is told.</summary>
    private sealed class GatedSource : Component
    {
        private readonly System.Threading.Channels.Channel<byte[]> _told =
            System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        private readonly Outbox<Chunk> _outbox;

        public GatedSource() => _outbox = AddOutbox<Chunk>("outbox");

        public void Send(byte[] bytes) => _told.Writer.TryWrite(bytes);

        public void Finish() => _told.Writer.Complete();

        protected override async Run RunAsync(CancellationToken stop)
        {
            await foreach (byte[] bytes in _told.Reader.ReadAllAsync(stop))
                await _outbox.SendAsync(Chunk.CopyOf(bytes), stop);
        }
    }
}

[TestFixture]
internal sealed class ManagedPcmMixTests() : PcmMixContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativePcmMixTests() : PcmMixContract(TwinMaker.Native);
