using System.CommandLine;
using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>The arguments by which several commands take a graph: as text, as a file, with plugins, with a forced
/// twin.</summary>
internal sealed class NotationInput
{
    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "The graph in pipe notation, in quotes; or the name of a .kam file.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Read the graph from FILE; - is the standard input.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _native = new("--native")
        { Description = "Run the native twin wherever there is one; fail without the library." };

    private readonly Option<bool> _managed = new("--managed")
        { Description = "Run the managed twin wherever there is one." };

    private readonly Option<string[]> _plugins = PluginOption.Make();

    public void AddTo(Command command)
    {
        command.Add(_text);
        command.Add(_file);
        command.Add(_native);
        command.Add(_managed);
        command.Add(_plugins);
    }

    /// <summary>There is a graph to read, as a text or as a file.</summary>
    public bool IsGiven(ParseResult arguments) =>
        arguments.GetValue(_text) is not null || arguments.GetValue(_file) is not null;

    /// <summary>The twin that was asked for.</summary>
    public Twin TwinOf(ParseResult arguments) => arguments.GetValue(_native) ? Twin.Native
        : arguments.GetValue(_managed) ? Twin.Managed
        : Twin.Auto;

    /// <summary>Reads and parses; null when something is wrong, which has been said, with the exit code.</summary>
    public (ParsedGraph? Graph, int ExitCode) Read(ParseResult arguments, bool isSimulated = false)
    {
        bool isNative = arguments.GetValue(_native);
        if (isNative && isSimulated)
            return Refuse("--native and --sim exclude each other: native components see the real network and clock",
                ExitCodes.Usage);
        if (isNative && arguments.GetValue(_managed))
            return Refuse("--native and --managed exclude each other", ExitCodes.Usage);
        if (isNative && !NativeLibraryInfo.IsAvailable)
            return Refuse(NativeLibraryInfo.Error!, ExitCodes.Native);
        if (PluginOption.Load(arguments.GetValue(_plugins)!) is var code and not 0)
            return (null, code);
        var (text, name, exitCode) = ReadText(arguments.GetValue(_text), arguments.GetValue(_file));
        if (text is null)
            return (null, exitCode);
        var twin = isNative ? Twin.Native : isSimulated || arguments.GetValue(_managed) ? Twin.Managed : Twin.Auto;
        return (GraphText.Parse(text, name, preferred: twin), 0);
    }

    /// <summary>Shows what is wrong. The exit code; 0 when only warnings were shown.</summary>
    public static int Report(ParsedGraph graph)
    {
        if (graph.Diagnostics.Count > 0)
            Terminal.Show(graph.Source, graph.Diagnostics);
        return ExitCodes.Of(graph.Diagnostics);
    }

    private static (string? Text, string Name, int ExitCode) ReadText(string? text, string? file)
    {
        if (text is not null && file is not null)
            return Fail("a text and --file exclude each other", ExitCodes.Usage);
        if (text is null && file is null)
            return Fail("there is no graph: give it in quotes, or a file with -f", ExitCodes.Usage);
        // A text that is one word ending in .kam cannot be notation that runs: it is a file's name.
        bool isFileName = text is not null && text.EndsWith(".kam", StringComparison.Ordinal)
            && !text.AsSpan().ContainsAny(" |;\n");
        if (text is not null && !isFileName)
            return (text, "text", 0);
        file ??= text!;
        try
        {
            return file == "-" ? (Console.In.ReadToEnd(), "standard input", 0) : (File.ReadAllText(file), file, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            bool isMissing = e is FileNotFoundException or DirectoryNotFoundException;
            return Fail(isMissing ? $"there is no file '{file}'" : e.Message, ExitCodes.ResourceUnavailable);
        }

        static (string?, string, int) Fail(string message, int exitCode)
        {
            Terminal.SayError(message);
            return (null, "", exitCode);
        }
    }

    private static (ParsedGraph? Graph, int ExitCode) Refuse(string message, int exitCode)
    {
        Terminal.SayError(message);
        return (null, exitCode);
    }
}
