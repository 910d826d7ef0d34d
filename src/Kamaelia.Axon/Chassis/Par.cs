namespace Kamaelia.Axon;

/// <summary>Components side by side: all outboxes lead out through one, shutdown messages reach all.</summary>
/// <remarks>Its own inbox is not passed in (the original discards what comes there): feed the children by name with a
/// <see cref="Graphline"/>. One shutdown message leaves on signal, when all have ended.</remarks>
public sealed class Par : Chassis
{
    /// <summary>The components, at least one.</summary>
    public Par(params ReadOnlySpan<Component> components)
    {
        if (components.IsEmpty)
            throw new ArgumentException("a par needs a component", nameof(components));
        foreach (Component component in components)
        {
            AddChild(component);
            if (Has(component, "outbox", PortDirection.Out))
                PassOut(component.FindOutbox("outbox"), "outbox");
        }
    }
}
