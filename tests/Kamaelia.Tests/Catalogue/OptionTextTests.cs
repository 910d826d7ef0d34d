using Kamaelia.Catalogue;

namespace Kamaelia.Tests.Catalogue;

public sealed class OptionTextTests
{
    [TestCase("0", 0L)]
    [TestCase("-3", -3L)]
    [TestCase("64k", 64_000L)]
    [TestCase("64K", 64_000L)]
    [TestCase("64Ki", 65_536L)]
    [TestCase("4Mi", 4L << 20)]
    [TestCase("2G", 2_000_000_000L)]
    [TestCase("1Gi", 1L << 30)]
    public void TryInt_ANumberWithASuffix_IsScaled(string text, long expected)
    {
        Assert.That((OptionText.TryInt(text, out long value), value), Is.EqualTo((true, expected)));
    }

    [TestCase("")]
    [TestCase("k")]
    [TestCase("i")]
    [TestCase("1i")]
    [TestCase("1.5k")]
    [TestCase("1 k")]
    [TestCase("0x10")]
    [TestCase("9223372036854775807k")]
    [TestCase("+1")]
    [TestCase("1ki")]
    [TestCase("-")]
    public void TryInt_AnythingElse_IsRefused(string text)
    {
        Assert.That(OptionText.TryInt(text, out _), Is.False);
    }

    [TestCase("250ms", 2_500_000L)]
    [TestCase("1.5s", 15_000_000L)]
    [TestCase("20us", 200L)]
    [TestCase("100ns", 1L)]
    [TestCase("0", 0L)]
    [TestCase("0s", 0L)]
    public void TryDuration_ANumberWithAUnit_IsRead(string text, long ticks)
    {
        Assert.That((OptionText.TryDuration(text, out var value), value.Ticks), Is.EqualTo((true, ticks)));
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1m")]
    [TestCase("1e9s")]
    [TestCase("99999999999999999s")]
    [TestCase("NaNs")]
    [TestCase(".5s")]
    [TestCase("5.s")]
    [TestCase("1.1234567891s")]
    public void TryDuration_AnythingElse_IsRefused(string text)
    {
        Assert.That(OptionText.TryDuration(text, out _), Is.False);
    }

    [TestCase("2.5M", 2_500_000L)]
    [TestCase("800k", 800_000L)]
    [TestCase("1G", 1_000_000_000L)]
    [TestCase("9600", 9600L)]
    public void TryRate_ANumberWithASuffix_IsBitsPerSecond(string text, long expected)
    {
        Assert.That((OptionText.TryRate(text, out long value), value), Is.EqualTo((true, expected)));
    }

    [TestCase("239.1.1.1:5004", "239.1.1.1", 5004)]
    [TestCase("[ff15::1]:5004", "ff15::1", 5004)]
    [TestCase(":8080", "", 8080)]
    [TestCase("radio.example:0", "radio.example", 0)]
    public void HostPort_AnAddress_ReadsAndWritesBack(string text, string host, int port)
    {
        Assert.That(HostPort.TryParse(text, out var value), Is.True);
        Assert.That(value, Is.EqualTo(new HostPort(host, port)));
        Assert.That(value.ToString(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("239.1.1.1")]
    [TestCase("239.1.1.1:")]
    [TestCase("239.1.1.1:65536")]
    [TestCase("ff15::1:5004")]
    [TestCase("[239.1.1.1]:5004")]
    [TestCase("a b:1")]
    [TestCase("a:+1")]
    public void HostPort_AnythingElse_IsRefused(string text)
    {
        Assert.That(HostPort.TryParse(text, out _), Is.False);
    }
}
