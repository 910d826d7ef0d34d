namespace Kamaelia.Axon;

/// <summary>An inbox or an outbox of a component.</summary>
/// <remarks>Belongs to its component's scheduler: only that thread sends, receives and links once the graph runs.
/// Counters may be read from anywhere.</remarks>
public abstract class Box
{
    private protected Box(Component owner, PortInfo info)
    {
        Owner = owner;
        Info = info;
    }

    /// <summary>The component it belongs to.</summary>
    public Component Owner { get; }

    /// <summary>The port it was made for.</summary>
    public PortInfo Info { get; }

    /// <summary>As in <c>@name.box</c>.</summary>
    public string Name => Info.Name;

    /// <summary>What passes through.</summary>
    public Type MessageType => Info.MessageType;

    /// <summary>True for an inbox.</summary>
    public bool IsInbox => Info.Direction == PortDirection.In;

    /// <summary>"/graph/component.box".</summary>
    public string Path => $"{Owner.Path}.{Name}";

    /// <summary>How the stream through this box ended; null while it is open.</summary>
    public EndReason? End => EndValue;

    /// <summary>Stays open when all that feed it have ended: ends only by its owner (or with it).</summary>
    public bool KeepOpen { get; set; }

    // What the postman keeps. Plain fields: a component has few boxes, but there may be a million components.
    internal Box? NextOfOwner;
    internal Linkage? Onward;          // The linkage out of this box: one at most.
    internal object? Feeders;          // null, one Linkage, or a List<Linkage>.
    internal int OpenFeeders;
    internal byte Reserves;            // Who is about to feed it. They count as open feeders too.
    internal EndReason? EndValue;
    internal EndReason? FeedersReason; // The worst of those that have ended.

    internal bool HasFeeders => Feeders is not null;

    internal bool EndedByFeeders => HasFeeders && OpenFeeders == 0 && !KeepOpen;

    internal abstract void OnPlaced(Scheduler scheduler, int id);

    internal abstract void OnEnded();

    internal abstract void Bury();

    internal abstract void Accept(IBoxVisitor visitor);

    internal void AddFeeder(Linkage linkage)
    {
        switch (Feeders)
        {
            case null: Feeders = linkage; break;
            case Linkage first: Feeders = new List<Linkage> { first, linkage }; break;
            case List<Linkage> many: many.Add(linkage); break;
        }
    }

    internal bool RemoveFeeder(Linkage linkage)
    {
        if (ReferenceEquals(Feeders, linkage))
        {
            Feeders = null;
            return true;
        }
        if (Feeders is not List<Linkage> many || !many.Remove(linkage))
            return false;
        if (many.Count == 0)
            Feeders = null;
        return true;
    }

    /// <summary>How many linkages feed it.</summary>
    internal int FeederCount => Feeders switch { null => 0, Linkage => 1, var many => ((List<Linkage>)many).Count };

    /// <summary>One of them, without a list for the usual one.</summary>
    internal Linkage FeederAt(int index) => Feeders as Linkage ?? ((List<Linkage>)Feeders!)[index];

    internal IReadOnlyList<Linkage> FeederList => Feeders switch
    {
        null => [],
        Linkage one => [one],
        var many => (List<Linkage>)many,
    };
}
