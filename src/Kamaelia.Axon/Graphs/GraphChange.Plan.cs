namespace Kamaelia.Axon;

// What a diff means for the graph as it is: every problem is found here, before anything is touched.
internal sealed partial class GraphChange
{
    /// <summary>A linkage that is undone when the change begins.</summary>
    private sealed record Cut(Linkage Linkage, Scheduler Home, bool IntoRemoved)
    {
        /// <summary>The outbox gets its new linkage only when what was removed has ended: it waits until
        /// then.</summary>
        public bool IsHeld { get; set; }

        /// <summary>Optional outboxes that must not drop meanwhile.</summary>
        public List<Outbox> Held { get; } = [];
    }

    /// <summary>Messages of a replaced component that its successor gets.</summary>
    private sealed class HandOver(Inbox old, Inbox next, Scheduler from, Scheduler to)
    {
        public Inbox Old { get; } = old;
        public Inbox Next { get; } = next;
        public Scheduler From { get; } = from;
        public Scheduler To { get; } = to;
        public CrossingEnd? Egress { get; set; }
        public bool Crosses => !ReferenceEquals(From, To);
    }

    private readonly List<string> _problems = [];
    private readonly HashSet<Component> _gone = new(ReferenceEqualityComparer.Instance); // Asked, never walked through.
    private readonly Dictionary<Component, Component> _successors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Component, Scheduler> _newHomes = new(ReferenceEqualityComparer.Instance);
    private readonly List<Cut> _cuts = [];
    private readonly List<Linkage> _leaving = [];  // From what is removed to what stays.
    private readonly List<Linkage> _rehung = [];   // Crossings that lead to the successor from now on.
    private readonly List<Linkage> _undone = [];   // All that leave the graph's list.
    private readonly List<Joint> _joints = [];
    private readonly List<HandOver> _handOvers = [];
    private readonly HashSet<Outbox> _joined = new(ReferenceEqualityComparer.Instance);

    private void MakePlan()
    {
        int before = _problems.Count;
        PlanComponents();
        if (_problems.Count > before)
            return; // What follows would only repeat them.
        Linkage[] linkages = Graph.LinkagesNow();
        HashSet<Linkage> byHand = PlanCutsByHand(linkages);
        for (int i = 0; i < _boxes.Length; i++)
            PlanJoin(_boxes[i].From, _boxes[i].To, _diff.Joins[i].Options, linkages, byHand);
        foreach (Linkage linkage in linkages)
            PlanLinkage(linkage, byHand.Contains(linkage));
        CheckResult();
        foreach (Joint joint in _joints)
            joint.IsLate = MustBeLate(joint);
        foreach (Cut cut in _cuts)
            cut.IsHeld = _joints.Exists(joint => joint.IsLate && ReferenceEquals(joint.From, cut.Linkage.From));
    }

    private void PlanComponents()
    {
        var seen = new HashSet<Component>(ReferenceEqualityComparer.Instance);
        foreach (Component component in _diff.Removals)
        {
            if (!Graph.Holds(component) || component is CrossingEnd)
                _problems.Add($"{component.Path} is not a component of {Graph.Name} that can be removed: name one "
                    + "that was added to the graph itself");
            else if (!seen.Add(component))
                _problems.Add($"{component.Path} is removed or replaced twice");
            else
                _gone.Add(component);
        }
        var names = new HashSet<string>();
        foreach (GraphDiff.Addition addition in _diff.Additions)
        {
            Component component = addition.Component;
            if (!seen.Add(component))
                _problems.Add($"{component.Name} is named twice by the diff");
            else if (component.HasPlace)
                _problems.Add($"{component.Path} is in a graph already: a component has one place, so make another");
            else if (component.State != ComponentState.Created)
                _problems.Add($"{component.Name} has run before: a component runs once, so make another");
            if (addition.On is { } on && !Graph.Schedulers.Contains(on))
                _problems.Add($"{on.Name} is not a scheduler of {Graph.Name}");
            if (component.GivenName is { } name && (!names.Add(name) || IsTaken(name)))
                _problems.Add($"{Graph.Name} has a component named '{name}' already");
            PlaceAddition(addition);
        }
    }

    private bool IsTaken(string name) =>
        Graph.HasNamed(name) && !_diff.Removals.Exists(gone => gone.GivenName == name);

    private void PlaceAddition(GraphDiff.Addition addition)
    {
        Scheduler? home = addition.On;
        if (addition.InPlaceOf is { } old && _gone.Contains(old))
        {
            _successors[old] = addition.Component;
            home ??= Graph.PlacementOf(old);
        }
        _newHomes[addition.Component] = home ?? Graph.Schedulers[0];
    }

