using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Notation;

/// <summary>Makes the graph of a planned text: components, supervised groups, linkages.</summary>
/// <remarks>What stands in a group is made again at each restart, groups in it included, so a group links what is
/// inside it by itself; the graph links only what lies on different sides of its outermost braces.</remarks>
internal sealed class GraphBuilder
{
    private readonly ParsedGraph _plan;
    private readonly Dictionary<PlannedComponent, Component> _first; // Not yet used: each is somebody's first instance.
    private readonly Dictionary<PlannedComponent, Component> _top = [];
    private readonly ILookup<PlannedComponent?, PlannedComponent> _inside;
    private readonly ILookup<PlannedComponent?, PlannedLink> _links;
    private readonly ILookup<PlannedComponent?, PlannedBox> _arrays;
    private readonly Dictionary<PlannedBox, string> _arrayNames = [];
    private readonly Dictionary<PlannedLink, (Outbox From, Inbox To)> _linkedInside = [];

    public GraphBuilder(ParsedGraph plan, IEnumerable<(PlannedComponent Plan, Component Made)> made)
    {
        _plan = plan;
        _first = made.ToDictionary(item => item.Plan, item => item.Made);
        _inside = plan.Components.Concat(plan.Groups).OrderBy(item => item.Syntax.Span.Start)
            .ToLookup(item => item.Group);
        IReadOnlyList<PlannedLink> links = plan.Groups.Count > 0 ? plan.Links : []; // Only groups ask for them here.
        _arrays = links.SelectMany(link => new[] { link.From, link.To })
            .Where(box => box.Component.Twin.ArrayBoxes.Contains(box.BoxName)).Distinct()
            .ToLookup(box => box.Component.Group);
        _links = links.ToLookup(link => CommonGroup(link.From.Component, link.To.Component));
    }

    public (Graph Graph, IReadOnlyList<(PlannedLink Plan, Outbox From, Inbox To)> Links) Build(
        string name, GraphOptions? options)
    {
        var graph = new Graph(name, options);
        foreach (var planned in _inside[null])
        {
            var component = planned.IsGroup ? MakeGroup(planned) : Take(planned);
            component.Name = planned.Name;
            _top.Add(planned, graph.Add(component, graph.Schedulers[planned.ChainIndex % graph.Schedulers.Count]));
        }
        var links = new List<(PlannedLink, Outbox, Inbox)>();
        foreach (var link in _plan.Links)
        {
            if (!_linkedInside.TryGetValue(link, out var ends))
            {
                ends = ((Outbox)BoxAtTop(link.From), (Inbox)BoxAtTop(link.To));
                graph.Link(ends.From, ends.To, ParsedGraph.OptionsOf(link.Syntax));
            }
            links.Add((link, ends.From, ends.To));
        }
        return (graph, links);
    }

    private Supervisor MakeGroup(PlannedComponent group)
    {
        var supervisor = new Supervisor(GroupOptions.Read(group.Options));
        foreach (var planned in _inside[group])
            supervisor.Add(planned.Name, planned.IsGroup ? () => MakeGroup(planned) : () => Take(planned));
        foreach (var box in _arrays[group]) // Asked for by number, which only their own component understands.
        {
            _arrayNames[box] = supervisor[box.Component.Name].PassThrough(
                component => ArrayBox(component, box)).Name;
        }
        foreach (var link in _links[group])
        {
            var from = (Outbox)BoxIn(supervisor, group, link.From);
            var to = (Inbox)BoxIn(supervisor, group, link.To);
            supervisor.LinkInside(from, to, ParsedGraph.OptionsOf(link.Syntax));
            _linkedInside.TryAdd(link, (from, to));
        }
        return supervisor;
    }

    private Component Take(PlannedComponent planned) => _first.Remove(planned, out var made)
        ? made
        : planned.Twin.Create(planned.Options);

    private Box BoxAtTop(PlannedBox box)
    {
        var top = box.Component;
        while (top.Group is { } outer)
            top = outer;
        var component = _top[top];
        return ReferenceEquals(top, box.Component)
            ? Own(component, box)
            : BoxIn((Supervisor)component, top, box);
    }

    /// <summary>The box of something in a group as it is seen beside the group's own children.</summary>
    private Box BoxIn(Supervisor supervisor, PlannedComponent group, PlannedBox box)
    {
        if (ReferenceEquals(box.Component, group))
            return supervisor.FindOutbox(box.BoxName);
        string name = _arrayNames.GetValueOrDefault(box, box.BoxName);
        var child = box.Component;
        for (; !ReferenceEquals(child.Group, group); child = child.Group!)
            name = $"{child.Name}.{name}";
        return supervisor[child.Name].TryFindBox(name)
            ?? throw new InvalidOperationException($"{box} is nowhere in @{group.Name}");
    }

    private static Box ArrayBox(Component component, PlannedBox box) => component is NativeComponent native
        ? native.ArrayBox(box.BoxName, box.BoxIndex)
        : ((IBoxArrays)component).GetBox(box.BoxName, box.BoxIndex);

    private static Box Own(Component component, PlannedBox box) =>
        component is IBoxArrays or NativeComponent && box.Component.Twin.ArrayBoxes.Contains(box.BoxName)
            ? ArrayBox(component, box)
            : component.TryFindBox(box.BoxName)
                ?? throw new InvalidOperationException($"{component.Path} has no box '{box.BoxName}'");

    /// <summary>The innermost group that both stand in, or are; null: the graph itself.</summary>
    private static PlannedComponent? CommonGroup(PlannedComponent from, PlannedComponent to)
    {
        var outer = new HashSet<PlannedComponent>(ReferenceEqualityComparer.Instance);
        for (var at = from.Group; at is not null; at = at.Group)
            outer.Add(at);
        var common = to.Group;
        while (common is not null && !outer.Contains(common))
            common = common.Group;
        return common;
    }
}
