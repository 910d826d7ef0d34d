namespace Kamaelia.Axon;

/// <summary>The three ways to link two boxes.</summary>
public enum LinkageKind
{
    /// <summary>An outbox to an inbox.</summary>
    Delivery,

    /// <summary>A parent's inbox to a child's.</summary>
    PassIn,

    /// <summary>A child's outbox to its parent's.</summary>
    PassOut,
}

/// <summary>Two linked boxes. A handle: messages do not pass through it.</summary>
public sealed class Linkage
{
    internal Linkage(Box from, Box to, Component? maker)
    {
        From = from;
        To = to;
        Maker = maker;
        Kind = !from.IsInbox ? to.IsInbox ? LinkageKind.Delivery : LinkageKind.PassOut : LinkageKind.PassIn;
    }

    /// <summary>Where messages come from.</summary>
    public Box From { get; }

    /// <summary>Where they go.</summary>
    public Box To { get; }

    /// <summary>The component that made it and may unlink it; null: the graph.</summary>
    public Component? Maker { get; }

    /// <summary>Delivery or pass-through.</summary>
    public LinkageKind Kind { get; }

    /// <summary>False once it was unlinked.</summary>
    public bool IsLinked => ReferenceEquals(From.Onward, this);

    internal bool FeederEnded { get; set; }

    /// <summary>Its sender was taken out of the graph: when it ends, what it feeds stays open.</summary>
    internal bool IsLeaving { get; set; }

    /// <summary>As given when the graph made it, for a component that takes the linkage over.</summary>
    internal LinkOptions? Options { get; set; }

    /// <summary>The inbox on another scheduler that this linkage leads to through a crossing; null: none.</summary>
    internal Box? Beyond { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{From.Path} -> {To.Path}";
}
