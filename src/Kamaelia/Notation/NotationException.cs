namespace Kamaelia.Notation;

/// <summary>A text that cannot be built into a graph. The message shows every diagnostic with its caret.</summary>
/// <param name="source">The text.</param>
/// <param name="diagnostics">What is wrong with it.</param>
public sealed class NotationException(SourceText source, IReadOnlyList<Diagnostic> diagnostics)
    : FormatException(new DiagnosticRenderer(source).RenderAll(diagnostics))
{
    /// <summary>The text.</summary>
    public SourceText Text { get; } = source;

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
