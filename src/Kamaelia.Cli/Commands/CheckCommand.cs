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
            Terminal.Show(parsed.Source, [.. WiringWarnings.Of(graph, parsed)]);
            await Console.Out.WriteLineAsync(Summary(parsed, graph.Capacity()));
            return ExitCodes.Done;
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
    }

    private static string Summary(ParsedGraph parsed, GraphCapacity capacity)
    {
        string most = capacity.Messages.ToString(CultureInfo.InvariantCulture);
        string bytes = capacity.Bytes is not { } bound ? "; bytes unbounded: some chunks are bounded in messages only"
            : bound > 0 ? $", {bound.ToString(CultureInfo.InvariantCulture)} bytes of chunks"
            : "";
        return $"ok: {Count(parsed.Components.Count, "component")}, {Count(parsed.Links.Count, "linkage")}, "
            + $"{most} messages in flight at most{bytes}"
            + (capacity.Unbounded.Count == 0 ? "" : $"; unbounded: {string.Join(", ", capacity.Unbounded)}");
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
