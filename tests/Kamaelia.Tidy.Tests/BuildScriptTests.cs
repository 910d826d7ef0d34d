using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests;

/// <summary>build.sh and build.ps1 are twins, and both are sound as far as their own tools can tell.</summary>
[TestFixture]
public sealed partial class BuildScriptTests
{
    private static string Bash => Repository.Files.Single(f => f.Path == "build.sh").Text;

    private static string PowerShellText => Repository.Files.Single(f => f.Path == "build.ps1").Text;

    [Test]
    public void PowerShellScript_ByItsOwnParser_HasNoError() => Assert.That(Errors(PowerShellText), Is.Empty);

    [Test]
    public void PowerShellParser_OnABrokenScript_FindsTheError() =>
        Assert.That(Errors("switch ($a) { 'b' { "), Is.Not.Empty);

    [Test]
    public void Verbs_OfBothScripts_AreTheSame()
    {
        var bash = BashVerbs(Bash);
        Assert.That(bash, Does.Contain("test").And.Contain("help"));
        Assert.That(AcceptedVerbs(PowerShellText), Is.EqualTo(bash), "ValidateSet of $Verb");
        Assert.That(HandledVerbs(PowerShellText), Is.EqualTo(bash), "the switch at the end");
    }

    [Test]
    public void Verbs_InBothHelpTexts_AreTheVerbs()
    {
        Assert.That(ToldVerbs(Bash), Is.EqualTo(BashVerbs(Bash)));
        Assert.That(ToldVerbs(PowerShellText), Is.EqualTo(BashVerbs(Bash)));
    }

    [Test]
    public void Verbs_WhenOneIsMissing_AreNotTheSame()
    {
        var without = PowerShellText.Replace("'pack', ", "", StringComparison.Ordinal);
        Assert.That(AcceptedVerbs(without), Is.Not.EqualTo(BashVerbs(Bash)));
    }

    [Test]
    public void PowerShellScript_AskedForHelp_PrintsTheVerbs()
    {
        var output = Run("help");
        Assert.That(ToldVerbs(output), Is.EqualTo(BashVerbs(Bash)));
    }

    [Test]
    public void PowerShellScript_GivenAnUnknownVerb_RefusesIt() =>
        Assert.That(() => Run("frobnicate"), Throws.InstanceOf<ParameterBindingException>());

    [Test]
    public void BashScript_GivenAnUnknownVerb_EndsWithUsage()
    {
        var run = ProcessRun.Try("bash", Repository.Root, "build.sh", "frobnicate");
        if (run == null) { Assert.Ignore("skipped, because bash is not here"); }
        Assert.That(run!.ExitCode, Is.EqualTo(64), run.Errors);
    }

    [Test]
    public void ShellScripts_ByShellcheck_AreClean()
    {
        var scripts = Repository.Files.Where(f => f.Is(".sh", ".ci/run")).Select(f => f.Path).ToArray();
        var run = ProcessRun.Try("shellcheck", Repository.Root, scripts);
        if (run == null) { Assert.Ignore("skipped, because shellcheck is not here"); }
        Assert.That(run!.ExitCode, Is.Zero, run.Output);
    }

    private static ParseError[] Errors(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors;
    }

    // `case "$verb" in` at the end: each branch begins with its verb.
    private static string[] BashVerbs(string text)
    {
        var dispatch = text[text.IndexOf("case \"$verb\" in", StringComparison.Ordinal)..];
        return Sorted(BashBranch().Matches(dispatch).Select(m => m.Groups[1].Value));
    }

    private static string[] ToldVerbs(string text)
    {
        var from = text.IndexOf("\nverbs:", StringComparison.Ordinal);
        var told = text[from..text.IndexOf("\noptions", from, StringComparison.Ordinal)];
        return Sorted(ToldVerb().Matches(told).Select(m => m.Groups[1].Value));
    }

    private static string[] AcceptedVerbs(string text)
    {
        var parameters = Parser.ParseInput(text, out _, out _).ParamBlock.Parameters;
        var verb = parameters.Single(p => p.Name.VariablePath.UserPath == "Verb");
        var set = verb.Attributes.OfType<AttributeAst>().Single(a => a.TypeName.Name == "ValidateSet");
        return Sorted(set.PositionalArguments.OfType<StringConstantExpressionAst>().Select(s => s.Value));
    }

    private static string[] HandledVerbs(string text)
    {
        var dispatch = Parser.ParseInput(text, out _, out _).FindAll(a => a is SwitchStatementAst, false)
            .Cast<SwitchStatementAst>().Single(s => s.Condition.Extent.Text == "$Verb");
        return Sorted(dispatch.Clauses.Select(c => ((StringConstantExpressionAst)c.Item1).Value));
    }

    private static string[] Sorted(IEnumerable<string> verbs) => [.. verbs.Order(StringComparer.Ordinal)];

    // Hosted, as no pwsh is needed for it. Only help is run: the rest starts real tools.
    private static string Run(string verb)
    {
        var console = Console.Out;
        using var said = new StringWriter();
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        Console.SetOut(said);
        try
        {
            shell.AddCommand(Repository.At("build.ps1")).AddArgument(verb).Invoke();
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.That(shell.Streams.Error, Is.Empty);
        return said.ToString();
    }

    [GeneratedRegex(@"^    ([a-z]+)(?: \|[^)]*)?\) ", RegexOptions.Multiline)]
    private static partial Regex BashBranch();

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex ToldVerb();
}
