using System.CommandLine;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia graph</c>: a picture of a graph, as text for other tools.</summary>
internal static class GraphCommand
{
    public static Command Make()
    {
        var format = new Option<string>("--format")
        {
            Description = "dot (Graphviz), mermaid, or json.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => "dot",
        };
        format.AcceptOnlyFromAmong("dot", "mermaid", "json");
        var command = new Command("graph", "Write a graph as DOT, Mermaid or JSON, without running it.") { format };
        var input = new NotationInput();
        input.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(input, arguments, arguments.GetValue(format)!));
        return command;
    }

    private static async Task<int> RunAsync(NotationInput input, ParseResult arguments, string format)
    {
        var (parsed, code) = input.Read(arguments);
        if (parsed is null || (code = NotationInput.Report(parsed)) != ExitCodes.Done)
            return code;
        try
        {
            await using var graph = parsed.Build();
            var snapshot = graph.Snapshot();
            await Console.Out.WriteLineAsync(format switch
            {
                "mermaid" => snapshot.ToMermaid(),
                "json" => snapshot.ToJson(),
                _ => snapshot.ToDot(),
            });
            return ExitCodes.Done;
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
    }
}
