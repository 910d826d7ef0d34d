using System.Diagnostics;
using System.Text.Json;

namespace Kamaelia.Cli.Tests;

public sealed class CommandTests
{
    private const string Text = "file.read in.ts | tee @t | null; @t |[256,drop-oldest] file.write out.ts";

    [Test]
    public async Task Check_AGoodText_CountsWhatMayBeInFlight()
    {
        var result = await ToolProcess.RunAsync("check", Text);

        Assert.That(result.Output, Is.EqualTo("ok: 4 components, 3 linkages, 384 messages in flight at most"
            + "; bytes unbounded: some chunks are bounded in messages only\n"));
    }

    [Test]
    public async Task Check_ACycleThatNoSourceReaches_WarnsOfBothInTheirPlaces()
    {
        var result = await ToolProcess.RunAsync("check", "rechunk 188 @r | tee @t\n@t | @r\n@t | null");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done), result.ToString());
        Assert.That(result.Error, Does.Contain("KAM0353").And.Contain("KAM0354").And.Contain("^^^^^^"));
    }

    [Test]
    public async Task Check_AFile_NamesItInItsDiagnostics()
    {
        string path = Path.Combine(ToolProcess.Folder, "bad.kam");
        await File.WriteAllTextAsync(path, "file.read in.ts\n  | nul\n");

        var result = await ToolProcess.RunAsync("check", "bad.kam");

        Assert.That(result.Error, Does.Contain("--> bad.kam:2:5").And.Contain("did you mean 'null'?"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Usage));
    }

    [TestCase("dot", "digraph")]
    [TestCase("mermaid", "flowchart")]
    public async Task Graph_AText_IsDrawn(string format, string shown)
    {
        var result = await ToolProcess.RunAsync("graph", Text, "--format", format);

        Assert.That(result.Output, Does.Contain(shown).And.Contain("file.read"));
        Assert.That(File.Exists(Path.Combine(ToolProcess.Folder, "out.ts")), Is.False);
    }

    [Test]
    public async Task Graph_AsJson_CanBeParsed()
    {
        var result = await ToolProcess.RunAsync("graph", Text, "--format", "json");

        using var document = JsonDocument.Parse(result.Output);
        Assert.That(document.RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object));
    }

    [Test]
    public async Task Inspect_WithoutAName_ListsTheMainJobsComponents()
    {
        var result = await ToolProcess.RunAsync("inspect", "--names");

        Assert.That(result.Output.Split('\n'), Is.SupersetOf((string[])["file.read", "file.write", "pace", "udp.send",
            "udp.recv", "tee", "null", "console", "ts.check", "framer", "deframer", "chunker", "dechunker"]));
    }

    [Test]
    public async Task Inspect_AComponent_ShowsItsBoxesOptionsAndTwins()
    {
        var result = await ToolProcess.RunAsync("inspect", "udp.send");

        Assert.That(result.Output, Does.Contain("inbox: Chunk (datagram)").And.Contain("address (the bare word)")
            .And.Contain("managed").And.Contain("Example: udp.send"));
    }

    [TestCase("opus.encode")]
    [TestCase("opus.decode")]
    public async Task Inspect_WithoutLibopus_SaysWhyItIsLeftOut(string name)
    {
        string nowhere = Path.Combine(ToolProcess.Folder, "no-libopus.so");
        (string, string)[] environment = [("KAMAELIA_OPUS", nowhere)];

        var one = await ToolProcess.RunAsync(["inspect", name], null, environment: environment);
        var all = await ToolProcess.RunAsync(["inspect"], null, environment: environment);

        Assert.That(one.Output + one.Error, Does.Contain(nowhere));
        Assert.That(all.Output.Split('\n').Single(line => line.Contains(name, StringComparison.Ordinal)),
            Does.Contain("no-libopus.so"));
    }

    [Test]
    public async Task Inspect_ACode_SaysWhatToDo()
    {
        var result = await ToolProcess.RunAsync("inspect", "KAM0306");

        Assert.That(result.Output, Does.Contain("tee").And.Contain("Exit code: 3"));
    }

    [Test]
    public async Task Inspect_AsJson_HasEveryComponentWithSentences()
    {
        var result = await ToolProcess.RunAsync("inspect", "--json");

        using var document = JsonDocument.Parse(result.Output);
        foreach (var component in document.RootElement.EnumerateArray())
        {
            var sentences = component.GetProperty("ports").EnumerateArray()
                .Concat(component.GetProperty("options").EnumerateArray()).Append(component)
                .Select(item => item.GetProperty("sentence").GetString()!);
            Assert.That(sentences, Has.All.EndsWith("."), $"{component}");
        }
    }

    [Test]
    public async Task Doctor_OnAnyMachine_MarksEveryLine()
    {
        var result = await ToolProcess.RunAsync("doctor");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCodes.Done));
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.All.Match("^(OK  |WARN)  "));
        Assert.That(result.Output, Does.Contain("native library").And.Contain("multicast").And.Contain("ffmpeg"));
    }

    [Test]
    public async Task Run_WithEvents_WritesOneObjectALine()
    {
        var result = await ToolProcess.RunAsync("run", "--json-events", $"file.read {ToolProcess.Sample} | null");

        var events = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()).ToList();
        Assert.That(events.Count(name => name == "started"), Is.EqualTo(2));
        Assert.That(events.Count(name => name == "ended"), Is.EqualTo(2));
    }

    [TestCase("bash", "-n")]
    [TestCase("zsh", "-n")]
    [TestCase("fish", "--no-execute")]
    public async Task Completion_OfAShell_IsGoodSyntaxThere(string shell, string checkOnly)
    {
        var script = await ToolProcess.RunAsync("completion", shell);
        Assert.That(script.Output, Does.Contain("inspect").And.Contain("doctor").And.Contain("grace"));

        var (code, output) = await RunShellAsync(shell, [checkOnly], script.Output);

        Assert.That(code, Is.Zero, output);
    }

    [TestCase("kamaelia ru", "run")]
    [TestCase("kamaelia run --gr", "--grace")]
    [TestCase("kamaelia graph --format m", "mermaid")]
    [TestCase("kamaelia completion f", "fish")]
    public async Task Completion_InBash_OffersTheWord(string line, string expected)
    {
        var script = await ToolProcess.RunAsync("completion", "bash");
        string words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        string use = $"\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _kamaelia\n"
            + "echo \"${COMPREPLY[@]}\"\n";

        var (code, output) = await RunShellAsync("bash", [], script.Output + use);

        Assert.That((code, output.Trim()), Is.EqualTo((0, expected)));
    }

    private static async Task<(int Code, string Output)> RunShellAsync(string shell, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(shell, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = ToolProcess.Folder,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"skipped, because there is no {shell} here");
            throw;
        }
        using (process)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await error);
        }
    }
}
