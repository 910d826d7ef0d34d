using System.Text.Json;

namespace Kamaelia.Cli.Tests;

/// <summary><c>kamaelia bench</c>: what it says, not how fast anything is.</summary>
public sealed class BenchTests
{
    private static readonly string[] s_brief = ["--seconds", "0.05", "--rounds", "2"];

    [Test]
    public async Task Bench_AGraphWithoutAnEnd_IsMeasuredAndStopped()
    {
        var result = await ToolProcess.RunAsync(
            ["bench", "bench.source bytes=100 | managed:length.frame | null", "--json", .. s_brief]);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        using var json = JsonDocument.Parse(result.Output);
        var graph = json.RootElement[0];
        Assert.That(graph.GetProperty("rounds").GetInt32(), Is.EqualTo(2));
        Assert.That(graph.GetProperty("ns_per_hop").GetDouble(), Is.Positive);
        Assert.That(graph.GetProperty("bytes_counted_by").GetString(), Is.EqualTo("null"));
        Assert.That(graph.GetProperty("bytes_per_s").GetDouble(), Is.Positive);
        var linkages = graph.GetProperty("linkages").EnumerateArray().ToArray();
        Assert.That(linkages.Select(l => l.GetProperty("to").GetString()),
            Is.EqualTo(new[] { "@length.frame.inbox", "@null.inbox" }));
        Assert.That(linkages.Select(l => l.GetProperty("messages_per_s").GetDouble()), Has.All.Positive);
    }

    [Test]
    public async Task Bench_AGraphThatEnds_IsMeasuredToItsEnd_AndSaysWhenThatIsTooShort()
    {
        var result = await ToolProcess.RunAsync(
            ["bench", "bench.source n=10 | tee @t\n@t | null\n@t | null", "--rounds", "1"]);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output, Does.Contain("ns a message-hop").And.Contain("too short to tell")
            .And.Contain("t.out -> null").And.Contain("each, 2 linkages"));
    }

    [Test]
    public async Task Bench_WithoutAGraph_RunsTheToolsOwn()
    {
        var result = await ToolProcess.RunAsync(["bench", "--managed", .. s_brief]);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output, Does.Contain("10 hops, managed").And.Contain("100 listeners")
            .And.Contain("framing, managed").And.Contain("UDP by multicast, managed"));
        Assert.That(result.Output, Does.Not.Contain("native").And.Not.Contain("\e["));
    }

    [Test]
    public async Task Bench_AGraphThatIsWrong_ShowsWhere()
    {
        var result = await ToolProcess.RunAsync("bench", "bench.source | nul");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(result.Error, Does.Contain("KAM0102").And.Contain("did you mean 'null'?"));
    }

    [Test]
    public async Task Bench_AGraphThatFaults_EndsAsRunDoes()
    {
        var result = await ToolProcess.RunAsync(["bench", "file.read no-such-file | null", .. s_brief]);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.ResourceUnavailable), result.ToString());
        Assert.That(result.Error, Does.Contain("no-such-file"));
    }

    [TestCase("--rounds", "0")]
    [TestCase("--seconds", "0")]
    [TestCase("--schedulers", "257")]
    public async Task Bench_ANumberOutOfRange_IsRefused(string option, string value)
    {
        var result = await ToolProcess.RunAsync("bench", option, value);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage), result.ToString());
        Assert.That(result.Error, Does.Contain($"{option} is "));
    }

    [Test]
    public async Task Bench_Interrupted_ShowsWhatItHad()
    {
        using var tool = ToolProcess.Start(["bench", "--managed", "--seconds", "0.5", "--rounds", "1"]);
        await tool.WaitForOutputAsync("10 hops, managed");
        tool.Signal(ToolProcess.Interrupt);

        var result = await tool.EndAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output, Does.Not.Contain("UDP"));
    }

    [Test]
    public async Task Run_WithTheBenchsOwnComponents_DoesNotKnowThem()
    {
        var result = await ToolProcess.RunAsync("check", "bench.source | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage));
    }
}
