using System.Text.Json;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary>A component's table as JSON, for tools.</summary>
internal static class InspectJson
{
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<ComponentEntry> entries)
    {
        json.WriteStartArray();
        foreach (var entry in entries)
            Write(json, entry);
        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, ComponentEntry entry)
    {
        var twin = entry.Auto;
        json.WriteStartObject();
        json.WriteString("name", entry.Name);
        json.WriteString("sentence", twin.Info.Sentence);
        json.WriteBoolean("native", entry.Native is not null);
        json.WriteBoolean("managed", entry.Managed is not null);
        json.WriteBoolean("source", twin.Info.IsSource);
        json.WriteString("unavailable", twin.Unavailable);
        json.WriteStartArray("ports");
        foreach (var port in twin.Ports)
            Write(json, port, twin.ArrayBoxes.Contains(port.Name));
        json.WriteEndArray();
        json.WriteStartArray("options");
        foreach (var option in twin.Info.Options)
            Write(json, option);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PortInfo port, bool isArray)
    {
        json.WriteStartObject();
        json.WriteString("name", port.Name);
        json.WriteString("direction", port.Direction == PortDirection.In ? "in" : "out");
        json.WriteString("type", LinkBinder.TypeName(port.MessageType));
        json.WriteString("format", port.Format);
        json.WriteBoolean("optional", port.IsOptional);
        json.WriteBoolean("array", isArray);
        json.WriteString("sentence", port.Sentence);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, OptionInfo option)
    {
        json.WriteStartObject();
        json.WriteString("name", option.Name);
        json.WriteString("kind", option.Kind.ToString().ToLowerInvariant());
        json.WriteString("default", option.Default);
        json.WriteBoolean("required", option.IsRequired);
        json.WriteBoolean("positional", option.IsPositional);
        json.WriteString("example", option.Example);
        json.WriteStartArray("choices");
        foreach (string choice in option.Choices)
            json.WriteStringValue(choice);
        json.WriteEndArray();
        if (option.Min is { } min)
            json.WriteNumber("min", min);
        if (option.Max is { } max)
            json.WriteNumber("max", max);
        json.WriteString("sentence", option.Sentence);
        json.WriteEndObject();
    }
}
