using System.CommandLine;
using System.Globalization;
using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia check</c>: everything wrong with a text, without running it.</summary>
internal static class CheckCommand
{
    public static Command Make()
    {
        var command = new Command("check", "Say everything that is wrong with a graph, without running it.");
        var input = new NotationInput();
        input.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(input, arguments));
        return command;
    }

    private static async Task<int> RunAsync(NotationInput input, ParseResult arguments)
    {
        var (parsed, code) = input.Read(arguments);
        if (parsed is null || (code = NotationInput.Report(parsed)) != ExitCodes.Done)
            return code;
        try
        {
            await using var graph = parsed.Build();
            await Console.Out.WriteLineAsync(Summary(parsed));
            return ExitCodes.Done;
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
    }

    private static string Summary(ParsedGraph parsed)
    {
        // Several linkages to one inbox share its capacity, which is the last one's.
        long messages = parsed.Links.GroupBy(link => link.To).Sum(links => CapacityOf(links.Last()));
        int unbounded = parsed.Links.Count(link => link.Syntax.Policy == "unbounded");
        return $"ok: {Count(parsed.Components.Count, "component")}, {Count(parsed.Links.Count, "linkage")}, "
            + $"{messages.ToString(CultureInfo.InvariantCulture)} messages in flight at most"
            + (unbounded == 0 ? "" : $", and {Count(unbounded, "linkage")} without a bound");
    }

    private static int CapacityOf(PlannedLink link)
    {
        var port = link.To.Component.Twin.Ports.First(item => item.Name == link.To.BoxName);
        return link.Syntax.Policy switch
        {
            "unbounded" => 0,
            "keep-latest" => 1,
            _ => link.Syntax.Capacity ?? (port.Capacity > 0 ? port.Capacity : LinkOptions.DefaultCapacity),
        };
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
