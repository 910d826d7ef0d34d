using Kamaelia.Pacing;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Pacing;

public sealed class PcrTimelineTests
{
    private static PcrTimeline Read(byte[] stream, int pid = -1)
    {
        var timeline = new PcrTimeline(pid);
        for (int at = 0; at < stream.Length; at += TsPacket.PacketBytes)
            timeline.Add(new TsPacket(stream.AsSpan(at)), at);
        return timeline;
    }

    private static double Ticks(PcrTimeline timeline, long packet) =>
        timeline.TryGetTicks(packet * 188, out double ticks) ? ticks : double.NaN;

    [Test]
    public void Times_OfAConstantRate_AreEvenFromTheFirstByte()
    {
        var timeline = Read(TsBuilder.ConstantRate(21, 5, 1000, firstPcr: 77));

        for (int packet = 0; packet < 20; packet++)
            Assert.That(Ticks(timeline, packet), Is.EqualTo(packet * 1000).Within(0.01), $"packet {packet}");
        Assert.That(timeline.KnownBytes, Is.EqualTo(20 * 188));
        Assert.That(Ticks(timeline, 20), Is.NaN);
    }

    [Test]
    public void Times_OverTheWrapOfTheClock_GoOn()
    {
        var timeline = Read(TsBuilder.ConstantRate(21, 5, 1000, firstPcr: PcrClock.WrapTicks - 8000));

        for (int packet = 0; packet < 20; packet++)
            Assert.That(Ticks(timeline, packet), Is.EqualTo(packet * 1000).Within(0.01));
        Assert.That(timeline.Jumps, Is.Zero);
    }

    [Test]
    public void Times_BeforeTheFirstReading_HaveTheRateBehindIt()
    {
        byte[] stream = [.. TsBuilder.Packet(17, 0), .. TsBuilder.Packet(17, 1), .. TsBuilder.ConstantRate(11, 5,
            1000)];

        var timeline = Read(stream);

        Assert.That(Ticks(timeline, 0), Is.Zero);
        Assert.That(Ticks(timeline, 2), Is.EqualTo(2000).Within(0.01));
    }

    [Test]
    public void Times_WhereTheRateChanges_FollowIt()
    {
        byte[] stream = [.. TsBuilder.ConstantRate(10, 5, 1000), .. TsBuilder.ConstantRate(11, 5, 3000, 10_000)];

        var timeline = Read(stream);

        Assert.That(Ticks(timeline, 9), Is.EqualTo(9000).Within(0.01));
        Assert.That(Ticks(timeline, 11), Is.EqualTo(13_000).Within(0.01));
    }

    [TestCase(0L, TestName = "Times_AfterAStepBack_GoOnAtTheRateBefore")]
    [TestCase(27_000_000L * 60, TestName = "Times_AfterAStepForward_GoOnAtTheRateBefore")]
    public void Times_AfterAJump_GoOn(long restart)
    {
        byte[] stream = [.. TsBuilder.ConstantRate(10, 5, 1000, 5_000_000), .. TsBuilder.ConstantRate(11, 5, 1000,
            restart)];

        var timeline = Read(stream);

        Assert.That(timeline.Jumps, Is.EqualTo(1));
        for (int packet = 0; packet < 20; packet++)
            Assert.That(Ticks(timeline, packet), Is.EqualTo(packet * 1000).Within(0.01));
    }

    [Test]
    public void Times_AfterAnAnnouncedJump_GoOnEvenIfItIsSmall()
    {
        byte[] stream =
        [
            .. TsBuilder.ConstantRate(10, 5, 1000),
            .. TsBuilder.Packet(256, 0, 27_000_000, discontinuity: true),
            .. TsBuilder.ConstantRate(6, 5, 1000, 27_001_000)[188..],
        ];

        var timeline = Read(stream);

        Assert.That(timeline.Jumps, Is.EqualTo(1));
        Assert.That(Ticks(timeline, 9), Is.EqualTo(9000).Within(0.01));
    }

    [Test]
    public void Pid_IsTheFirstThatHasAClock_OrTheOneAskedFor()
    {
        byte[] a = TsBuilder.ConstantRate(10, 1, 1000, 0, pid: 100);
        byte[] b = TsBuilder.ConstantRate(10, 1, 7000, 0, pid: 200);
        byte[] stream = [.. Enumerable.Range(0, 10).SelectMany(i =>
            a[(i * 188)..((i + 1) * 188)].Concat(b[(i * 188)..((i + 1) * 188)]))];

        Assert.That(Read(stream).Pid, Is.EqualTo(100));
        Assert.That(Ticks(Read(stream), 2), Is.EqualTo(1000).Within(0.01));
        Assert.That(Ticks(Read(stream, 200), 3), Is.EqualTo(3 * 3500).Within(0.01));
    }

    [Test]
    public void Bridge_BehindTheLastReading_HasTheLastRate()
    {
        var timeline = Read(TsBuilder.ConstantRate(14, 5, 1000));

        Assert.That(timeline.Bridge(14 * 188), Is.True);
        Assert.That(Ticks(timeline, 13), Is.EqualTo(13_000).Within(0.01));
        Assert.That(new PcrTimeline(-1).Bridge(1000), Is.False, "no rate is known");
    }
}
