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
        var candidates = DataPorts(twin, direction).ToList();
        string main = direction == PortDirection.In ? "inbox" : "outbox";
        return candidates.Find(port => port.Name == main) ?? MainOf(candidates);
    }

    public static IEnumerable<PortInfo> DataPorts(ComponentTwin twin, PortDirection direction) =>
        twin.Ports.Where(port => port.Direction == direction && port.Name is not ("control" or "signal"));

    /// <summary>Of several without the default name, the one that must be linked.</summary>
    private static PortInfo? MainOf(List<PortInfo> candidates)
    {
        if (candidates.Count > 1)
            candidates = candidates.FindAll(port => !port.IsOptional);
        return candidates.Count == 1 ? candidates[0] : null;
    }
}
