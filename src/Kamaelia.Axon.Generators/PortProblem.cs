using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kamaelia.Axon.Generators;

/// <summary>A diagnostic in values only; a Location would hold its syntax tree.</summary>
internal sealed record PortProblem(
    string Id, string Path, TextSpan Span, LinePositionSpan Lines, string First, string Second)
{
    public static PortProblem At(DiagnosticDescriptor rule, Location place, string first, string second = "")
        => new(rule.Id, place.SourceTree?.FilePath ?? "", place.SourceSpan, place.GetLineSpan().Span, first, second);

    public Diagnostic ToDiagnostic()
        => Diagnostic.Create(PortRules.ById(Id), Location.Create(Path, Span, Lines), First, Second);
}
