using System.Text.Json;

namespace Kamaelia.Cli.Tests;

public sealed class SupervisionTests
{
    [Test]
    public async Task Run_AGroupWhoseComponentFaults_RestartsItAndSaysSoInEvents()
    {
        string text = await TextFile("six.txt", "a\nb\nc\nd\ne\nf\n");

        var result = await ToolProcess.RunAsync("run", "--json-events", $$"""
            file.read {{text}} chunk=2 | @f
            restart part backoff=10ms jitter=0 { fault after=2 @f }
            @f | console
            """);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output.ReplaceLineEndings("\n"), Is.EqualTo("a\nb\nd\ne\n"),
            "Every third one is lost with the fault it met.");
        var events = Events(result);
        var faults = events.Where(e => e.GetProperty("event").GetString() == "faulted").ToList();
        Assert.That(faults.Select(e => e.GetProperty("path").GetString()),
            Is.EqualTo(new[] { "/graph/part/f/fault-maker-1", "/graph/part/f/fault-maker-2" }));
        Assert.That(faults.Select(e => e.GetProperty("action").GetString()), Is.All.EqualTo("restarts"));
        Assert.That(faults[0].GetProperty("restart_in_ms").GetDouble(), Is.EqualTo(10));
        Assert.That(faults.Select(e => e.GetProperty("message").GetInt64()), Is.All.EqualTo(3));
        var restarts = events.Where(e => e.GetProperty("event").GetString() == "restarted").ToList();
        Assert.That(restarts.Select(e => e.GetProperty("attempt").GetInt32()), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(restarts[0].GetProperty("path").GetString(), Is.EqualTo("/graph/part/f"));
    }

    [Test]
    public async Task Run_AFileThatAppearsLater_IsReadWhenItIsThere()
    {
        string path = Path.Combine(ToolProcess.Folder, "later.txt");
        using var tool = ToolProcess.Start(["run", "--json-events",
            $"restart part max=1000 backoff=50ms..100ms {{ file.read {path} @r }}; @r | console"]);
        await tool.WaitForErrorAsync("\"restarted\"");
        await File.WriteAllTextAsync(path + ".new", "there\n");
        File.Move(path + ".new", path);

        var result = await tool.EndAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Output.Trim(), Is.EqualTo("there"));
    }

    [Test]
    public async Task Run_AGroupThatGivesUp_IsFaultedUnderItsOwnPlace()
    {
        var result = await ToolProcess.RunAsync("run",
            "restart part max=1 backoff=1ms { file.read nowhere.txt | null }");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Faulted), result.ToString());
        Assert.That(result.Error, Does.Contain("KAM0501").And.Contain("/graph/part gave up")
            .And.Contain("There is no file 'nowhere.txt'.").And.Contain("^^^^^^^^^^^^"));
    }

    [Test]
    public async Task CheckAndGraph_OfGroups_SeeWhatIsInThem()
    {
        const string text = "file.read x | @f; restart a { restart b queue=drop { fault after=1 @f }; @f | null @n }";

        var check = await ToolProcess.RunAsync("check", text);
        var graph = await ToolProcess.RunAsync("graph", text);
        var wrong = await ToolProcess.RunAsync("check", "restart a queue=kepp { file.read x | null");

        Assert.That(check.Output.Trim(), Does.StartWith("ok: 3 components, 2 linkages"), check.ToString());
        Assert.That(graph.Output, Does.Contain(
            "\"/graph/file.read\" -> \"/graph/a/b\" [taillabel=\"outbox\", headlabel=\"f.inbox\"]"));
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(wrong.Error, Does.Contain("did you mean 'keep'?").And.Contain("KAM0112"));
    }

    private static async Task<string> TextFile(string name, string text)
    {
        string path = Path.Combine(ToolProcess.Folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private static List<JsonElement> Events(ToolResult result) => [.. result.Error
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];
}
