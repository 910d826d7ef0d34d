namespace Kamaelia.Axon;

/// <summary>Named components linked as one pleases, with boxes of the graphline itself.</summary>
/// <remarks>
/// Links are written <c>"A.box -> B.box"</c>. A name that is no component (or none: <c>".box"</c>) means the graphline:
/// its box is made and passes through. If the control box is not linked by the writer, shutdown messages that reach it
/// go to every child whose control is not linked inside. If signal is not linked, the graphline says how it ended there
/// itself. It ends when all children have ended.
/// </remarks>
public sealed class Graphline : Chassis
{
    private readonly bool _ownControl;
    private ShutdownMicroprocess? _shutdown;
    private bool _sayEnd = true;

    /// <summary>Components by name, and the links between their boxes.</summary>
    /// <exception cref="ArgumentException">A link that does not parse, or names a box that is not there.</exception>
    public Graphline(IReadOnlyDictionary<string, Component> components, params ReadOnlySpan<string> links)
    {
        ArgumentNullException.ThrowIfNull(components);
        // Any order: a dictionary that nothing was taken out of gives back the order in which it was filled.
        foreach ((string name, Component component) in components)
        {
            component.Name = name;
            AddChild(component);
        }
        var byName = new Dictionary<string, Component>(components);
        foreach (string link in links)
        {
            string[] ends = link.Split("->", StringSplitOptions.TrimEntries);
            if (ends.Length != 2)
                throw new ArgumentException($"'{link}' is not a link: write \"A.outbox -> B.inbox\"", nameof(links));
            LinkEnds(byName, BoxName.Parse(ends[0], link), BoxName.Parse(ends[1], link));
        }
        _ownControl = !Boxes.Any(b => b.Info == PortInfo.Control && b.Onward is not null);
        if (_ownControl)
            _ = Control; // There before anyone links to it.
    }

    private readonly record struct BoxName(string Component, string Box)
    {
        public static BoxName Parse(string text, string link)
        {
            int dot = text.LastIndexOf('.');
            if (dot < 0 || dot == text.Length - 1)
                throw new ArgumentException($"'{text}' in '{link}' names no box: write \"component.box\"");
            return new BoxName(text[..dot], text[(dot + 1)..]);
        }
    }

    private void LinkEnds(Dictionary<string, Component> components, BoxName from, BoxName to)
    {
        components.TryGetValue(from.Component, out Component? source);
        components.TryGetValue(to.Component, out Component? sink);
        if (source is not null && sink is not null)
            LinkBoxes(source.FindOutbox(from.Box), sink.FindInbox(to.Box));
        else if (sink is not null)
            PassIn(from.Box, sink.FindInbox(to.Box));
        else if (source is not null)
            PassOutNamed(source.FindOutbox(from.Box), to.Box);
        else
            throw new ArgumentException($"neither '{from.Component}' nor '{to.Component}' is a component of the "
                + $"graphline; it has {string.Join(", ", components.Keys)}");
    }

    private void PassOutNamed(Outbox child, string name)
    {
        PassOut(child, name);
        if (name == PortInfo.Signal.Name)
            _sayEnd = false;
    }

    /// <inheritdoc/>
    protected override bool HandlesControl => true;

    internal override bool HearsStopOnControl => false; // The stop reaches the children by itself.

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        Inbox<ControlMessage> ended = _ended ??= AddInbox<ControlMessage>("_ended", "A child has ended.");
        ended.KeepOpen = true;
        while (LiveChildren > 0)
        {
            if (_ownControl)
                await WaitAnyAsync(Control, ended, stop);
            else
                await ended.WaitAsync(stop);
            while (ended.TryReceive(out _))
            {
            }
            while (_ownControl && Control.TryReceive(out ControlMessage? message))
                Disseminate(message);
        }
        if (_sayEnd && Signal.IsLinked)
            Signal.TrySend(_shutdown ?? (ControlMessage)new ProducerFinished(this));
    }

    private Inbox<ControlMessage>? _ended;

    /// <inheritdoc/>
    protected override void OnChildEnded(Component child) => _ended?.ForcePush(new Notify(child, "ended"));

    private void Disseminate(ControlMessage message)
    {
        _shutdown = message as ShutdownMicroprocess ?? _shutdown;
        foreach (Component child in Children)
        {
            if (child.State == ComponentState.Ended)
                continue;
            if (child.ReadsControl)
            {
                if (!child.Control.HasFeeders)
                    child.Control.ForcePush(message);
            }
            else if (message is ShutdownMicroprocess or ProducerFinished)
            {
                child.RequestStop(message is ShutdownMicroprocess ? StopKind.Cancel : StopKind.Drain);
            }
        }
    }
}
