namespace Kamaelia.Notation;

/// <summary>Collects what is wrong with one text, so that several errors are reported at once.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>All of them, in the order of their places.</summary>
    public IReadOnlyList<Diagnostic> Items => [.. _items.OrderBy(item => item.Span.Start).ThenBy(item => item.Code.Id)];

    /// <summary>There is an error among them.</summary>
    public bool HasErrors => _items.Exists(item => item.Severity == DiagnosticSeverity.Error);

    /// <summary>Adds one.</summary>
    public void Add(DiagnosticCode code, TextSpan span, string message, string? suggestion = null) =>
        _items.Add(new Diagnostic(code, message, span) { Suggestion = suggestion });
}
