using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kamaelia.Axon;

// The snapshot as text for other tools.
public sealed partial record GraphSnapshot
{
    /// <summary>For Graphviz: components as boxes, those with children as clusters.</summary>
    public string ToDot()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"digraph {Quoted(Name)} {{\n  rankdir=LR;\n  node [shape=box];\n");
        foreach (ComponentSnapshot component in Components)
            Dot(component, text, "  ");
        HashSet<string> paths = Paths();
        foreach (LinkageSnapshot link in Linkages)
        {
            (string from, string fromBox) = Split(link.From, paths);
            (string to, string toBox) = Split(link.To, paths);
            string style = link.Kind == LinkageKind.Delivery ? "" : ", style=dashed";
            text.Append(CultureInfo.InvariantCulture,
                $"  {Quoted(from)} -> {Quoted(to)} [taillabel={Quoted(fromBox)}, headlabel={Quoted(toBox)}{style}];\n");
        }
        return text.Append("}\n").ToString();
    }

    private static void Dot(ComponentSnapshot component, StringBuilder text, string indent)
    {
        string label = $"\"{Escaped(NameOf(component.Path))}\\n{Escaped(component.Type)}\"";
        if (component.Children.Count == 0)
        {
            text.Append(indent).Append(Quoted(component.Path)).Append(" [label=").Append(label).Append("];\n");
            return;
        }
        text.Append(indent).Append("subgraph ").Append(Quoted("cluster" + component.Path)).Append(" {\n");
        text.Append(indent).Append("  label=").Append(label).Append(";\n");
        text.Append(indent).Append("  ").Append(Quoted(component.Path)).Append(" [shape=point];\n");
        foreach (ComponentSnapshot child in component.Children)
            Dot(child, text, indent + "  ");
        text.Append(indent).Append("}\n");
    }

    /// <summary>For Mermaid (Markdown pages show it): components and linkages, left to right.</summary>
    public string ToMermaid()
    {
        var text = new StringBuilder("flowchart LR\n");
        var ids = new Dictionary<string, string>();
        foreach (ComponentSnapshot component in Components)
            Mermaid(component, ids, text, "  ");
        HashSet<string> paths = Paths();
        foreach (LinkageSnapshot link in Linkages)
        {
            (string from, string fromBox) = Split(link.From, paths);
            (string to, string toBox) = Split(link.To, paths);
            string arrow = link.Kind == LinkageKind.Delivery ? "-->" : "-.->";
            text.Append(CultureInfo.InvariantCulture,
                $"  {IdOf(from, ids)} {arrow}|{fromBox} → {toBox}| {IdOf(to, ids)}\n");
        }
        return text.ToString();
    }

    private static void Mermaid(
        ComponentSnapshot component, Dictionary<string, string> ids, StringBuilder text, string indent)
    {
        string label = $"\"{Html(NameOf(component.Path))}<br/>{Html(component.Type)}\"";
        if (component.Children.Count == 0)
        {
            text.Append(indent).Append(IdOf(component.Path, ids)).Append('[').Append(label).Append("]\n");
            return;
        }
        text.Append(indent).Append("subgraph ").Append(IdOf(component.Path, ids)).Append('[').Append(label)
            .Append("]\n");
        foreach (ComponentSnapshot child in component.Children)
            Mermaid(child, ids, text, indent + "  ");
        text.Append(indent).Append("end\n");
    }

    // Mermaid reads labels as HTML; its own entity for a quote is #quot;.
    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "#quot;", StringComparison.Ordinal);

    /// <summary>Everything, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SnapshotJson.Default.GraphSnapshot);

    private static string IdOf(string path, Dictionary<string, string> ids)
    {
        if (!ids.TryGetValue(path, out string? id))
            ids[path] = id = $"c{ids.Count}";
        return id;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    // Names of components and of boxes may both contain dots: where one ends only the components can tell.
    private static (string Component, string Box) Split(string box, HashSet<string> paths)
    {
        int last = box.LastIndexOf('.'), slash = box.LastIndexOf('/');
        for (int dot = last; dot > slash; dot = box.LastIndexOf('.', dot - 1))
        {
            if (paths.Contains(box[..dot]))
                return (box[..dot], box[(dot + 1)..]);
        }
        return (box[..last], box[(last + 1)..]);
    }

    private HashSet<string> Paths()
    {
        var paths = new HashSet<string>();
        foreach (ComponentSnapshot component in Components)
            Add(component);
        return paths;

        void Add(ComponentSnapshot component)
        {
            paths.Add(component.Path);
            foreach (ComponentSnapshot child in component.Children)
                Add(child);
        }
    }

    private static string Quoted(string text) => $"\"{Escaped(text)}\"";

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(GraphSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
