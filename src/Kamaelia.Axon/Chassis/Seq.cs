namespace Kamaelia.Axon;

/// <summary>Components one after the other, each with the whole inbox and outbox while it runs.</summary>
/// <remarks>What waits in the inbox when one ends goes to the next. They start when their turn comes.</remarks>
public sealed class Seq : Chassis
{
    private readonly Component[] _sequence;

    /// <summary>The sequence, at least one.</summary>
    public Seq(params ReadOnlySpan<Component> sequence)
    {
        if (sequence.IsEmpty)
            throw new ArgumentException("a sequence needs a component", nameof(sequence));
        _sequence = sequence.ToArray();
        foreach (Component component in _sequence)
        {
            if (Has(component, "inbox", PortDirection.In))
                component.FindInbox("inbox").MakeOuter(this, "inbox");
            if (Has(component, "outbox", PortDirection.Out))
                component.FindOutbox("outbox").MakeOuter(this, "outbox").KeepOpen = true;
        }
    }

    internal override bool KeepsForNext => true;

    // Those whose turn never came have boxes, but nobody else who knows of them.
    internal override void BuryUnstarted()
    {
        base.BuryUnstarted();
        BuryRest();
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndedAsync(EndReason reason)
    {
        BuryRest();
        return base.OnEndedAsync(reason);
    }

    private void BuryRest()
    {
        foreach (Component component in _sequence)
        {
            bool isNobodys = component.State == ComponentState.Created && component.Graph is null;
            component.BuryUnstarted();
            if (isNobodys)
                Graph?.CloseAfterEnd(component, EndReason.Cancelled); // It was in no graph that would have done it.
        }
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        foreach (Component component in _sequence)
        {
            stop.ThrowIfCancellationRequested();
            AddChild(component);
            if (Has(component, "inbox", PortDirection.In))
            {
                component.FindInbox("inbox").TakeOptionsOf(FindInbox("inbox"));
                PassIn("inbox", component.FindInbox("inbox"));
            }
            if (Has(component, "outbox", PortDirection.Out))
                PassOut(component.FindOutbox("outbox"), "outbox");
            await WaitChildrenAsync();
            RemoveChild(component);
        }
    }
}
