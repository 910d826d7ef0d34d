using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Notation;

/// <summary>A text that was read: what is wrong with it, what it asks for, and how to build it.</summary>
public sealed class ParsedGraph
{
    internal ParsedGraph(SourceText source, NotationSyntax syntax, IReadOnlyList<Diagnostic> diagnostics,
        IReadOnlyList<PlannedComponent> components, IReadOnlyList<PlannedLink> links,
        IReadOnlyList<PlannedComponent> groups)
    {
        Source = source;
        Syntax = syntax;
        Diagnostics = diagnostics;
        Components = components;
        Links = links;
        Groups = groups;
    }

    /// <summary>The text.</summary>
    public SourceText Source { get; }

    /// <summary>What stands in it, whether or not it means something.</summary>
    public NotationSyntax Syntax { get; }

    /// <summary>All that is wrong with it, in the order of the places. Empty: it can be built.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>There is an error among the diagnostics; warnings do not count.</summary>
    public bool HasErrors => Diagnostics.Any(item => item.Severity == DiagnosticSeverity.Error);

    /// <summary>The components it asks for, without those that were refused.</summary>
    public IReadOnlyList<PlannedComponent> Components { get; }

    /// <summary>The linkages it asks for, without those that were refused.</summary>
    public IReadOnlyList<PlannedLink> Links { get; }

    /// <summary>The supervised groups, each before those inside it.</summary>
    public IReadOnlyList<PlannedComponent> Groups { get; }

    /// <summary>Makes the components and links them. Each call makes a new graph; nothing is started or
    /// opened.</summary>
    /// <param name="options">Schedulers and time-outs; chains are dealt out to the schedulers in turn.</param>
    /// <exception cref="NotationException">The text has errors, or a component refuses its values.</exception>
    public Graph Build(GraphOptions? options = null) => BuildWithBoxes(options).Graph;

    /// <summary>As <see cref="Build"/>, and tells which boxes each planned linkage joins.</summary>
    internal (Graph Graph, IReadOnlyList<(PlannedLink Plan, Outbox From, Inbox To)> Links) BuildWithBoxes(
        GraphOptions? options)
    {
        if (HasErrors)
            throw new NotationException(Source, Diagnostics);
        var refusals = new DiagnosticBag();
        var made = Components.Select(planned => (Plan: planned, Component: Make(planned, refusals))).ToList();
        if (refusals.HasErrors)
        {
            foreach (var (_, component) in made)
                (component as IDisposable)?.Dispose();
            throw new NotationException(Source, refusals.Items);
        }
        return new GraphBuilder(this, made.Select(item => (item.Plan, item.Component!))).Build(NameOf(Source), options);
    }

    /// <summary>The planned component of that name in the graph, or null.</summary>
    public PlannedComponent? FindComponent(string name) => Components.FirstOrDefault(item => item.Name == name);

    /// <summary>The component, or else the group, that a path in the graph leads into: the innermost one that the text
    /// knows; null when there is none.</summary>
    public PlannedComponent? FindByPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        PlannedComponent? found = null;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var next = Components.Concat(Groups).FirstOrDefault(
                item => item.Name == name && ReferenceEquals(item.Group, found));
            found = next ?? found; // Between a group and what is in it stands the group's instance of the moment.
        }
        return found;
    }

    /// <summary>A file's name without its ending, as far as its signs may stand in a path; else <c>graph</c>.</summary>
    private static string NameOf(SourceText source)
    {
        if (!source.Name.EndsWith(".kam", StringComparison.Ordinal))
            return "graph";
        string name = System.IO.Path.GetFileNameWithoutExtension(source.Name);
        return name.Length == 0
            ? "graph"
            : string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
    }

    private static Component? Make(PlannedComponent planned, DiagnosticBag refusals)
    {
        try
        {
            return planned.Twin.Create(planned.Options);
        }
        catch (OptionException refusal)
        {
            refusals.Add(DiagnosticCode.BadValue, planned.PlaceOf(refusal.OptionName),
                refusal.OptionName.Length == 0 ? refusal.Sentence : $"{refusal.OptionName}: {refusal.Sentence}");
        }
        catch (ResourceUnavailableException refusal)
        {
            refusals.Add(DiagnosticCode.ResourceUnavailable, planned.PlaceOf(refusal.OptionName), refusal.Message);
        }
        catch (Exception failure) when (planned.Twin.IsNative
            && failure is NativeException or NativeUnavailableException or IOException or PlatformNotSupportedException)
        {
            refusals.Add(failure is IOException ? DiagnosticCode.ResourceUnavailable : DiagnosticCode.NativeFailed,
                planned.PlaceOf(planned.Twin.Info.PositionalOption?.Name ?? ""), failure.Message);
        }
        return null;
    }

    internal static LinkOptions? OptionsOf(LinkSyntax link) =>
        link is { Capacity: null, CapacityBytes: null, Policy: null }
            ? null
            : new LinkOptions(link.Capacity, link.CapacityBytes, link.Policy switch
            {
                "drop-oldest" => LinkPolicy.DropOldest,
                "drop-newest" => LinkPolicy.DropNewest,
                "keep-latest" => LinkPolicy.KeepLatest,
                "unbounded" => LinkPolicy.Unbounded,
                _ => LinkPolicy.Wait,
            });
}
