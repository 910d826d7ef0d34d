using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Kamaelia.Cli.Commands;
using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>The commands, their help with examples, and what a wrong command line ends with.</summary>
internal static class CommandTree
{
    /// <summary>Makes the whole tree.</summary>
    public static Command Make()
    {
        // Not a RootCommand: that would be named after the assembly instead of what people type.
        var root = new Command("kamaelia", "Wires stream components with a pipe, and says exactly what is wrong.");
        root.Add(RunCommand.Make());
        root.Add(CheckCommand.Make());
        root.Add(GraphCommand.Make());
        root.Add(InspectCommand.Make());
        root.Add(DoctorCommand.Make());
        root.Add(BenchCommand.Make());
        root.Add(DemoCommand.Make());
        root.Add(DemoCommand.MakeReceiver());
        root.Add(CompletionCommand.Make(root));
        var help = new HelpOption { Description = "Show this help.", Recursive = true };
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Add(help);
        root.Add(new Option<bool>("--version") { Description = "Show the version.", Action = new ShowVersion() });
        root.SetAction(arguments =>
        {
            Terminal.SayError("which command? `kamaelia --help` lists them");
            return ExitCodes.Usage;
        });
        return root;
    }

    /// <summary>Parses and runs. A wrong command line is exit code 2, with a suggestion where there is one.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // `@t | null` is notation: the parser would read a file of that name in its place.
        var parsed = Make().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExamples or ShowVersion))
        {
            foreach (var error in parsed.Errors)
                Terminal.SayError(error.Message);
            SuggestCommand(parsed);
            Terminal.Say($"`kamaelia{PathOf(parsed)} --help` shows what can stand here.");
            return ExitCodes.Usage;
        }
        try
        {
            // Signals are the run's own matter: the first one drains.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = null,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception e) when (e is NativeUnavailableException or NativeException or EntryPointNotFoundException)
        {
            // The last one: a library of this ABI version that lacks an export, so not the one shipped with us.
            Terminal.SayError($"{DiagnosticCode.NativeFailed.Id}: {e.Message} {DiagnosticCode.NativeFailed.Help}");
            return ExitCodes.Native;
        }
    }

    private static string PathOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == "kamaelia" ? "" : $" {parsed.CommandResult.Command.Name}";

    private static void SuggestCommand(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Name == "kamaelia" && parsed.UnmatchedTokens is [var word, ..]
            && Suggestions.Nearest(word, command.Subcommands.Select(item => item.Name)) is { } near)
            Terminal.Say($"did you mean `kamaelia {near}`?");
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.WriteLine($"kamaelia {ToolVersion.Text}");
            return ExitCodes.Done;
        }
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            inner.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string line in Examples.Of(parseResult.CommandResult.Command.Name))
                output.WriteLine($"  {line}");
            output.WriteLine();
            return ExitCodes.Done;
        }
    }
}
