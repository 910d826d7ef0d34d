using System.Text.Json;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>The benchmark program at its smallest: that every suite runs and what it writes can be read. No figure is
/// judged.</summary>
public sealed class BenchSmokeTests
{
    private string _json = null!;

    [SetUp]
    public void MakeFile() => _json = Path.GetTempFileName();

    [TearDown]
    public void RemoveFile() => File.Delete(_json);

    [Test]
    public async Task Smoke_EverySuite_WritesLinesThatParse()
    {
        var (_, list, _) = await BenchProgram.RunAsync("--list");
        var suites = list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);

        var (exitCode, output, errors) = await BenchProgram.RunAsync("--smoke", "--json", _json);

        Assert.That(exitCode, Is.Zero, errors);
        var lines = await File.ReadAllLinesAsync(_json);
        var results = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.That(results.Select(Suite).Distinct(), Is.EquivalentTo(suites), output);
        using (Assert.EnterMultipleScope())
        {
            foreach (var result in results)
                CheckResult(result);
        }
    }

    [Test]
    public async Task Bench_UnknownSuite_NamesThoseThereAre()
    {
        var (exitCode, output, errors) = await BenchProgram.RunAsync("pipelin");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("'pipelin'").And.Contain("pipeline"));
        Assert.That(output, Is.Empty);
    }

    [Test]
    public async Task Bench_UnknownOption_IsRefused()
    {
        var (exitCode, _, errors) = await BenchProgram.RunAsync("--quik");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("--quik").And.Contain("--help"));
    }

    private static string Suite(JsonElement result) => result.GetProperty("suite").GetString()!;

    private static void CheckResult(JsonElement result)
    {
        var text = result.ToString();
        Assert.That(result.GetProperty("name").GetString(), Is.Not.Empty, text);
        Assert.That(result.GetProperty("variant").GetString(), Is.Not.Empty, text);
        Assert.That(result.GetProperty("ns_per_op").GetDouble(), Is.Positive, text);
        Assert.That(result.GetProperty("allocated_bytes_per_op").GetDouble(), Is.Not.Negative, text);
        if (result.TryGetProperty("ratio_to", out var rival))
        {
            Assert.That(rival.GetString(), Is.Not.Empty, text);
            Assert.That(result.GetProperty("ratio").GetDouble(), Is.Positive, text);
        }
    }
}
