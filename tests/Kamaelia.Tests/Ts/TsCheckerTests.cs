using System.Text.Json;
using Kamaelia.Axon;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Ts;

public sealed class TsCheckerTests
{
    [Test]
    public void Sample_CutAnywhere_IsCleanAndComesOutUnchanged()
    {
        byte[] sample = TsBuilder.Sample();
        var checker = new TsChecker();

        var output = Graphs.Through(Cuts.Random(sample, 1, 5000), checker);

        Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(sample));
        Assert.That(checker.Result!.IsClean, Is.True, checker.Result.ToString());
        Assert.That(checker.Result.IsFinal, Is.True);
        Assert.That(checker.Result.Packets, Is.EqualTo(sample.Length / 188));
        Assert.That(checker.Result.Bytes, Is.EqualTo(sample.Length));
        Assert.That(checker.Result.Pids.Sum(pid => pid.Packets), Is.EqualTo(checker.Result.Packets));
        Assert.That(checker.Result.Pids.Max(pid => pid.PcrIntervalMax).TotalMilliseconds, Is.InRange(15, 100));
    }

    [Test]
    public void Continuity_APacketMissing_IsOneError()
    {
        Assert.That(Check(P(0), P(1), P(3), P(4)).ContinuityErrors, Is.EqualTo(1));
    }

    [Test]
    public void Continuity_TheCounterWraps_IsNoError()
    {
        Assert.That(Check([.. Enumerable.Range(0, 40).Select(i => P(i))]).IsClean, Is.True);
    }

    [Test]
    public void Continuity_TheSamePacketTwice_IsADuplicateAndThreeTimesAnError()
    {
        var twice = Check(P(0), P(1), P(1), P(2));
        var thrice = Check(P(0), P(1), P(1), P(1), P(2));

        Assert.That((twice.Duplicates, twice.ContinuityErrors), Is.EqualTo((1, 0)));
        Assert.That((thrice.Duplicates, thrice.ContinuityErrors), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Continuity_ADuplicateWithAnotherClockReading_IsADuplicate()
    {
        var report = Check(P(0), TsBuilder.Packet(256, 1, 1000), TsBuilder.Packet(256, 1, 2000), P(2));

        Assert.That((report.Duplicates, report.ContinuityErrors), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Continuity_TheSameCounterWithOtherPayload_IsAnError()
    {
        Assert.That(Check(P(0), P(1), TsBuilder.Packet(256, 1, fill: 1), P(2)).ContinuityErrors, Is.EqualTo(1));
    }

    [Test]
    public void Continuity_APacketWithoutPayload_DoesNotCount()
    {
        var good = Check(P(0), TsBuilder.Packet(256, 0, payload: false), P(1));
        var bad = Check(P(0), TsBuilder.Packet(256, 1, payload: false), P(2));

        Assert.That(good.IsClean, Is.True);
        Assert.That(bad.ContinuityErrors, Is.EqualTo(1));
    }

    [Test]
    public void Continuity_AnAnnouncedBreak_IsNoError()
    {
        Assert.That(Check(P(0), TsBuilder.Packet(256, 9, discontinuity: true), P(10)).IsClean, Is.True);
    }

    [Test]
    public void Continuity_NullPackets_AreNotLookedAt()
    {
        Assert.That(Check(TsBuilder.Packet(0x1FFF, 0), TsBuilder.Packet(0x1FFF, 0), TsBuilder.Packet(0x1FFF,
            9)).IsClean, Is.True);
    }

    [Test]
    public void Continuity_TwoPids_AreFollowedEachByItself()
    {
        Assert.That(Check(P(0), P(5, pid: 17), P(1), P(6, pid: 17), P(2)).IsClean, Is.True);
    }

    [Test]
    public void TransportError_IsCountedOnceAndNotAsAContinuityError()
    {
        var report = Check(P(0), TsBuilder.Packet(256, 1, transportError: true), P(2));

        Assert.That((report.TransportErrors, report.ContinuityErrors), Is.EqualTo((1, 0)));
        Assert.That(report.IsClean, Is.False);
    }

    [Test]
    public void Sync_LostAndFoundAgain_IsOneLossAndItsBytes()
    {
        var bytes = TsBuilder.ConstantRate(32, 4, 1000);
        var checker = new TsChecker();

        Graphs.Through([bytes[..(16 * 188)], "some bytes of junk"u8.ToArray(), bytes[(16 * 188)..]], checker);

        Assert.That((checker.Result!.SyncLosses, checker.Result.JunkBytes, checker.Result.ContinuityErrors),
            Is.EqualTo((1, 18, 0)));
    }

    [Test]
    public void NoTransportStream_IsAllJunk()
    {
        var checker = new TsChecker();

        Graphs.Through([Cuts.RandomBytes(4, 100_000)], checker);

        Assert.That(checker.Result!.IsClean, Is.False);
        Assert.That(checker.Result.JunkBytes + checker.Result.Packets * 188, Is.EqualTo(100_000));
    }

    [Test]
    public async Task Report_AtTheEnd_IsSentAndFormatsAsJson()
    {
        var checker = new TsChecker();
        var reports = new MessageSink<TsReport>();
        await using var graph = new Graph();
        graph.Pipe(new ChunkSource([TsBuilder.ConstantRate(10, 2, 1000)]), checker, new ChunkSink());
        graph.Add(reports);
        graph.Link(checker.Report, reports.Inbox);
        await graph.RunAsync().WaitAsync(Graphs.Bound);

        Assert.That(reports.Messages, Has.Count.EqualTo(1));
        Assert.That(reports.Messages[0], Is.SameAs(checker.Result));
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
            reports.Messages[0].WriteJson(writer);
        using var json = JsonDocument.Parse(bytes.ToArray());
        Assert.That(json.RootElement.GetProperty("packets").GetInt64(), Is.EqualTo(10));
        Assert.That(json.RootElement.GetProperty("pids")[0].GetProperty("pid").GetInt32(), Is.EqualTo(256));
    }

    private static byte[] P(int counter, int pid = 256) => TsBuilder.Packet(pid, counter);

    private static TsReport Check(params byte[][] packets)
    {
        var checker = new TsChecker();
        Graphs.Through([.. packets.Select(packet => (Message)packet)], checker);
        Assert.That(checker.Result!.Packets, Is.EqualTo(packets.Length));
        return checker.Result;
    }
}
