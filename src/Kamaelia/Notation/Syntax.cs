namespace Kamaelia.Notation;

/// <summary>Which of a component's two implementations is asked for.</summary>
public enum Twin
{
    /// <summary>Native where the library loads and has it, else managed.</summary>
    Auto,

    /// <summary><c>native:</c>.</summary>
    Native,

    /// <summary><c>managed:</c>.</summary>
    Managed,
}

/// <summary>A name as written, and where.</summary>
/// <param name="Text">Without <c>@</c> or prefix.</param>
/// <param name="Span">The characters of the name alone.</param>
public sealed record NameSyntax(string Text, TextSpan Span);

/// <summary>A value of an element: <c>key=value</c>, or a bare word whose key is null.</summary>
/// <param name="Key">The option's name; null for a bare word.</param>
/// <param name="Value">Without quotes and escapes.</param>
/// <param name="ValueSpan">The value with its quotes.</param>
public sealed record ArgumentSyntax(NameSyntax? Key, string Value, TextSpan ValueSpan)
{
    /// <summary>Its quotes or signs are wrong, which was reported.</summary>
    public bool IsBroken { get; init; }
}

/// <summary>What stands between two pipes.</summary>
/// <param name="Span">All of it.</param>
public abstract record ItemSyntax(TextSpan Span);

/// <summary>A component to make: <c>native:udp.send 239.1.1.1:5004 ttl=4 @out</c>.</summary>
public sealed record ElementSyntax(TextSpan Span, Twin Twin, NameSyntax Component,
    IReadOnlyList<ArgumentSyntax> Arguments, NameSyntax? Label) : ItemSyntax(Span);

/// <summary>A component named elsewhere, or a box of it: <c>@mon.alarms#2</c>.</summary>
public sealed record ReferenceSyntax(TextSpan Span, NameSyntax Name, NameSyntax? Box, int? BoxIndex) : ItemSyntax(Span);

/// <summary>A place where an item was expected and something else, already reported, stands.</summary>
public sealed record MissingSyntax(TextSpan Span) : ItemSyntax(Span);

/// <summary>A <c>|</c> with its options.</summary>
/// <param name="Span">The pipe and the brackets.</param>
/// <param name="Capacity">Messages; null: the inbox's own.</param>
/// <param name="CapacityBytes">Bytes, for chunks; null: no limit in bytes.</param>
/// <param name="Policy">One of <see cref="LinkOptionsReader.Policies"/>; null: wait.</param>
public sealed record LinkSyntax(TextSpan Span, int? Capacity, long? CapacityBytes, string? Policy);

/// <summary>Items joined by pipes: always one link fewer than items.</summary>
public sealed record ChainSyntax(IReadOnlyList<ItemSyntax> Items, IReadOnlyList<LinkSyntax> Links)
{
    /// <summary>The group whose braces it stands in, the innermost; null: none.</summary>
    public GroupSyntax? Group { get; init; }
}

/// <summary>A supervised group: <c>restart NAME option=value … { chains }</c>.</summary>
/// <param name="Span">From the keyword to what stands before the brace.</param>
/// <param name="Name">As written; empty where it is missing, which was reported.</param>
/// <param name="Arguments">Its options.</param>
/// <param name="OpenSpan">The opening brace.</param>
public sealed record GroupSyntax(
    TextSpan Span, NameSyntax Name, IReadOnlyList<ArgumentSyntax> Arguments, TextSpan OpenSpan)
{
    /// <summary>The group that it stands in; null: none.</summary>
    public GroupSyntax? Parent { get; init; }
}

/// <summary>A whole text.</summary>
/// <param name="Chains">In their order, those of groups among them.</param>
public sealed record NotationSyntax(IReadOnlyList<ChainSyntax> Chains)
{
    /// <summary>The groups, each before those inside it.</summary>
    public IReadOnlyList<GroupSyntax> Groups { get; init; } = [];
}
