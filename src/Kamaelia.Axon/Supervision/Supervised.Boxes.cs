namespace Kamaelia.Axon;

// The boxes of a place: made once, after the first instance's, and linked anew to each instance.
public sealed partial class Supervised
{
    private readonly record struct Port(Box Mine, Func<Component, Box> Find);

    private readonly List<Port> _ports = [];
    private bool _passesControl;

    private void AdoptBoxes(Component first)
    {
        _passesControl = first.ReadsControl;
        if (_passesControl)
        {
            Pass(Control, first.Control, static c => c.Control);
            Pass(Signal, first.Signal, static c => c.Signal);
        }
        foreach (PortInfo port in first.PortInfos)
        {
            if (port.Name == PortInfo.Control.Name || port.Name == PortInfo.Signal.Name)
                continue;
            string name = port.Name;
            if (port.Direction == PortDirection.In)
                PassThrough(first.FindInbox(name), c => c.FindInbox(name));
            else
                PassThrough(first.FindOutbox(name), c => c.FindOutbox(name));
        }
    }

    /// <summary>A box that the child has only when it is asked for, as one of an array: asked of each instance.
    /// </summary>
    internal Box PassThrough(Func<Component, Box> find)
    {
        if (Instance is not { } instance)
            throw new InvalidOperationException($"{Path} is down: name its boxes before it runs");
        return PassThrough(find(instance), find);
    }

    private Box PassThrough(Box child, Func<Component, Box> find)
    {
        if (_ports.Find(p => p.Mine.Name == child.Name && p.Mine.IsInbox == child.IsInbox) is { Mine: { } known })
            return known;
        Box mine = child is Inbox inbox
            ? inbox.MakeOuter(this, child.Name)
            : ((Outbox)child).MakeOuter(this, child.Name);
        if (child is Inbox theirs)
            ((Inbox)mine).TakeOptionsOf(theirs);
        else
            mine.KeepOpen = true; // Instances come and go; the stream goes on.
        Pass(mine, child, find);
        return mine;
    }

    private void Pass(Box mine, Box child, Func<Component, Box> find)
    {
        _ports.Add(new Port(mine, find));
        LinkOne(mine, child);
    }

    /// <inheritdoc/>
    protected override Box? CreateBox(string name)
    {
        if (base.CreateBox(name) is { } own)
            return own;
        if (Instance?.TryFindBox(name) is not { } child)
            return null;
        string found = child.Name; // "the next free one" is asked for once and has a number of its own then.
        return PassThrough(child, child.IsInbox ? c => c.FindInbox(found) : c => c.FindOutbox(found));
    }

    private Box[] BoxesOf(Component fresh)
    {
        var boxes = new Box[_ports.Count];
        for (int i = 0; i < boxes.Length; i++)
        {
            Box mine = _ports[i].Mine, child = boxes[i] = _ports[i].Find(fresh);
            if (child.IsInbox != mine.IsInbox || child.MessageType != mine.MessageType
                || (!child.IsInbox && child.Onward is not null))
                throw new LinkException(
                    $"{Path}: the new instance's {child.Name} is not what {mine.Path} was made for");
            if (child is Inbox inbox && !ReferenceEquals(mine.Info, PortInfo.Control))
                inbox.TakeOptionsOf((Inbox)mine);
        }
        return boxes;
    }

    private void LinkAll(Box[] boxes)
    {
        for (int i = 0; i < boxes.Length; i++)
            LinkOne(_ports[i].Mine, boxes[i]);
    }

    private void LinkOne(Box mine, Box child)
    {
        if (mine.IsInbox)
            LinkBoxes(mine, child);
        else
            LinkBoxes(child, mine);
    }

    // ---- what waits when an instance goes ----

    /// <summary>Takes back what waits in this component's inboxes for this place.</summary>
    private void SaveQueued(Component component)
    {
        foreach (Port port in _ports)
        {
            if (port.Mine is Inbox mine && mine.Onward is not null
                && Postman.FinalOf(mine) is { } final && ReferenceEquals(final.Owner, component))
                TakeBack(mine, final);
        }
    }

    private void TakeBack(Inbox mine, Inbox final)
    {
        Postman.Unlink(mine.Onward!); // First, so that whoever is woken for room looks here.
        bool isControl = ReferenceEquals(mine.Info, PortInfo.Control);
        switch (Supervisor.Options.Queue)
        {
            case RestartQueue.Drop when !isControl:
                Dropped += final.Discard();
                break;
            case RestartQueue.DeadLetter when !isControl:
                TurnToLetters(mine, final);
                break;
            default:
                Kept += final.Count;
                final.MoveTo(mine);
                break;
        }
    }

    private void TurnToLetters(Inbox box, Inbox final)
    {
        DeadLettered += final.Count;
        final.TakeAll(message => Supervisor.PostLetter(new DeadLetter(Path, box.Name, message)));
    }

    // The place is over: nobody will take what waits here.
    private void DiscardQueued()
    {
        foreach (Port port in _ports)
        {
            if (port.Mine is not Inbox { Onward: null } mine || ReferenceEquals(mine.Info, PortInfo.Control))
                continue;
            if (Supervisor.Options.Queue == RestartQueue.DeadLetter)
                TurnToLetters(mine, mine);
            else
                Dropped += mine.Discard();
        }
    }

    /// <summary>An instance that still runs is taken off its boxes; what waits for it is saved.</summary>
    private void CutOff()
    {
        foreach (Port port in _ports)
        {
            if (port.Mine is Inbox { Onward: { } } mine)
            {
                if (WillRestart && Postman.FinalOf(mine) is { } final)
                    TakeBack(mine, final);
                else if (mine.Onward is { } onward)
                    Postman.Unlink(onward, EndReason.Unlinked);
            }
            else if (port.Mine is Outbox outbox)
            {
                foreach (Linkage feeder in outbox.FeederList.ToArray())
                    Postman.Unlink(feeder);
            }
        }
    }

    /// <summary>Whether there is anything left to do for one that ended by itself: some input is still open or waits,
    /// and nobody who received has gone.</summary>
    internal bool HasWork
    {
        get
        {
            bool isFed = false, isOpen = false;
            foreach (Port port in _ports)
            {
                if (port.Mine is Outbox { IsReceiverEnded: true })
                    return false;
                if (port.Mine is not Inbox { HasFeeders: true } inbox || ReferenceEquals(inbox.Info, PortInfo.Control))
                    continue;
                isFed = true;
                isOpen |= inbox.EndValue is null || (Postman.FinalOf(inbox) ?? inbox).Count > 0;
            }
            return !isFed || isOpen;
        }
    }
}
