using Kamaelia.Axon.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static Kamaelia.Axon.Tests.Generators.GeneratorHarness;

namespace Kamaelia.Axon.Tests.Generators;

public sealed class PortCacheTests
{
    private const string Port = """[Port("In.")] public partial Inbox<int> Inbox { get; }""";

    [Test]
    public void Edit_ThatLeavesThePorts_WritesNothingAnew()
        => Assert.That(ReasonsAfter(Component("// A comment, and so every line moves.\n" + Port)),
            Is.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));

    [Test]
    public void Edit_OfASentence_WritesAnew()
        => Assert.That(ReasonsAfter(Component(Port.Replace("In.", "Into.", StringComparison.Ordinal))),
            Is.EqualTo(new[] { IncrementalStepRunReason.Modified }));

    private static IEnumerable<IncrementalStepRunReason> ReasonsAfter(string edited)
    {
        var before = Compile(Component(Port));
        var tree = before.SyntaxTrees.Single();
        var after = before.ReplaceSyntaxTree(tree,
            CSharpSyntaxTree.ParseText(edited, (CSharpParseOptions)tree.Options, tree.FilePath));

        var result = Driver().RunGenerators(before).RunGenerators(after).GetRunResult().Results.Single();

        return result.TrackedSteps[PortGenerator.ComponentsStep]
            .SelectMany(step => step.Outputs)
            .Select(output => output.Reason);
    }
}