    private HashSet<Linkage> PlanCutsByHand(Linkage[] linkages)
    {
        var cuts = new HashSet<Linkage>(ReferenceEqualityComparer.Instance);
        foreach ((Linkage? given, Outbox? from) in _diff.Cuts)
        {
            Linkage? linkage = given ?? Array.Find(linkages, each => ReferenceEquals(each.From, from));
            if (linkage is null || !linkages.Contains(linkage))
                _problems.Add(given is null
                    ? $"{from!.Path} is not linked by {Graph.Name}, so it cannot be unlinked"
                    : $"{TextOf(given)} is not a linkage of {Graph.Name}, or not any more");
            else
                cuts.Add(linkage);
        }
        return cuts;
    }

    private void PlanJoin(
        Outbox? from, Inbox? to, LinkOptions? options, Linkage[] linkages, HashSet<Linkage> byHand)
    {
        if (from is null || to is null)
            return; // Said when it was looked for.
        Scheduler? source = HomeOf(from.Owner, from), sink = HomeOf(to.Owner, to);
        if (source is null || sink is null)
            return;
        int before = _problems.Count;
        if (from.MessageType != to.MessageType)
            _problems.Add($"{from.Path} carries {Postman.NameOf(from.MessageType)} but {to.Path} takes "
                + $"{Postman.NameOf(to.MessageType)}: put a component between that turns one into the other");
        if (!_joined.Add(from))
            _problems.Add($"{from.Path} is linked twice by the diff: one box feeds one inbox");
        if ((from.EndValue ?? from.Owner.End) is { } over)
            _problems.Add($"{from.Path} has ended ({over}): nothing more will be sent there");
        if ((to.EndValue ?? to.Owner.End) is { } ended)
            _problems.Add($"{to.Path} has ended ({ended}) and takes no more");
        if (from.Onward is { } taken && !IsUndone(taken, linkages, byHand))
            _problems.Add($"{from.Path} is already linked to {(taken.Beyond ?? taken.To).Path}: one box feeds one "
                + "inbox, so unlink it in the same diff, or put a Splitter after it");
        CheckOptions(to, options);
        if (_problems.Count == before)
            _joints.Add(new Joint(from, to, options, source, sink));
    }

    private bool IsUndone(Linkage linkage, Linkage[] linkages, HashSet<Linkage> byHand) => byHand.Contains(linkage)
        || (linkages.Contains(linkage) && _gone.Contains((linkage.Beyond ?? linkage.To).Owner.Top));

    private void CheckOptions(Inbox to, LinkOptions? options)
    {
        if (options?.Capacity is < 1 or > 1 << 30)
            _problems.Add($"{to.Path}: a capacity is 1 to 2^30 messages, not {options.Capacity}");
        if (options?.CapacityBytes is < 0 or > uint.MaxValue / 2)
            _problems.Add($"{to.Path}: a capacity is 0 to 2^31 - 1 bytes, not {options.CapacityBytes}");
        if (options?.CapacityBytes is not null && to.MessageType != typeof(Chunk))
            _problems.Add($"{to.Path} carries {Postman.NameOf(to.MessageType)}: only chunks count bytes");
    }

    /// <summary>Where a box's component runs after the change; a problem is said here.</summary>
    private Scheduler? HomeOf(Component owner, Box box)
    {
        Component top = owner.Top;
        if (_newHomes.TryGetValue(top, out Scheduler? home))
            return home;
        if (_gone.Contains(top))
            _problems.Add($"{box.Path} is a box of {top.Path}, which the diff removes");
        else if (!Graph.Holds(top))
            _problems.Add($"{box.Path} is in no component of {Graph.Name}: add it in the same diff");
        else
            return Graph.PlacementOf(top);
        return null;
    }

    private void PlanLinkage(Linkage linkage, bool isByHand)
    {
        Box to = linkage.Beyond ?? linkage.To;
        Component source = linkage.From.Owner.Top, sink = to.Owner.Top;
        bool fromGone = _gone.Contains(source), toGone = _gone.Contains(sink);
        if (!fromGone && !toGone && !isByHand)
            return;
        if (!isByHand)
            TakeOver(linkage, source, sink, (Inbox)to, fromGone, toGone);
        if (_rehung.Contains(linkage))
            return;
        _undone.Add(linkage);
        _undoneTexts.Add(TextOf(linkage));
        bool isSignal = ReferenceEquals(linkage.From.Info, PortInfo.Signal); // Its end is nobody else's.
        if (isByHand || (toGone && !fromGone) || (fromGone && !toGone && isSignal))
            _cuts.Add(new Cut(linkage, Graph.PlacementOf(source), toGone));
        else if (fromGone && !toGone)
            _leaving.Add(linkage);
    }

