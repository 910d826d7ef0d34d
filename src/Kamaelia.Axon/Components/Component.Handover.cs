namespace Kamaelia.Axon;

// What waits for a component that ends, where another is to take its place.
public abstract partial class Component
{
    /// <summary>Whether what waits for a child that ends is for the next one.</summary>
    internal virtual bool KeepsForNext => false;

    /// <summary>It has a place on a scheduler; nothing of the graph has run since. The scheduler's thread, or the one
    /// that starts the graph.</summary>
    internal virtual void OnPlacing()
    {
    }

    /// <summary>So have all that start together with it; nothing has run yet.</summary>
    internal virtual void OnNeighboursPlaced()
    {
    }

    private void GiveBackQueued()
    {
        for (Box? box = _boxes; box is not null; box = box.NextOfOwner)
        {
            if (box is Inbox inbox && KeeperOf(inbox) is { } linkage)
            {
                Postman.Unlink(linkage); // First, so that whoever is woken for room looks there.
                inbox.MoveTo((Inbox)linkage.From);
            }
        }
    }

    // The linkage into this place from the box of whoever has others to put here, through any chassis between.
    private static Linkage? KeeperOf(Box inbox)
    {
        while (inbox.FeederCount == 1 && inbox.FeederAt(0) is { Kind: LinkageKind.PassIn } linkage)
        {
            Component owner = linkage.From.Owner;
            if (owner.KeepsForNext)
                return owner is { State: ComponentState.Running, StopRequested: not StopKind.Cancel } ? linkage : null;
            inbox = linkage.From;
        }
        return null;
    }
}
