namespace Kamaelia.Axon;

// Handles: a graph used from ordinary code.
public sealed partial class Graph
{
    /// <summary>A handle that feeds an inbox from ordinary code.</summary>
    /// <param name="to">The inbox, of a component of this graph.</param>
    /// <param name="capacity">Messages that may be posted ahead of the graph.</param>
    public GraphInput<T> Input<T>(Inbox<T> to, int capacity = LinkOptions.DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(to);
        var input = new GraphInput<T>(capacity);
        Outbox<T> from = input.Outbox; // Made now, so that the check sees it linked.
        Add(input, PlacementOf(to.Owner));
        Link(from, to);
        return input;
    }

    /// <summary>A handle that reads from an outbox in ordinary code.</summary>
    /// <param name="from">The outbox, of a component of this graph.</param>
    /// <param name="capacity">Messages that the graph may send ahead of the reader.</param>
    public GraphOutput<T> Output<T>(Outbox<T> from, int capacity = LinkOptions.DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(from);
        var output = new GraphOutput<T>(capacity);
        Inbox<T> to = output.Inbox;
        Add(output, PlacementOf(from.Owner));
        Link(from, to);
        return output;
    }
}
