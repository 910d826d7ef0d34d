using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary>A component's table for people.</summary>
internal static class InspectText
{
    public static void WriteList(TextWriter output, IReadOnlyList<ComponentEntry> entries)
    {
        int width = entries.Max(entry => entry.Name.Length);
        foreach (var entry in entries.Where(entry => entry.Auto.Unavailable is null))
            output.WriteLine($"{entry.Name.PadRight(width)}  {Twins(entry),-14}  {entry.Auto.Info.Sentence}");
        var missing = entries.Where(entry => entry.Auto.Unavailable is not null).ToList();
        if (missing.Count > 0)
            output.WriteLine("\nNot available here:");
        foreach (var entry in missing)
            output.WriteLine($"{entry.Name.PadRight(width)}  {entry.Auto.Unavailable}");
    }

    public static void WriteOne(TextWriter output, ComponentEntry entry)
    {
        var twin = entry.Auto;
        output.WriteLine($"{entry.Name}: {twin.Info.Sentence}");
        if (twin.Unavailable is { } why)
            output.WriteLine($"Not available here: {why}");
        output.WriteLine($"Twins: {Twins(entry)}{(twin.Info.IsSource ? "; a source: it runs without input" : "")}");
        output.WriteLine();
        output.WriteLine("Boxes:");
        foreach (var port in twin.Ports)
            output.WriteLine($"  {Describe(port, twin.ArrayBoxes.Contains(port.Name))}\n      {port.Sentence}");
        output.WriteLine();
        output.WriteLine(twin.Info.Options.Count == 0 ? "No options." : "Options:");
        foreach (var option in twin.Info.Options)
            output.WriteLine($"  {Describe(option)}\n      {option.Sentence}");
        var required = twin.Info.Options.Where(option => option.IsRequired).ToList();
        if (required.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"Example: {entry.Name} " + string.Join(' ', required.Select(
                option => option.IsPositional ? option.Example : $"{option.Name}={option.Example}")));
        }
    }

    private static string Twins(ComponentEntry entry) => (entry.Native, entry.Managed) switch
    {
        (not null, not null) => "native+managed",
        (not null, null) => "native",
        _ => "managed",
    };

    private static string Describe(PortInfo port, bool isArray) =>
        $"{(port.Direction == PortDirection.In ? "in " : "out")} {port.Name}{(isArray ? "#n" : "")}: "
        + LinkBinder.TypeName(port.MessageType)
        + (port.Format.Length > 0 ? $" ({port.Format})" : "") + (port.IsOptional ? ", may stay unlinked" : "");

    private static string Describe(OptionInfo option)
    {
        string kind = option.Choices.Count > 0
            ? string.Join('|', option.Choices)
            : option.Kind.ToString().ToLowerInvariant();
        string name = option.IsPositional ? $"{option.Name} (the bare word)" : option.Name;
        return $"{name}: {kind}"
            + (option.IsRequired ? ", required" : option.Default is { } text ? $", default {text}" : "");
    }
}
