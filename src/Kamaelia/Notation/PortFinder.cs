using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Notation;

/// <summary>Which box of a component an item of a chain means.</summary>
internal static class PortFinder
{
    /// <summary>The box that a reference names if it has the direction, else the component's main one; or
    /// null.</summary>
    /// <param name="item">The element or the reference.</param>
    /// <param name="twin">Its component.</param>
    /// <param name="direction">In: what stands left of it sends to it.</param>
    /// <param name="isOnlyEnd">It is linked on this side only. In the middle of a chain a box named there may be meant
    /// for
    /// the other side.</param>
    public static PortInfo? Find(ItemSyntax item, ComponentTwin twin, PortDirection direction, bool isOnlyEnd)
    {
        if (item is ReferenceSyntax { Box: { } box })
        {
            var named = twin.Ports.FirstOrDefault(port => port.Name == box.Text);
            if (named is null || isOnlyEnd || named.Direction == direction)
                return named?.Direction == direction ? named : null;
        }
        return Main(twin.Ports, direction);
    }

    public static IEnumerable<PortInfo> DataPorts(ComponentTwin twin, PortDirection direction) =>
        twin.Ports.Where(port => port.Direction == direction && port.Name is not ("control" or "signal"));

    /// <summary>The one with the default name; else the only one; else, of several, the only one that must be
    /// linked.</summary>
    /// <remarks>Asked four times a linkage: without a list or a query, which were a third of what a plan
    /// allocated.</remarks>
    private static PortInfo? Main(IReadOnlyList<PortInfo> ports, PortDirection direction)
    {
        string main = direction == PortDirection.In ? "inbox" : "outbox";
        PortInfo? first = null, needed = null;
        int count = 0, neededCount = 0;
        for (int i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            if (port.Direction != direction || port.Name is "control" or "signal")
                continue;
            if (port.Name == main)
                return port;
            first ??= port;
            count++;
            if (port.IsOptional)
                continue;
            needed ??= port;
            neededCount++;
        }
        return count == 1 ? first : neededCount == 1 ? needed : null;
    }
}
