namespace Kamaelia.Axon;

// How much it can hold.
public sealed partial class Graph
{
    /// <summary>The sum of what its boxes can hold as it is wired now. Any thread; components that add boxes while they
    /// run change it.</summary>
    public GraphCapacity Capacity()
    {
        var sum = new CapacitySum();
        foreach (Component component in Components)
            sum.Add(component);
        return new GraphCapacity(sum.Messages, sum.PendingSends, sum.Bytes, sum.Unbounded);
    }

    private sealed class CapacitySum
    {
        public long Messages { get; private set; }

        public long PendingSends { get; private set; }

        public long? Bytes { get; private set; } = 0;

        public List<string> Unbounded { get; } = [];

        public void Add(Component component)
        {
            foreach (Component child in component.Children)
                Add(child);
            if (component.State == ComponentState.Ended)
                return;
            Messages += component.HeldMax;
            foreach (Box box in component.Boxes)
            {
                if (ReferenceEquals(box.Info, PortInfo.Control) || ReferenceEquals(box.Info, PortInfo.Signal))
                    continue;
                if (box is Inbox inbox)
                    Add(inbox);
                else if (!box.HasFeeders) // A chassis' outbox holds nothing: a child sends through it.
                    AddPending(box);
            }
        }

        private void Add(Inbox inbox)
        {
            if (!inbox.HasFeeders || inbox.Onward is not null)
                return; // Nothing comes there, or it waits at the end of the pass-through.
            if (inbox.Policy == LinkPolicy.Unbounded)
            {
                Unbounded.Add(inbox.Path);
                return;
            }
            Messages += inbox.Capacity;
            if (inbox.Owner is CrossingEnd { CrossingCapacity: var crossing })
                Messages += crossing;
            if (inbox.MessageType != typeof(Chunk))
                return;
            bool isBounded = inbox.CapacityBytes > 0 && inbox.Owner is not CrossingEnd;
            Bytes = isBounded ? Bytes + inbox.CapacityBytes : null;
        }

        private void AddPending(Box box)
        {
            if (box.Owner is not CrossingEnd) // An end of a crossing takes nothing that it cannot pass on.
                PendingSends++;
        }
    }
}
