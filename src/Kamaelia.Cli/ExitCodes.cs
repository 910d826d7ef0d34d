using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>What the tool ends with. Scripts rely on the numbers: they never change their meaning.</summary>
internal static class ExitCodes
{
    /// <summary>All sources ended and everything drained, also after a first SIGINT or SIGTERM.</summary>
    public const int Done = 0;

    /// <summary>A component faulted.</summary>
    public const int Faulted = 1;

    /// <summary>The command line or the notation is wrong.</summary>
    public const int Usage = DiagnosticCode.ExitUsage;

    /// <summary>The notation reads well, but its components cannot be linked so.</summary>
    public const int GraphInvalid = DiagnosticCode.ExitGraphInvalid;

    /// <summary>A file, an address or a device cannot be had.</summary>
    public const int ResourceUnavailable = DiagnosticCode.ExitResourceUnavailable;

    /// <summary>Draining took longer than the grace period and was cut.</summary>
    public const int DrainCut = 5;

    /// <summary>The native library is missing, of another ABI version, or failed.</summary>
    public const int Native = DiagnosticCode.ExitNative;

    /// <summary>An expectation was not met: packets lost, bytes that differ, chunks that leaked.</summary>
    public const int ExpectationFailed = 7;

    /// <summary>A second SIGINT while draining.</summary>
    public const int Interrupted = 130;

    /// <summary>A second SIGTERM while draining.</summary>
    public const int Terminated = 143;

    /// <summary>The code of the first error; 0 when there is none.</summary>
    public static int Of(IEnumerable<Diagnostic> diagnostics)
    {
        // What is wrong with the text comes before what is wrong with the graph, wherever it stands.
        var errors = diagnostics.Where(item => item.Severity == DiagnosticSeverity.Error);
        return errors.Select(item => item.Code.ExitCode).DefaultIfEmpty(Done).Min();
    }
}
