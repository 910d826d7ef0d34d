namespace Kamaelia.Axon;

/// <summary>A component faulted: the first cause, with the others attached.</summary>
public sealed class GraphFaultedException : Exception
{
    internal GraphFaultedException(string path, Exception first, IReadOnlyList<Exception> others)
        : base($"{path}: {first.Message}", first)
    {
        Path = path;
        Others = others;
    }

    /// <summary>The component that faulted first.</summary>
    public string Path { get; }

    /// <summary>What faulted after it.</summary>
    public IReadOnlyList<Exception> Others { get; }
}

/// <summary>A stop ran out of time: the text names the components that did not end, and what each was doing.</summary>
public sealed class GraphAbandonedException : TimeoutException
{
    internal GraphAbandonedException(string message, IReadOnlyList<string> paths) : base(message) => Paths = paths;

    /// <summary>The components that did not end (of a chassis those inside it), or whose release did not.</summary>
    public IReadOnlyList<string> Paths { get; }
}

/// <summary>The graph cannot run as it is: the text lists what <see cref="Graph.Check()"/> found.</summary>
public sealed class GraphInvalidException : InvalidOperationException
{
    internal GraphInvalidException(IReadOnlyList<GraphDiagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics.Select(d => d.ToString()))) => Diagnostics = diagnostics;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<GraphDiagnostic> Diagnostics { get; }
}

/// <summary>Something that a check of the graph found.</summary>
/// <param name="Code">KAM03xx: errors 0301 to 0349, warnings from 0350.</param>
/// <param name="IsError">Whether it keeps the graph from starting.</param>
/// <param name="Path">The box or component.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record GraphDiagnostic(string Code, bool IsError, string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsError ? "error" : "warning")} {Code}: {Path}: {Message}";
}
