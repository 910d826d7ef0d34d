using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Pacing;
using Kamaelia.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Kamaelia.Tests.Pacing;

/// <summary>pace, on a clock that only moves when it is told to: what left, and at which time.</summary>
public sealed class PacerTests
{
    private const long TicksPerMs = 27_000;

    /// <summary>Runs it by hand and notes when each byte came out.</summary>
    private static (List<(double Ms, Message Message)> Sent, EndReason End) Run(Component pacer,
        IEnumerable<Message> input,
        double untilMs)
    {
        var time = new FakeTimeProvider();
        var sink = new ChunkSink();
        var sent = new List<(double, Message)>();
        var graph = new Graph(options: new GraphOptions { ManualScheduling = true, Time = time });
        graph.Pipe(new ChunkSource(input), pacer, sink);
        graph.Start();
        for (double ms = 0; ms < untilMs && pacer.End is null; ms++)
        {
            graph.Schedulers[0].RunUntilIdle();
            foreach (var message in sink.Messages.Skip(sent.Count))
                sent.Add((ms, message));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.That(pacer.End, Is.Not.Null, "it has not ended in time");
        graph.Schedulers[0].RunUntilIdle();
        foreach (var message in sink.Messages.Skip(sent.Count))
            sent.Add((untilMs, message));
        var end = pacer.End;
        _ = graph.Completion.Exception; // Seen: the fault is what some of these tests are about.
        return (sent, end!);
    }

    [TearDown]
    public void NothingIsLeft() => Graphs.AssertNothingLeft();

    [Test]
    public void Pcr_AConstantRate_LeavesInTimeInWholeDatagramsAndUnchanged()
    {
        byte[] stream = TsBuilder.ConstantRate(700, 10, TicksPerMs / 7); // A datagram a millisecond.

        var (sent, end) = Run(new PcrPacer(), Cuts.Even(stream, 64_484), 300);

        Assert.That(end.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(sent.SelectMany(item => item.Message.Bytes), Is.EqualTo(stream));
        Assert.That(sent, Has.Count.EqualTo(100));
        Assert.That(sent.Select(item => item.Message.Bytes.Length), Is.All.EqualTo(1316));
        for (int i = 0; i < 100; i++)
            Assert.That(sent[i].Ms, Is.EqualTo(i).Within(1.01), $"datagram {i}");
    }

    [Test]
    public void Pcr_TwiceTheSpeed_TakesHalfTheTime()
    {
        byte[] stream = TsBuilder.ConstantRate(700, 10, TicksPerMs / 7);

        var (sent, _) = Run(new PcrPacer { Speed = 2 }, Cuts.Even(stream, 50_000), 300);

        Assert.That(sent[^1].Ms, Is.EqualTo(49.5).Within(1.01));
    }

    [Test]
    public void Pcr_JunkAndAnIncompletePacket_GoThroughAndDatagramsHoldWholePackets()
    {
        byte[] stream = TsBuilder.ConstantRate(70, 10, TicksPerMs / 7);
        byte[] junk = Cuts.RandomBytes(3, 100).Select(b => b == 0x47 ? (byte)0 : b).ToArray();
        byte[] all = [.. junk, .. stream[..(35 * 188)], .. junk, .. stream[(35 * 188)..], 0x47, 1, 2, 3];

        var (sent, end) = Run(new PcrPacer(), Cuts.Random(all, 1, 3000), 300);

        Assert.That(end.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(sent.SelectMany(item => item.Message.Bytes), Is.EqualTo(all));
        Assert.That(sent.Count(item =>
            item.Message.Bytes.Length == 1316 && item.Message.Bytes[0] == 0x47), Is.EqualTo(10));
    }

    [Test]
    public void Pcr_AStreamThatStartsAgain_GoesOnWithoutAGap()
    {
        byte[] stream = TsBuilder.ConstantRate(350, 10, TicksPerMs / 7, firstPcr: 1_000_000);

        var (sent, _) = Run(new PcrPacer(), [stream, stream], 300);

        Assert.That(sent.SelectMany(item => item.Message.Bytes), Is.EqualTo(stream.Concat(stream)));
        Assert.That(sent[^1].Ms, Is.EqualTo(99).Within(1.5));
    }

    [Test]
    public void Pcr_NoClockInTheStream_IsAFaultThatSaysWhatToDo()
    {
        byte[] stream = [.. Enumerable.Range(0, 100).SelectMany(i => TsBuilder.Packet(256, i))];

        var (_, end) = Run(new PcrPacer(), [stream], 300);

        Assert.That(end.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(end.Exception!.Message, Does.Contain("no programme clock (PCR)").And.Contain("pace 4M"));
    }

    [Test]
    public void Pcr_NoClockInALongStream_IsAFaultLongBeforeItsEnd()
    {
        byte[] packet = TsBuilder.Packet(0x1FFF, 0);
        var endless = Enumerable.Range(0, 1000).Select(_ => (Message)Enumerable.Repeat(packet, 100).SelectMany(b =>
            b).ToArray());
        int taken = 0;

        var (sent, end) = Run(new PcrPacer(), endless.Select(message => { taken++; return message; }), 300);

        Assert.That(end.Kind, Is.EqualTo(EndKind.Faulted));
        Assert.That(sent, Is.Empty);
        Assert.That(taken, Is.LessThan(250));
    }

    [Test]
    public void Pcr_AClockThatStops_TheRestLeavesAtTheRateBefore()
    {
        byte[] tail = [.. Enumerable.Range(0, 70).SelectMany(i => TsBuilder.Packet(256, i))];
        byte[] stream = [.. TsBuilder.ConstantRate(71, 10, TicksPerMs / 7), .. tail];

        var (sent, end) = Run(new PcrPacer(), [stream], 300);

        Assert.That(end.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(sent.SelectMany(item => item.Message.Bytes), Is.EqualTo(stream));
        Assert.That(sent[^1].Ms, Is.EqualTo(20).Within(1.5));
    }

    [Test]
    public void Pcr_NothingComesIn_EndsQuietly()
    {
        Assert.That(Run(new PcrPacer(), [], 10).End.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public void Rate_LongChunks_LeaveCutAndInTime()
    {
        byte[] bytes = Cuts.RandomBytes(1, 131_600);

        var (sent, end) = Run(new RatePacer(8 * 1_316_000), [bytes], 300); // A datagram a millisecond, bursts of five.

        Assert.That(end.Kind, Is.EqualTo(EndKind.Completed));
        Assert.That(sent.SelectMany(item => item.Message.Bytes), Is.EqualTo(bytes));
        Assert.That(sent, Has.Count.EqualTo(100));
        Assert.That(sent.Count(item => item.Ms == 0), Is.InRange(5, 6));
        Assert.That(sent[^1].Ms, Is.EqualTo(95).Within(1.5));
    }

    [Test]
    public void Rate_ShortDatagrams_KeepTheirBorders()
    {
        List<Message> input = [new byte[10], Array.Empty<byte>(), new byte[1316], new byte[1317], new byte[1]];

        var (sent, _) = Run(new RatePacer(1_000_000), input, 300);

        Assert.That(sent.Select(item => item.Message.Bytes.Length), Is.EqualTo(new[] { 10, 0, 1316, 1316, 1, 1 }));
    }

    [TestCase("fast", "neither 'pcr' nor a rate")]
    [TestCase("0", "neither 'pcr' nor a rate")]
    public void Create_AWordThatIsNoPace_IsRefused(string by, string why)
    {
        Assert.That(Assert.Throws<OptionException>(() => Make(("by", by)))!.Message, Does.Contain(why));
    }

    [Test]
    public void Create_AnOptionOfTheOtherKind_IsRefused()
    {
        Assert.That(Assert.Throws<OptionException>(() =>
            Make(("by", "4M"), ("pid", "256")))!.OptionName, Is.EqualTo("pid"));
        Assert.That(Assert.Throws<OptionException>(() =>
            Make(("by", "pcr"), ("speed", "0")))!.OptionName, Is.EqualTo("speed"));
    }

    [Test]
    public void Create_PcrOrARate_MakesThatPacer()
    {
        Assert.That(Make(("by", "pcr"), ("speed", "2.5"), ("pid", "256")), Is.InstanceOf<PcrPacer>()
            .With.Property("Speed").EqualTo(2.5).And.Property("Pid").EqualTo(256));
        Assert.That(Make(("by", "2.5M")), Is.InstanceOf<RatePacer>().With.Property("BitsPerSecond").EqualTo(2_500_000));
    }

    private static Pacer Make(params (string, string)[] options) => Pacer.Create(OptionValues.Of(Pacer.Info, options));
}
