namespace Kamaelia.Cli.Tests;

/// <summary>The first signal drains, a second one quits, and the grace period cuts a drain that takes too long.
/// </summary>
[Platform(Exclude = "Win")]
public sealed class SignalTests
{
    // What lies in the pacer when the drain begins takes it minutes at 8 kbit/s.
    private static readonly string s_slow = $"file.read {ToolProcess.Sample} loop=true | pace 8k | console";

    [TestCase(ToolProcess.Interrupt)]
    [TestCase(ToolProcess.Terminate)]
    public async Task Run_OneSignal_DrainsAndIsDone(int signal)
    {
        using var tool = ToolProcess.Start(
            ["run", "--json-events", $"file.read {ToolProcess.Sample} loop=true | pace 20M | null"]);
        await tool.WaitForErrorAsync("\"started\"");

        tool.Signal(signal);
        var result = await tool.EndAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Error, Does.Contain("\"stage\":\"drain\"").And.Contain("draining"));
    }

    [TestCase(ToolProcess.Interrupt, ExitCodes.Interrupted)]
    [TestCase(ToolProcess.Terminate, ExitCodes.Terminated)]
    public async Task Run_ASecondSignal_QuitsAtOnce(int second, int exitCode)
    {
        using var tool = ToolProcess.Start(["run", "--json-events", "--grace", "600", s_slow]);
        await tool.WaitForOutputAsync("\n");
        tool.Signal(ToolProcess.Interrupt);
        await tool.WaitForErrorAsync("draining");
        await Task.Delay(StopSignals.EchoLimit * 3); // Sooner it would be the first one's echo.

        tool.Signal(second);

        Assert.That((await tool.EndAsync()).ExitCode, Is.EqualTo(exitCode));
    }

    [Test]
    public async Task Run_ADrainLongerThanTheGrace_IsCutAndNamesWhoWaits()
    {
        using var tool = ToolProcess.Start(["run", "--json-events", "--grace", "0.2", s_slow]);
        await tool.WaitForOutputAsync("\n"); // Sooner there might be nothing under way yet.

        tool.Signal(ToolProcess.Terminate);
        var result = await tool.EndAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.DrainCut), result.ToString());
        Assert.That(result.Error, Does.Contain("drain cut").And.Contain("/graph/pace"));
    }
}
