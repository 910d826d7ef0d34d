namespace Kamaelia.Axon;

// What is done to the graph, step by step.
internal sealed partial class GraphChange
{
    private (Outbox? From, Inbox? To)[] _boxes = [];
    private readonly List<string> _undoneTexts = [];
    private readonly List<string> _removedPaths = [];
    private readonly List<CrossingEnd> _ends = []; // Crossings that end with this change.

    /// <summary>Boxes given by name are looked up, and perhaps made, where their component runs.</summary>
    private void FindBoxes(int index)
    {
        GraphDiff.Join join = _diff.Joins[index];
        _boxes[index] = (join.From, join.To);
        if (join.From is null)
            OnHomeOf(join.Source!, () => _boxes[index].From = Find(join.Source!, join.Outbox, false) as Outbox);
        OnHomeOf(join.Sink!, () =>
        {
            _boxes[index].To ??= Find(join.Sink!, join.Inbox, true) as Inbox;
            Reserve(_boxes[index].To);
        });
    }

    private Box? Find(Component component, string name, bool wantInbox)
    {
        try
        {
            return wantInbox ? component.FindInbox(name) : component.FindOutbox(name);
        }
        catch (ArgumentException e)
        {
            lock (Lock)
                _problems.Add(e.Message.Split(" (Parameter")[0]);
            return null;
        }
    }

    private void OnHomeOf(Component component, Action action)
    {
        if (Graph.Holds(component.Top))
            On(Graph.PlacementOf(component), action);
        else
            Guard(action);
    }

    // ---- what must be there before anything is taken away ----

    private void Prepare()
    {
        foreach (Component component in _diff.Removals)
            _removedPaths.Add(component.Path);
        foreach (Inbox to in NewInboxes())
            On(_newHomes[to.Owner.Top], () => Postman.Reserve(to));
        foreach (Joint joint in _joints)
        {
            if (joint.Crosses)
                On(joint.Sink, () => joint.Egress = MakeCrossing(joint));
        }
        foreach (HandOver handOver in _handOvers)
        {
            if (handOver.Crosses)
                On(handOver.To, () => handOver.Egress = MakeCrossing(handOver));
        }
    }

    // Inboxes of what is added. One whose first feeder has ended already must stay open for those that follow.
    private IEnumerable<Inbox> NewInboxes() => _joints.Select(joint => joint.To)
        .Concat(_handOvers.Select(handOver => handOver.Next))
        .Where(to => _newHomes.ContainsKey(to.Owner.Top)).Distinct();

    private CrossingEnd MakeCrossing(HandOver handOver)
    {
        Inbox next = handOver.Next;
        CrossingEnd egress = MakeCrossing(next, handOver.From, handOver.To, $"{next.Owner.Name}-over");
        egress.Other!.Flush(); // Its receiver does not run yet, and must have all of it before it does.
        lock (Lock)
            _ends.AddRange([egress, egress.Other]);
        return egress;
    }

    // ---- detaching ----

    private void Detach()
    {
        foreach (Cut cut in _cuts)
            On(cut.Home, () => Undo(cut));
        foreach (HandOver handOver in _handOvers)
            On(handOver.From, () => Move(handOver));
        foreach (Joint joint in _joints)
        {
            if (!joint.IsLate)
                On(joint.Source, () => Make(joint));
        }
        foreach (Linkage linkage in _leaving)
            On(Graph.PlacementOf(linkage.From.Owner), () => linkage.IsLeaving = true);
        GatherEnds();
        foreach (CrossingEnd end in _ends)
            On(end.Home!, () => AwaitEnd(end));
        foreach (Component component in _diff.Removals)
            On(Graph.PlacementOf(component), () => LetGo(component));
    }

