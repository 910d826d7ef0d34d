using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Notation;

namespace Kamaelia;

/// <summary>Reads the pipe notation: <c>file.read in.ts | pace pcr | udp.send 239.1.1.1:5004</c>.</summary>
public static class GraphText
{
    /// <summary>Reads a text. Never throws for what stands in it: all that is wrong is among the diagnostics.</summary>
    /// <param name="text">The notation.</param>
    /// <param name="sourceName">What diagnostics call it.</param>
    /// <param name="catalogue">The components it may name; null: <see cref="ComponentCatalogue.Default"/>.</param>
    /// <param name="preferred">Which twin runs where the text does not say; one without that twin runs the
    /// other.</param>
    public static ParsedGraph Parse(string text, string sourceName = "text", ComponentCatalogue? catalogue = null,
        Twin preferred = Twin.Auto)
    {
        var source = new SourceText(text, sourceName);
        var diagnostics = new DiagnosticBag();
        var syntax = Parser.Parse(text, diagnostics);
        var elements = new ElementBinder(catalogue ?? ComponentCatalogue.Default, preferred, diagnostics);
        var planner = new GraphPlanner(syntax, elements, diagnostics);
        planner.Plan();
        return new ParsedGraph(source, syntax, diagnostics.Items, planner.Components, planner.Links,
            planner.Groups);
    }

    /// <summary>Reads a <c>.kam</c> file, UTF-8.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ParsedGraph ParseFile(
        string path, ComponentCatalogue? catalogue = null, Twin preferred = Twin.Auto) =>
        Parse(File.ReadAllText(path), path, catalogue, preferred);
}

/// <summary>Lets the notation be read where a graph is wanted: <c>Graph.Parse("file.read in.ts | null")</c>.</summary>
public static class GraphNotation
{
    extension(Graph)
    {
        /// <summary>Reads a text and builds its graph, which is not started.</summary>
        /// <param name="text">The notation.</param>
        /// <param name="options">Schedulers and time-outs.</param>
        /// <exception cref="NotationException">Something is wrong with the text; the message shows it with
        /// carets.</exception>
        public static Graph Parse(string text, GraphOptions? options = null) => GraphText.Parse(text).Build(options);
    }
}
