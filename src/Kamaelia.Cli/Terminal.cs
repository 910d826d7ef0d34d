using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>Where the tool writes: data to the standard output, everything for people to the standard error.</summary>
internal static class Terminal
{
    private const int DiagnosticsMax = 20; // More than a screen of carets helps nobody.
    private static int s_linesSaid;

    /// <summary>Grows with every line below: a block that is redrawn must not be drawn over one.</summary>
    public static int LinesSaid => Volatile.Read(ref s_linesSaid);

    /// <summary>The standard error is a terminal, so a block may be redrawn there.</summary>
    public static bool IsErrorTerminal =>
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Colours on the standard error: a terminal, and nobody set NO_COLOR (https://no-color.org).</summary>
    public static bool UsesColour =>
        IsErrorTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Columns of the terminal; 160 where there is none.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return IsErrorTerminal && Console.WindowWidth is > 20 and var width ? width : 160;
            }
            catch (IOException)
            {
                return 160;
            }
        }
    }

    /// <summary>A line for people.</summary>
    public static void Say(string line)
    {
        Interlocked.Increment(ref s_linesSaid);
        Console.Error.WriteLine(line);
    }

    /// <summary>A line for people, in red where colours are used.</summary>
    public static void SayError(string message) =>
        Say(UsesColour ? $"\e[1;31merror\e[0m: {message}" : $"error: {message}");

    /// <summary>Diagnostics with their carets.</summary>
    public static void Show(SourceText source, IReadOnlyList<Diagnostic> diagnostics)
    {
        var renderer = new DiagnosticRenderer(source, UsesColour, Math.Max(40, Width - 8));
        Console.Error.Write(renderer.RenderAll(diagnostics.Take(DiagnosticsMax)));
        if (diagnostics.Count > DiagnosticsMax)
            Say($"… and {diagnostics.Count - DiagnosticsMax} more");
    }
}
