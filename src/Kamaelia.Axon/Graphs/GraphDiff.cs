namespace Kamaelia.Axon;

/// <summary>What <see cref="Graph.ApplyAsync"/> shall change: plain data, made on any thread, used as often as one
/// likes.</summary>
/// <remarks>The order of the calls does not matter but for the order in which components are added. A component is
/// named once: added, removed or replaced.</remarks>
public sealed class GraphDiff
{
    internal readonly record struct Addition(Component Component, Scheduler? On, Component? InPlaceOf);

    internal readonly record struct Join(
        Outbox? From, Inbox? To, Component? Source, string Outbox, Component? Sink, string Inbox, LinkOptions? Options);

    internal List<Addition> Additions { get; } = [];

    internal List<Component> Removals { get; } = [];

    internal List<Join> Joins { get; } = [];

    internal List<(Linkage? Linkage, Outbox? From)> Cuts { get; } = [];

    /// <summary>Puts a component into the graph. It starts when what the same diff removes has ended.</summary>
    /// <param name="component">New: it has run nowhere and is in nothing.</param>
    /// <param name="on">Where it shall run; by default the graph's first scheduler.</param>
    public GraphDiff Add(Component component, Scheduler? on = null)
    {
        ArgumentNullException.ThrowIfNull(component);
        Additions.Add(new Addition(component, on, null));
        return this;
    }

    /// <summary>Takes a top-level component out: its inboxes end (Unlinked), it may finish what it has, then it is
    /// cancelled.</summary>
    public GraphDiff Remove(Component component)
    {
        ArgumentNullException.ThrowIfNull(component);
        Removals.Add(component);
        return this;
    }

    /// <summary>Removes one and adds another in its place: linkages of boxes with the same name and type pass over to
    /// it, with their options, unless this diff links or unlinks those boxes itself.</summary>
    /// <param name="old">A top-level component of the graph.</param>
    /// <param name="replacement">New; it may have the old one's name.</param>
    /// <param name="on">Where it shall run; by default where the old one does.</param>
    public GraphDiff Replace(Component old, Component replacement, Scheduler? on = null)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(replacement);
        Additions.Add(new Addition(replacement, on, old));
        Removals.Add(old);
        return this;
    }

    /// <summary>Links an outbox to an inbox. One that is linked already must be unlinked by the same diff.</summary>
    public GraphDiff Link<T>(Outbox<T> from, Inbox<T> to, LinkOptions? options = null) =>
        Link((Outbox)from, to, options);

    /// <inheritdoc cref="Link{T}"/>
    public GraphDiff Link(Outbox from, Inbox to, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Joins.Add(new Join(from, to, from.Owner, from.Name, to.Owner, to.Name, options));
        return this;
    }

    /// <summary>Links boxes by name; they are looked up when the diff is applied.</summary>
    public GraphDiff Link(Component from, string outbox, Component to, string inbox, LinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentException.ThrowIfNullOrEmpty(outbox);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentException.ThrowIfNullOrEmpty(inbox);
        Joins.Add(new Join(null, null, from, outbox, to, inbox, options));
        return this;
    }

    /// <summary>Undoes a linkage of the graph: delivered messages stay, the inbox stays open for another.</summary>
    public GraphDiff Unlink(Linkage linkage)
    {
        ArgumentNullException.ThrowIfNull(linkage);
        Cuts.Add((linkage, null));
        return this;
    }

    /// <summary>Undoes the graph's linkage from this outbox.</summary>
    public GraphDiff Unlink(Outbox from)
    {
        ArgumentNullException.ThrowIfNull(from);
        Cuts.Add((null, from));
        return this;
    }

    /// <summary>The same data in lists of its own.</summary>
    internal GraphDiff Copy()
    {
        var copy = new GraphDiff();
        copy.Additions.AddRange(Additions);
        copy.Removals.AddRange(Removals);
        copy.Joins.AddRange(Joins);
        copy.Cuts.AddRange(Cuts);
        return copy;
    }
}
