namespace Kamaelia.Axon;

/// <summary>What the chassis share: a component whose body only waits for the components inside.</summary>
public abstract class Chassis : Component
{
    /// <summary>For subclasses.</summary>
    protected Chassis()
    {
    }

    /// <summary>Its own boxes are those of the components inside, made when they are linked.</summary>
    public override IReadOnlyList<PortInfo> PortInfos =>
        [.. base.PortInfos, .. Boxes.Where(b => b.Info != PortInfo.Control && b.Info != PortInfo.Signal)
            .Select(b => b.Info)];

    /// <summary>Waits for the components inside. Their faults are theirs; this one completes.</summary>
    protected override async Run RunAsync(CancellationToken stop) => await WaitChildrenAsync();

    /// <summary>An inbox of this chassis that passes through to a child's.</summary>
    private protected Inbox PassIn(string name, Inbox child)
    {
        Inbox mine = child.MakeOuter(this, name);
        LinkBoxes(mine, child);
        return mine;
    }

    /// <summary>An outbox of this chassis that a child's passes through to.</summary>
    private protected Outbox PassOut(Outbox child, string name)
    {
        Outbox mine = child.MakeOuter(this, name);
        LinkBoxes(child, mine);
        return mine;
    }

    private protected static bool Has(Component component, string port, PortDirection direction) =>
        component.PortInfos.Any(p => p.Name == port && p.Direction == direction)
        || component.Boxes.Any(b => b.Name == port && b.Info.Direction == direction);
}
