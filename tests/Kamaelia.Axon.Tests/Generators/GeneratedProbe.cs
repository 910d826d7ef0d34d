using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kamaelia.Axon.Tests.Generators;

/// <summary>A compilation after the generator has written its part.</summary>
internal sealed record GeneratedProbe(CSharpCompilation Compilation, ImmutableArray<Diagnostic> Problems)
{
    public IEnumerable<string> ProblemIds => Problems.Select(problem => problem.Id);

    public string Text => string.Join("\n", Compilation.SyntaxTrees.Skip(1).Select(tree => tree.ToString()));

    public byte[] Image()
    {
        Assert.That(Problems, Is.Empty);
        using var image = new MemoryStream();
        var result = Compilation.Emit(image);
        var errors = result.Diagnostics.Where(each => each.Severity >= DiagnosticSeverity.Warning);
        Assert.That(errors, Is.Empty, Text);
        return image.ToArray();
    }

    public Assembly Load() => Assembly.Load(Image());

    public Component Make(string typeName = "Probes.Probe")
        => (Component)Activator.CreateInstance(Load().GetType(typeName, throwOnError: true)!)!;
}
