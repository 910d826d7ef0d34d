using Kamaelia.Cli.Demo;

namespace Kamaelia.Cli.Tests;

/// <summary>The demo must be able to fail: each expectation by itself.</summary>
public sealed class DemoResultTests
{
    private static readonly DemoResult s_good =
        new() { Way = "native", PacketsSent = 10, PacketsReceived = 10, IsIdentical = true };

    [Test]
    public void IsGood_NothingLost_IsTrue()
    {
        Assert.That(s_good.IsGood, Is.True);
    }

    [Test]
    public void IsGood_AnythingElse_IsFalse()
    {
        Assert.That((s_good with { PacketsReceived = 9 }).IsGood, Is.False);
        Assert.That((s_good with { IsIdentical = false }).IsGood, Is.False);
        Assert.That((s_good with { ContinuityErrors = 1 }).IsGood, Is.False);
        Assert.That((s_good with { ChunksLeaked = 1 }).IsGood, Is.False);
        Assert.That((s_good with { PacketsSent = 0, PacketsReceived = 0 }).IsGood, Is.False);
    }

    [Test]
    public void Write_AFailure_SaysSo()
    {
        var text = new StringWriter();

        DemoResult.Write(text, [s_good, s_good with { Way = "managed", IsIdentical = false }], "abc");

        Assert.That(text.ToString(), Does.Contain("NO").And.Contain("FAILED").And.Contain("ok"));
    }

    [Test]
    public void ReceiverReport_AsALine_ReadsBack()
    {
        var report = new ReceiverReport("done", 1, 2, 3, 4);

        Assert.That(ReceiverReport.FromJson(report.ToJson()), Is.EqualTo(report));
    }
}
