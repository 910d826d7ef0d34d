using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Ts;

public sealed class TsPacketTests
{
    [TestCase(0L)]
    [TestCase(299L)]
    [TestCase(300L)]
    [TestCase(27_000_000L)]
    [TestCase(PcrClock.WrapTicks - 1)]
    public void Pcr_AsWritten_IsRead(long ticks)
    {
        var packet = new TsPacket(TsBuilder.Packet(0x1234, 7, ticks));

        Assert.That(packet.TryGetPcr(out long read), Is.True);
        Assert.That(read, Is.EqualTo(ticks));
        Assert.That(packet.Pid, Is.EqualTo(0x1234));
        Assert.That(packet.ContinuityCounter, Is.EqualTo(7));
        Assert.That(packet.Payload.Length, Is.EqualTo(176));
    }

    [Test]
    public void Fields_OfAPlainPacket_AreThoseOfItsHeader()
    {
        var packet = new TsPacket(TsBuilder.Packet(17, 3));

        Assert.That(packet.HasPayload, Is.True);
        Assert.That(packet.HasAdaptationField || packet.HasDiscontinuity || packet.HasTransportError, Is.False);
        Assert.That(packet.TryGetPcr(out _), Is.False);
        Assert.That(packet.Payload.Length, Is.EqualTo(184));
    }

    [TestCase(0)]
    [TestCase(6)]
    [TestCase(184)]
    [TestCase(255)]
    public void Pcr_AFieldTooShortOrTooLong_IsNone(int fieldBytes)
    {
        byte[] bytes = TsBuilder.Packet(256, 0, 1000);
        bytes[4] = (byte)fieldBytes;

        Assert.That(new TsPacket(bytes).TryGetPcr(out _), Is.False);
    }

    [Test]
    public void Payload_AFieldThatLeavesNoRoom_IsEmpty()
    {
        byte[] bytes = TsBuilder.Packet(256, 0, 1000);
        bytes[4] = 255;

        Assert.That(new TsPacket(bytes).Payload.IsEmpty, Is.True);
    }

    [TestCase(0L, 27L, 27L)]
    [TestCase(PcrClock.WrapTicks - 10, 17L, 27L)]
    [TestCase(17L, PcrClock.WrapTicks - 10, -27L)]
    [TestCase(1000L, 0L, -1000L)]
    public void Elapsed_OverTheWrap_IsTheShortWay(long from, long to, long expected)
    {
        Assert.That(PcrClock.Elapsed(from, to), Is.EqualTo(expected));
    }
}
