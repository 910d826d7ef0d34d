using Microsoft.CodeAnalysis;
using static Kamaelia.Axon.Tests.Generators.GeneratorHarness;

namespace Kamaelia.Axon.Tests.Generators;

public sealed class PortDiagnosticTests
{
    [TestCase("""[Port("In.")] public Inbox<int> Inbox { get; } = null!;""", "KAMG001")]
    [TestCase("""[Port("In.")] public partial Queue<int> Inbox { get; }""", "KAMG003")]
    [TestCase("""[Port("")] public partial Inbox<int> Inbox { get; }""", "KAMG004")]
    [TestCase("""[Port("  ")] public partial Inbox<int> Inbox { get; }""", "KAMG004")]
    [TestCase("""[Port("In.", Name = "signal")] public partial Inbox<int> Inbox { get; }""", "KAMG006")]
    [TestCase("""[Port("In.")] public static partial Inbox<int> Inbox { get; }""", "KAMG007")]
    [TestCase("""[Port("In.")] public partial Inbox<int> Inbox { get; set; }""", "KAMG007")]
    [TestCase("""[Port("In.", Name = "a b")] public partial Inbox<int> Inbox { get; }""", "KAMG008")]
    [TestCase("""[Port("In.", Name = "")] public partial Inbox<int> Inbox { get; }""", "KAMG008")]
    [TestCase("""[Port("In.", Capacity = -1)] public partial Inbox<int> Inbox { get; }""", "KAMG009")]
    [TestCase("""[Port("Out.", Capacity = 8)] public partial Outbox<int> Outbox { get; }""", "KAMG009")]
    public void Port_DeclaredWrongly_IsReportedOnce(string ports, string id)
    {
        var probe = Run(Component(ports));

        Assert.That(probe.ProblemIds, Is.EqualTo(new[] { id }));
        Assert.That(probe.Problems[0].Severity, Is.EqualTo(DiagnosticSeverity.Error));
        Assert.That(probe.Problems[0].Location.GetLineSpan().Path, Is.EqualTo("Probe.cs"));
    }

    [TestCase("public sealed class Probe : Component", "KAMG002")]
    [TestCase("file sealed partial class Probe : Component", "KAMG002")]
    [TestCase("public sealed partial class Probe", "KAMG005")]
    public void Class_ThatCannotHavePorts_IsReported(string header, string id)
    {
        var probe = Run(Component("""[Port("In.")] public partial Inbox<int> Inbox { get; }""", header));

        Assert.That(probe.ProblemIds, Is.EqualTo(new[] { id }));
    }

    [Test]
    public void Class_InsideOneThatIsNotPartial_IsReportedWithTheOuterName()
    {
        const string Source = """
            using System.Threading;
            using Kamaelia.Axon;
            public class Outer
            {
                public sealed partial class Probe : Component
                {
                    [Port("In.")] public partial Inbox<int> Inbox { get; }
                    protected override Run RunAsync(CancellationToken stop) => Run.Completed;
                }
            }
            """;

        var problem = Run(Source).Problems.Single();

        Assert.That(problem.Id, Is.EqualTo("KAMG002"));
        Assert.That(problem.GetMessage(), Does.Contain("'Outer'"));
    }

    [Test]
    public void Ports_WithOneName_AreReportedAtTheSecond()
    {
        var probe = Run(Component("""
            [Port("In.")] public partial Inbox<int> Data { get; }
            [Port("Out.", Name = "data")] public partial Outbox<int> Other { get; }
            """));

        var problem = probe.Problems.Single();
        Assert.That(problem.Id, Is.EqualTo("KAMG006"));
        Assert.That(problem.GetMessage(), Does.Contain("'data'").And.Contain("Probe.Data"));
        Assert.That(problem.Location.GetLineSpan().StartLinePosition.Line, Is.EqualTo(8));
    }

    [Test]
    public void Port_DeclaredWell_IsNotReported()
    {
        var probe = Run(Component("""[Port("In.", Capacity = 8)] public partial Inbox<int> Inbox { get; }"""));

        Assert.That(probe.Problems, Is.Empty);
    }
}
