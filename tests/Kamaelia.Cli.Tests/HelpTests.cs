using System.Text.RegularExpressions;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Tests;

public sealed partial class HelpTests
{
    private static readonly string[] s_commands =
        ["run", "check", "graph", "inspect", "doctor", "bench", "demo", "completion"];

    [TestCaseSource(nameof(s_commands))]
    public async Task Help_OfACommand_HasExamples(string command)
    {
        var result = await ToolProcess.RunAsync(command, "--help");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output, Does.Contain("Examples:").And.Contain($"kamaelia {command}"));
    }

    [Test]
    public async Task Help_OfTheTool_ListsEveryCommandAndNothingHidden()
    {
        var result = await ToolProcess.RunAsync("--help");

        Assert.That(s_commands, Has.All.Matches<string>(command => result.Output.Contains($"\n  {command!}")));
        Assert.That(result.Output, Does.Not.Contain("demo-receive").And.Contain("Examples:"));
    }

    [Test]
    public async Task Version_OfTheTool_IsOneLine()
    {
        var result = await ToolProcess.RunAsync("--version");

        Assert.That(result.Output, Does.Match(@"^kamaelia \d+\.\d+\.\d+\S*\n$"));
    }

    [Test]
    public void Examples_WithNotation_CanBeParsed()
    {
        var texts = s_commands.Append("kamaelia").SelectMany(Examples.Of)
            .SelectMany(line => Quoted().Matches(line)).Select(match => match.Groups[1].Value).ToList();

        Assert.That(texts, Has.Count.GreaterThan(6));
        foreach (string text in texts.Where(text => !text.Contains("udp.sned", StringComparison.Ordinal)
            && !text.Contains("bench.source", StringComparison.Ordinal))) // That one is there only while bench runs.
            Assert.That(GraphText.Parse(text).Diagnostics.Where(item => item.Severity == DiagnosticSeverity.Error),
                Is.Empty, text);
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();
}
