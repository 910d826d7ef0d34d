using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>What a built graph's check says about its shape, at the places of the text.</summary>
internal static class WiringWarnings
{
    private static readonly DiagnosticCode[] s_codes =
        [DiagnosticCode.Diamond, DiagnosticCode.WaitingCycle, DiagnosticCode.Unreached];

    public static IEnumerable<Diagnostic> Of(Graph graph, ParsedGraph parsed)
    {
        string root = $"/{graph.Name}/";
        foreach (GraphDiagnostic found in graph.Check())
        {
            if (Array.Find(s_codes, code => code.Id == found.Code) is not { } code)
                continue;
            string path = found.Path.StartsWith(root, StringComparison.Ordinal)
                ? found.Path[root.Length..] : found.Path;
            PlannedComponent? planned = parsed.Components.Where(each => IsOf(path, each.Name))
                .MaxBy(each => each.Name.Length);
            if (planned is not null)
                yield return new Diagnostic(code, $"{path} {found.Message}", planned.Syntax.Span);
        }
    }

    // A name may have dots itself, so the longest that fits is meant.
    private static bool IsOf(string path, string name) =>
        path == name || path.StartsWith(name + ".", StringComparison.Ordinal)
        || path.StartsWith(name + "/", StringComparison.Ordinal);
}
