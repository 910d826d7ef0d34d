using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Kamaelia.Samples.Tests;

/// <summary>What the README tells people to type works: its <c>sh</c> blocks are run here.</summary>
public sealed partial class ReadmeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private static string Root() => Repository.Root;

    private static IEnumerable<string> Blocks(string language) =>
        Block().Matches(File.ReadAllText(Path.Combine(Root(), "README.md")))
            .Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    [GeneratedRegex("^```(\\w+)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    public static IEnumerable<string> ToolBlocks() =>
        Blocks("sh").Where(b => b.Contains("kamaelia ", StringComparison.Ordinal));

    [Test]
    public void Readme_HasCommandsToRun() => Assert.That(ToolBlocks(), Is.Not.Empty);

    [TestCaseSource(nameof(ToolBlocks))]
    public async Task Readme_CommandsOfTheTool_Run(string block)
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        string tool = Path.Combine(Root(), "src/Kamaelia.Cli/bin", configuration, "net10.0/Kamaelia.Cli.dll");
        string script = $"set -eu\nkamaelia() {{ dotnet '{tool}' \"$@\"; }}\n{block}";
        (int exit, string output) = await RunAsync("bash", ["-c", script]);
        Assert.That(exit, Is.Zero, output);
    }

    [Test]
    public async Task Readme_VerbsOfTheBuild_Exist()
    {
        (_, string help) = await RunAsync("bash", ["./build.sh", "help"]);
        string[] verbs = [.. Blocks("sh").SelectMany(b => b.Split('\n'))
            .Where(l => l.StartsWith("./build.sh ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
        Assert.That(verbs, Is.Not.Empty);
        foreach (string verb in verbs)
            Assert.That(help, Does.Match($@"(?m)^  {verb}\s"), verb);
    }

    [Test]
    public void Readme_Links_LeadSomewhere()
    {
        string text = File.ReadAllText(Path.Combine(Root(), "README.md"));
        foreach (Match link in Link().Matches(text))
        {
            string target = Path.Combine(Root(), link.Groups[1].Value);
            Assert.That(File.Exists(target) || Directory.Exists(target), link.Groups[1].Value);
        }
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();

    private static async Task<(int Exit, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(s_limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {s_limit.TotalSeconds} s");
        }
        return (process.ExitCode, await output + await errors);
    }
}
