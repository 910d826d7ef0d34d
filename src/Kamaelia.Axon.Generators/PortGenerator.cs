using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kamaelia.Axon.Generators;

/// <summary>Implements each <c>[Port]</c> partial property of a component and its table of ports.</summary>
/// <remarks>
/// Ports become data at compile time, so that introspection needs no reflection and AOT works. Models hold values
/// only and compare by value: a keystroke elsewhere in a file writes nothing anew.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class PortGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that yields one model a component, as tests of the cache ask for it.</summary>
    public const string ComponentsStep = "Components";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var ports = context.SyntaxProvider.ForAttributeWithMetadataName(
            PortReader.AttributeName, static (node, _) => node is PropertyDeclarationSyntax, PortReader.Read);

        var components = ports
            .Collect()
            .SelectMany(static (results, _) => Group(results))
            .WithTrackingName(ComponentsStep);
        context.RegisterSourceOutput(components, static (output, model) =>
            output.AddSource(model.Owner.FileName, SourceText.From(PortWriter.Write(model), Encoding.UTF8)));

        // Apart from the models, because places change with every line added above them.
        var problems = ports.SelectMany(static (result, _) => result.Problems.ToImmutableArray());
        context.RegisterSourceOutput(problems, static (output, problem) =>
            output.ReportDiagnostic(problem.ToDiagnostic()));
    }

    private static IEnumerable<ComponentModel> Group(ImmutableArray<PortResult> results)
        => results
            .Where(static result => result.Port is not null)
            .GroupBy(static result => result.Owner!.FileName)
            .Select(static group => new ComponentModel(
                group.First().Owner!, new EquatableArray<PortModel>([.. group.Select(static result => result.Port!)])));
}
