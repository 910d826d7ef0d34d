using System.Text.Json;
using Kamaelia.Benchmarks.Results;
using static Kamaelia.Benchmarks.Tests.SomeResults;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>results.json: what programs read.</summary>
public sealed class ResultsFileTests
{
    [Test]
    public void Results_WrittenAndRead_AreTheSame()
    {
        var file = File(Entry(ns: 12.34), Point("async", 100, 5.5));

        var read = ResultsFile.Parse(file.ToJson());

        Assert.That(read.ToJson(), Is.EqualTo(file.ToJson()));
        Assert.That(read.Results[0].NsPerOp, Is.EqualTo(12.34));
        Assert.That(read.Results[1].Curve, Is.EqualTo(new CurveEntry("hops by stages", "stages", 100)));
    }

    [Test]
    public void Results_AsJson_HaveTheNamesOfTheSchema()
    {
        using var json = JsonDocument.Parse(File(Entry()).ToJson());

        Assert.That(json.RootElement.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("machine").GetProperty("cpu_model").GetString(), Is.Not.Empty);
        var names = json.RootElement.GetProperty("results")[0].EnumerateObject().Select(p => p.Name);
        Assert.That(names, Is.SupersetOf(new[]
        {
            "suite", "case", "variant", "role", "operation", "parameters", "rounds", "ns_per_op", "ns_per_op_min",
            "ns_per_op_max", "spread_percent", "cpu_ns_per_op", "allocated_bytes_per_op",
        }));
    }

    [TestCase(1234.5678, "1235")]
    [TestCase(0.00012345, "0.0001234")]
    [TestCase(double.PositiveInfinity, "0")]
    [TestCase(double.NaN, "0")]
    [TestCase(1e300, "0")]
    public void Results_OfNumbers_HaveFourDigitsAndNoInfinity(double ns, string text) =>
        Assert.That(File(Entry(ns: ns)).ToJson(), Does.Contain($"\"ns_per_op\": {text},"));

    [Test]
    public void Results_OfAnotherSchema_AreRefused() => Assert.That(
        () => ResultsFile.Parse((File(Entry()) with { Schema = 2 }).ToJson()),
        Throws.TypeOf<UsageException>().With.Message.Contains("schema 2"));

    [Test]
    public void Results_ThatAreNotThere_AreRefusedByName() => Assert.That(
        () => ResultsFile.Read("no/such.json"), Throws.TypeOf<UsageException>().With.Message.Contains("no/such.json"));

    [Test]
    public void Fingerprint_OfThisMachine_SaysWhatItIs()
    {
        var machine = Fingerprint.Take();

        Assert.That(machine.CpuModel, Is.Not.Empty);
        Assert.That(machine.Kernel, Is.Not.Empty);
        Assert.That(machine.LogicalProcessors, Is.Positive);
        Assert.That(machine.MemoryMib, Is.Positive);
        Assert.That(machine.ToString(), Does.Not.Contain(Environment.MachineName));
    }
}