    /// <summary>The successor of one or of both ends gets the linkage, unless the diff says otherwise.</summary>
    private void TakeOver(
        Linkage linkage, Component source, Component sink, Inbox oldTo, bool fromGone, bool toGone)
    {
        _successors.TryGetValue(source, out Component? newSource);
        _successors.TryGetValue(sink, out Component? newSink);
        if ((fromGone && newSource is null) || (toGone && newSink is null))
            return; // Removed and not replaced.
        var from = newSource is null ? (Outbox)linkage.From : SameBox(newSource, linkage.From) as Outbox;
        var to = newSink is null ? oldTo : SameBox(newSink, oldTo) as Inbox;
        if (from is not null && _joined.Contains(from))
            return; // Linked anew by the diff itself.
        if (from is null || to is null)
        {
            string lacking = from is null
                ? $"{newSource!.Name} has no outbox '{linkage.From.Name}'"
                : $"{newSink!.Name} has no inbox '{oldTo.Name}'";
            _problems.Add($"{lacking} of {Postman.NameOf(oldTo.MessageType)} to take over {TextOf(linkage)}: unlink it "
                + "in the diff, or link it to another box");
            return;
        }
        _joined.Add(from);
        Scheduler home = newSource is null ? Graph.PlacementOf(source) : _newHomes[newSource];
        Scheduler toHome = newSink is null ? Graph.PlacementOf(sink) : _newHomes[newSink];
        if (newSink is not null && !fromGone && _options.OnReplace == ReplacedMessages.HandOver)
        {
            PlanHandOver(oldTo, to, sink, toHome);
            if (linkage.Beyond is not null && ReferenceEquals(Graph.PlacementOf(sink), toHome))
            {
                _rehung.Add(linkage); // The crossing stays as it is: only its far end leads elsewhere.
                return;
            }
        }
        _joints.Add(new Joint(from, to, linkage.Options, home, toHome));
    }

    private void PlanHandOver(Inbox old, Inbox next, Component oldOwner, Scheduler to)
    {
        if (_handOvers.Exists(each => ReferenceEquals(each.Old, old)) || !IsOnlyFedThrough(old))
            return;
        _handOvers.Add(new HandOver(old, next, Graph.PlacementOf(oldOwner), to));
    }

    // A chassis' child may be fed from inside too: what waits there is not all from outside, so it stays.
    private static bool IsOnlyFedThrough(Inbox old)
    {
        for (Box box = old; box.Onward is { } onward; box = onward.To)
        {
            if (onward.To.FeederCount != 1)
                return false;
        }
        return true;
    }

    private static Box? SameBox(Component successor, Box old)
    {
        if (!ReferenceEquals(old.Owner, old.Owner.Top))
            return null;
        return successor.FindBox(old.Name, old.IsInbox) is { } box && box.MessageType == old.MessageType ? box : null;
    }

    /// <summary>What remains must be a graph that could start.</summary>
    private void CheckResult()
    {
        foreach (Cut cut in _cuts)
        {
            var from = (Outbox)cut.Linkage.From;
            bool mayStay = from.IsOptional || from.Info.IsOptional || from.EndValue is not null
                || _joined.Contains(from) || _gone.Contains(from.Owner.Top);
            if (!mayStay)
                _problems.Add($"{from.Path} would be linked to nothing, so what is sent there could go nowhere: link "
                    + "it elsewhere, link it to a null sink, or declare it optional");
        }
        foreach (GraphDiff.Addition addition in _diff.Additions)
        {
            foreach (GraphDiagnostic found in Graph.CheckAdded(addition.Component,
                box => box is Outbox outbox && _joined.Contains(outbox)))
            {
                _problems.Add($"{found.Path} {found.Message}");
            }
        }
    }

    /// <summary>What its outbox sent before goes through something that is removed, or is handed over another way.
    /// </summary>
    private bool MustBeLate(Joint joint)
    {
        if (_newHomes.ContainsKey(joint.From.Owner.Top))
            return false;
        if (_handOvers.Exists(each => each.Crosses && ReferenceEquals(each.Next, joint.To)))
            return true;
        return !_newHomes.ContainsKey(joint.To.Owner.Top)
            && _cuts.Exists(cut => cut.IntoRemoved && ReferenceEquals(cut.Linkage.From, joint.From));
    }
}
