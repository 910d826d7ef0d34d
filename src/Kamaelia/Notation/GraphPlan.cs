using Kamaelia.Catalogue;

namespace Kamaelia.Notation;

/// <summary>A component that a text asks for: which twin, with which values, under which name.</summary>
public sealed class PlannedComponent
{
    internal PlannedComponent(
        ElementSyntax syntax, string name, int chainIndex, ComponentTwin twin, OptionValues options)
    {
        Syntax = syntax;
        Name = name;
        ChainIndex = chainIndex;
        Twin = twin;
        Options = options;
    }

    /// <summary>Its place in the text.</summary>
    public ElementSyntax Syntax { get; }

    /// <summary>Its name in the graph: the one given with <c>@</c>, else the component's own, made unique.</summary>
    public string Name { get; }

    /// <summary>The group that it stands in, the innermost; null: none.</summary>
    public PlannedComponent? Group { get; internal init; }

    /// <summary>It is a supervised group: <c>restart NAME { … }</c>.</summary>
    public bool IsGroup => ReferenceEquals(Twin, GroupOptions.Twin);

    /// <summary>Which chain of the text it stands in, from 0.</summary>
    public int ChainIndex { get; }

    /// <summary>The implementation that was chosen, for the messages that its linkages carry.</summary>
    public ComponentTwin Twin { get; internal set; }

    /// <summary>Its values, defaults filled in.</summary>
    public OptionValues Options { get; }

    /// <summary>Where an option's value stands, or the component's name if it was left out.</summary>
    public TextSpan PlaceOf(string optionName)
    {
        bool isPositional = Twin.Info.PositionalOption?.Name == optionName;
        var argument = Syntax.Arguments.FirstOrDefault(
            item => item.Key is { } key ? key.Text == optionName : isPositional);
        return argument?.ValueSpan ?? Syntax.Component.Span;
    }
}

/// <summary>One end of a planned linkage.</summary>
/// <param name="Component">Whose box.</param>
/// <param name="BoxName">As in its table of ports.</param>
/// <param name="BoxIndex">Of an array of boxes, from 0; 0 for any other box.</param>
public readonly record struct PlannedBox(PlannedComponent Component, string BoxName, int BoxIndex)
{
    /// <inheritdoc/>
    public override string ToString() =>
        BoxIndex == 0 ? $"@{Component.Name}.{BoxName}" : $"@{Component.Name}.{BoxName}#{BoxIndex}";
}

/// <summary>A linkage that a text asks for.</summary>
/// <param name="From">The outbox.</param>
/// <param name="To">The inbox.</param>
/// <param name="Syntax">The pipe, with its options and its place.</param>
public sealed record PlannedLink(PlannedBox From, PlannedBox To, LinkSyntax Syntax);
