using Kamaelia.Axon;
using Kamaelia.Simulation.Tests.Net;

namespace Kamaelia.Simulation.Tests.Faults;

/// <summary>Plans as text, random plans, shrinking, and the line that shows a failure again.</summary>
[TestFixture]
public sealed class FaultPlanTests
{
    private static readonly FaultPlanOptions s_options = new()
    {
        CountMax = 20,
        Hosts = ["a", "b"],
        Components = ["a:/sender/udp-sender-2"],
    };

    [Test]
    public void Plan_AsText_ReadsBackToTheSame()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var plan = FaultPlan.Random(seed, s_options);
            Assert.That(FaultPlan.Parse(plan.ToString()).Faults, Is.EqualTo(plan.Faults), plan.ToString());
        }
    }

    [TestCase("now KillHost a")]
    [TestCase("5ms KillEverything a")]
    [TestCase("5ms KillHost")]
    [TestCase("5ms KillHost a until=3")]
    public void Plan_ThatIsNone_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => FaultPlan.Parse(text));

    [Test]
    public void Random_SameSeed_IsTheSamePlanAndAllKindsComeUp()
    {
        var kinds = new HashSet<FaultKind>();
        for (ulong seed = 0; seed < 100; seed++)
        {
            var plan = FaultPlan.Random(seed, s_options);
            Assert.That(FaultPlan.Random(seed, s_options).ToString(), Is.EqualTo(plan.ToString()));
            kinds.UnionWith(plan.Faults.Select(fault => fault.Kind));
        }
        Assert.That(kinds, Is.EquivalentTo(Enum.GetValues<FaultKind>()));
    }

    [Test]
    public void Shrink_WhereTwoOfManyMatter_LeavesThoseTwo()
    {
        var plan = new FaultPlan(Enumerable.Range(0, 40).Select(i =>
            new Fault(TimeSpan.FromMilliseconds(i), FaultKind.PauseHost, $"h{i}")));

        var fewer = plan.Shrink(p => p.Faults.Any(f => f.Target == "h7") && p.Faults.Any(f => f.Target == "h31"));

        Assert.That(fewer.Faults.Select(fault => fault.Target), Is.EqualTo(new[] { "h7", "h31" }));
    }

    [Test]
    public void Sweep_ASeedThatFails_NamesTheFaultsThatMatterInOneLine()
    {
        var failed = Assert.Throws<SeedFailedException>(() => SeedSweep.Run(Seeds(100), AllArrive, s_options))!;

        string line = failed.Message.Split('\'')[^2];
        Assert.That(failed.Message, Does.Contain("again with: KAMAELIA_SIMULATE='seed="));
        Assert.That(failed.Plan.Faults, Has.Count.EqualTo(1), "one fault is enough to lose something");
        var (seed, plan) = SeedSweep.Parse(line);
        Assert.That(seed, Is.EqualTo(failed.Seed));
        using var world = new SimulatedWorld(seed);
        Assert.Throws<InvalidDataException>(() => AllArrive(world, plan));
    }

    [Test]
    public void Sweep_WithFaultsThatLoseNothing_Passes() => SeedSweep.Run(Seeds(30), AllArrive, s_options with
    {
        Kinds = [FaultKind.PauseHost, FaultKind.PauseComponent, FaultKind.SlowDisk, FaultKind.ShortWrites],
    });

    private static IEnumerable<ulong> Seeds(int count) => Enumerable.Range(0, count).Select(i => (ulong)i);

    private static void AllArrive(SimulatedWorld world, FaultPlan plan)
    {
        var (a, b) = (world.AddHost("a"), world.AddHost("b"));
        var lan = world.Network.AddSegment("lan");
        lan.Attach(a, "10.0.0.1");
        lan.Attach(b, "10.0.0.2");
        var (_, sink, _) = Traffic.Receive(b, "10.0.0.2:5004", TimeSpan.FromSeconds(20));
        world.RunFor(TimeSpan.FromMilliseconds(1));
        Traffic.Send(a, "10.0.0.2:5004", 100, 105_280); // Ten a second.
        plan.ApplyTo(world);
        world.RunFor(TimeSpan.FromSeconds(40));
        if (sink.Numbers.Count != 100)
            throw new InvalidDataException($"{sink.Numbers.Count} of 100 arrived");
    }
}
