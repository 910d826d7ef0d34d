namespace Kamaelia.Axon;

/// <summary>Components in a row: each one's outbox feeds the next one's inbox, each one's signal the next one's
/// control.
/// </summary>
/// <remarks>The pipeline's own inbox is the first component's, its outbox the last one's. It ends when all have ended.
/// Signal is linked to control where one of the two reads control itself; the end of a stream needs no
/// signal.</remarks>
public sealed class Pipeline : Chassis
{
    /// <summary>A row of at least one component.</summary>
    public Pipeline(params ReadOnlySpan<Component> components)
    {
        if (components.IsEmpty)
            throw new ArgumentException("a pipeline needs a component", nameof(components));
        foreach (Component component in components)
            AddChild(component);
        Component first = components[0], last = components[^1];
        for (int i = 1; i < components.Length; i++)
        {
            Component before = components[i - 1], after = components[i];
            LinkBoxes(before.FindOutbox("outbox"), after.FindInbox("inbox"));
            if (before.ReadsControl || after.ReadsControl)
                LinkBoxes(before.Signal, after.Control);
        }
        if (Has(first, "inbox", PortDirection.In))
            PassIn("inbox", first.FindInbox("inbox"));
        if (Has(last, "outbox", PortDirection.Out))
            PassOut(last.FindOutbox("outbox"), "outbox");
        _passesControl = first.ReadsControl;
        if (_passesControl)
            LinkBoxes(Control, first.Control);
        if (last.ReadsControl)
            LinkBoxes(last.Signal, Signal);
    }

    private readonly bool _passesControl;

    /// <inheritdoc/>
    protected override bool HandlesControl => _passesControl;
}