    private void Undo(Cut cut)
    {
        Linkage linkage = cut.Linkage;
        if (cut.IsHeld)
            Postman.Hold(linkage.From, cut.Held);
        Postman.Unlink(linkage, linkage.Beyond is not null ? EndReason.Detached
            : cut.IntoRemoved ? EndReason.Unlinked : null);
        bool isLast = cut.IntoRemoved && linkage.To is { EndValue: null, OpenFeeders: 0 };
        if (isLast && !ReferenceEquals(linkage.To.Info, PortInfo.Control))
            Postman.EndBox(linkage.To, EndReason.Unlinked); // Also one that stays open for others: none will come.
    }

    /// <summary>What waits in the old inbox, and what is still on its way there, goes to the new one.</summary>
    private void Move(HandOver handOver)
    {
        Inbox target = handOver.Next;
        if (handOver.Egress is { } egress)
        {
            if (Graph.IsStarted)
                egress.StartOn(handOver.From);
            target = egress.FindInbox("inbox");
        }
        (Postman.FinalOf(handOver.Old) ?? handOver.Old).MoveTo(Postman.FinalOf(target) ?? target);
        foreach (Linkage feeder in handOver.Old.FeederList.ToArray())
        {
            if (feeder.From.Owner is not CrossingEnd)
                continue;
            Postman.Unlink(feeder, EndReason.Unlinked);
            Postman.LinkOrClose((Outbox)feeder.From, target, null);
        }
        foreach (Linkage linkage in _rehung.FindAll(each => ReferenceEquals(each.Beyond, handOver.Old)))
        {
            linkage.Beyond = handOver.Next;
            if (linkage.Options is { } options)
                handOver.Next.Apply(options);
            Note(linkage);
        }
        if (handOver.Crosses && !target.HasFeeders)
            Postman.EndBox(target, EndReason.Detached);
    }

    private void GatherEnds()
    {
        // Also between two that stay: what is added may send to where it led, and what is under way comes first.
        foreach (Linkage linkage in _cuts.Select(each => each.Linkage).Concat(_leaving))
        {
            if (linkage.To.Owner is CrossingEnd { Other: { } ingress } egress)
                _ends.AddRange([egress, ingress]);
        }
    }

    private void LetGo(Component component)
    {
        if (component.State == ComponentState.Ended)
            return;
        if (!Graph.IsStarted)
        {
            component.BuryUnstarted();
            Graph.Release();
            return;
        }
        component.Leaving = this;
        MustWait();
        component.RequestStop(_isDrainOver ? StopKind.Cancel : StopKind.Drain);
    }

    // ---- attaching ----

    private void Attach()
    {
        List<(Component Component, Scheduler Home)> added =
            [.. _diff.Additions.Select(each => (each.Component, _newHomes[each.Component]))];
        foreach (Component component in _diff.Removals)
            On(Graph.PlacementOf(component), () => Sweep(component));
        foreach (Joint joint in _joints)
        {
            if (joint.IsLate)
                On(joint.Source, () => MakeLate(joint));
        }
        foreach (Cut cut in _cuts.Where(each => !each.IntoRemoved && each.Linkage.Beyond is null))
            On(cut.Home, () => Postman.EndIfOthersHave(cut.Linkage.To));
        EndReserves();
        foreach (Inbox to in NewInboxes())
            On(_newHomes[to.Owner.Top], () => Postman.EndReserve(to));
        Graph.Exchange(_diff.Removals, added, _undone, [.. Made.Except(_rehung)]);
        foreach ((Component component, Scheduler home) in added)
        {
            if (Graph.IsStarted)
                On(home, () => component.StartOn(home));
        }
    }

    private void Sweep(Component component)
    {
        if (component.State != ComponentState.Ended)
            return; // Abandoned on a thread that does not answer.
        component.UnlinkFromOthers();
        Graph.Services.ForgetThoseOf(component);
    }

    private void MakeLate(Joint joint)
    {
        try
        {
            Graph.NoteLinkage(Make(joint));
        }
        finally
        {
            foreach (Cut cut in _cuts)
            {
                if (ReferenceEquals(cut.Linkage.From, joint.From))
                    LetGo(cut.Held);
            }
        }
    }
}
