namespace Kamaelia.Benchmarks.Tests;

/// <summary>The bench's command line.</summary>
public sealed class OptionsTests
{
    [Test]
    public void Options_OfAWholeLine_AreAllRead()
    {
        var options = Options.Parse(["--quick", "pipeline", "--results", "r", "--json", "j", "--against", "a",
            "--filter", "f", "--readme", "ring", "--repetitions", "9"]);

        Assert.That(options.Scale.Name, Is.EqualTo("quick"));
        Assert.That(options.Scale.Repetitions, Is.EqualTo(9));
        Assert.That(options.Suites, Is.EqualTo(new[] { "pipeline", "ring" }));
        Assert.That((options.ResultsFolder, options.JsonPath, options.Against, options.Filter, options.WantsReadme),
            Is.EqualTo(("r", "j", "a", "f", true)));
    }

    [Test]
    public void Options_BehindMicro_AreForBenchmarkDotNet() =>
        Assert.That(Options.Parse(["--micro", "--filter", "*"]).Micro, Is.EqualTo(new[] { "--filter", "*" }));

    [TestCase("--frobnicate")]
    [TestCase("--against")]
    [TestCase("--repetitions", "0")]
    public void Options_ThatAreWrong_AreRefusedByName(params string[] args) => Assert.That(
        () => Options.Parse(args), Throws.TypeOf<UsageException>().With.Message.Contains(args[0]));

    [Test]
    public void Options_InTheHelp_AreThoseThatAreRead()
    {
        foreach (var word in Options.Help.Split([' ', '\n', ',', '(', ')', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("--", StringComparison.Ordinal) && word != "--help" && word != "--micro")
                Assert.That(() => Options.Parse([word.TrimEnd(';', ':'), "7"]), Throws.Nothing, word);
        }
    }
}
