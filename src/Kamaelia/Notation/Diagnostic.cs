namespace Kamaelia.Notation;

/// <summary>How bad it is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The graph can run, but is perhaps not what was meant.</summary>
    Warning,

    /// <summary>The graph cannot run.</summary>
    Error,
}

/// <summary>One thing wrong with a text, at its exact place.</summary>
/// <param name="Code">Of the table: what it is, what to do, and the tool's exit code.</param>
/// <param name="Message">What is wrong here, as a sentence.</param>
/// <param name="Span">Where. Always within the text; empty for a place between two characters.</param>
public sealed record Diagnostic(DiagnosticCode Code, string Message, TextSpan Span)
{
    /// <summary>Error, unless the code is a warning's.</summary>
    public DiagnosticSeverity Severity => Code.Severity;

    /// <summary>Shown beside the caret: <c>did you mean 'udp.send'?</c>. Null if there is nothing to suggest.</summary>
    public string? Suggestion { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Code.Id}: {Message}" + (Suggestion is null ? "" : $" ({Suggestion})");
}
