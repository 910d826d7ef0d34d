using System.CommandLine;
using System.Text.Json;
using Kamaelia.Catalogue;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia inspect</c>: the components there are, or everything about one.</summary>
internal static class InspectCommand
{
    public static Command Make()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A component, or the code of a diagnostic (KAM0102); without it, all components are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var names = new Option<bool>("--names") { Description = "Write the names only, one a line." };
        var plugins = PluginOption.Make();
        var command = new Command("inspect", "List the components, or show one's boxes, formats and options.")
            { name, json, names, plugins };
        command.SetAction(arguments => PluginOption.Load(arguments.GetValue(plugins)!) is var code and not 0
            ? code
            : Run(arguments.GetValue(name), arguments.GetValue(json), arguments.GetValue(names)));
        return command;
    }

    private static int Run(string? name, bool asJson, bool namesOnly)
    {
        var entries = ComponentCatalogue.Default.Entries;
        if (name is null)
        {
            if (namesOnly)
                Console.Out.Write(string.Concat(
                    entries.Where(entry => entry.Auto.Unavailable is null).Select(entry => entry.Name + "\n")));
            else if (asJson)
                WriteJson(json => InspectJson.WriteAll(json, entries));
            else
                InspectText.WriteList(Console.Out, entries);
            return ExitCodes.Done;
        }
        if (DiagnosticCode.All.FirstOrDefault(item => item.Id == name) is { } code)
        {
            Console.Out.WriteLine($"{code.Id}: {code.Title}\n{code.Help}\nExit code: {code.ExitCode}");
            return ExitCodes.Done;
        }
        if (ComponentCatalogue.Default.Find(name) is not { } found)
        {
            Terminal.SayError($"{DiagnosticCode.UnknownComponent.Id}: there is no component '{name}'");
            if (Suggestions.DidYouMean(name, entries.Select(item => item.Name)) is { } suggestion)
                Terminal.Say(suggestion);
            return ExitCodes.Usage;
        }
        if (asJson)
            WriteJson(json => InspectJson.Write(json, found));
        else
            InspectText.WriteOne(Console.Out, found);
        return ExitCodes.Done;
    }

    private static void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var stream = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            write(json);
        stream.WriteByte((byte)'\n');
    }
}
