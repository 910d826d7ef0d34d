using System.Globalization;
using Kamaelia.Axon;

namespace Kamaelia.Notation;

/// <summary>Turns chains into components and linkages, and says what is left unlinked.</summary>
internal sealed class GraphPlanner(NotationSyntax syntax, ElementBinder elements, DiagnosticBag diagnostics)
{
    private readonly List<PlannedComponent> _components = [];
    private readonly Dictionary<ElementSyntax, PlannedComponent?> _byElement = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, ElementSyntax> _labels = [];
    private readonly LinkBinder _binder = new(diagnostics);
    private readonly List<PlannedComponent> _groups = [];
    private readonly Dictionary<GroupSyntax, PlannedComponent?> _bySyntax = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<PlannedComponent> Components => _components;

    public IReadOnlyList<PlannedLink> Links => _binder.Links;

    /// <summary>Each before those inside it.</summary>
    public IReadOnlyList<PlannedComponent> Groups => _groups;

    public void Plan()
    {
        CollectLabels();
        MakeGroups();
        MakeComponents();
        ChooseVariants();
        foreach (var chain in syntax.Chains)
        {
            for (int i = 0; i < chain.Links.Count; i++)
            {
                _binder.Bind(chain.Items[i], Find(chain.Items[i]), i == 0, chain.Items[i + 1], Find(chain.Items[i + 1]),
                    i + 2 == chain.Items.Count, chain.Links[i]);
            }
        }
        CheckReferences();
        // A box that an error kept from being linked is not one that was forgotten.
        if (!diagnostics.HasErrors)
            CheckUnlinked();
    }

    private IEnumerable<ElementSyntax> AllElements =>
        syntax.Chains.SelectMany(chain => chain.Items).OfType<ElementSyntax>();

    private void CollectLabels()
    {
        foreach (var element in AllElements)
        {
            if (element.Label is { } label && !_labels.TryAdd(label.Text, element))
                diagnostics.Add(DiagnosticCode.NameTaken, label.Span, $"There is an @{label.Text} already.");
        }
    }

    /// <summary>A group is named and linked as a component is.</summary>
    private void MakeGroups()
    {
        var firstChains = FirstChains();
        foreach (var group in syntax.Groups)
        {
            var element = new ElementSyntax(group.Span, Twin.Auto,
                new NameSyntax(GroupOptions.Keyword, group.Span), group.Arguments, group.Name);
            if (group.Name.Text.Length > 0 && !_labels.TryAdd(group.Name.Text, element))
                diagnostics.Add(DiagnosticCode.NameTaken, group.Name.Span, $"There is an @{group.Name.Text} already.");
            var options = elements.BindGroup(element);
            _bySyntax[group] = _byElement[element] = options is null ? null : new PlannedComponent(element,
                group.Name.Text, firstChains.GetValueOrDefault(group), GroupOptions.Twin, options)
                { Group = group.Parent is { } parent ? _bySyntax[parent] : null };
            if (_bySyntax[group] is { } planned)
                _groups.Add(planned);
        }
    }

    private Dictionary<GroupSyntax, int> FirstChains()
    {
        var first = new Dictionary<GroupSyntax, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < syntax.Chains.Count; i++)
        {
            var group = syntax.Chains[i].Group;
            while (group is not null && first.TryAdd(group, i))
                group = group.Parent;
        }
        return first;
    }

    private void MakeComponents()
    {
        int items = syntax.Chains.Sum(chain => chain.Items.Count);
        _components.EnsureCapacity(items);
        _byElement.EnsureCapacity(items);
        _binder.Expect(items);
        var names = new HashSet<string>(_labels.Keys);
        var numbers = new Dictionary<string, int>(); // Where counting goes on: from 2 each time it would be quadratic.
        for (int index = 0; index < syntax.Chains.Count; index++)
        {
            foreach (var element in syntax.Chains[index].Items.OfType<ElementSyntax>())
            {
                if (elements.Bind(element) is not var (twin, options))
                {
                    _byElement[element] = null;
                    continue;
                }
                string word = element.Component.Text, name = element.Label?.Text ?? word;
                while (element.Label is null && !names.Add(name))
                {
                    int n = numbers[word] = numbers.GetValueOrDefault(word, 1) + 1;
                    name = string.Create(CultureInfo.InvariantCulture, $"{word}-{n}");
                }
                var group = syntax.Chains[index].Group;
                var planned = new PlannedComponent(element, name, index, twin, options)
                    { Group = group is null ? null : _bySyntax[group] };
                _byElement[element] = planned;
                _components.Add(planned);
            }
        }
    }

    /// <summary>Lets components that exist for several types of message take the type that comes to them.</summary>
    private void ChooseVariants()
    {
        bool hasChanged = true;
        for (int pass = 0; hasChanged && pass <= _components.Count; pass++) // Bounded: a ring of two types would go on.
        {
            hasChanged = false;
            foreach (var chain in syntax.Chains)
            {
                for (int i = 0; i < chain.Links.Count; i++)
                    hasChanged |= ChooseVariant(chain.Items[i], i == 0, chain.Items[i + 1], i + 2 == chain.Items.Count);
            }
        }
    }

    private bool ChooseVariant(ItemSyntax from, bool isFirst, ItemSyntax to, bool isLast)
    {
        if (Find(from) is not { } sender || Find(to) is not { } receiver)
            return false;
        var sent = PortFinder.Find(from, sender.Twin, PortDirection.Out, isFirst)?.MessageType;
        var taken = PortFinder.Find(to, receiver.Twin, PortDirection.In, isLast)?.MessageType;
        if (sent is null || taken is null || sent == taken)
            return false;
        if (receiver.Twin.Variants.FirstOrDefault(
            twin => PortFinder.Find(to, twin, PortDirection.In, isLast)?.MessageType == sent) is { } fitting)
            receiver.Twin = fitting;
        else if (sender.Twin.Variants.FirstOrDefault(
            twin => PortFinder.Find(from, twin, PortDirection.Out, isFirst)?.MessageType == taken) is { } other)
            sender.Twin = other;
        else
            return false;
        return true;
    }

    private PlannedComponent? Find(ItemSyntax item) => item switch
    {
        ElementSyntax element => _byElement[element],
        ReferenceSyntax reference when _labels.TryGetValue(reference.Name.Text, out var element) => _byElement[element],
        _ => null,
    };

    private void CheckReferences()
    {
        foreach (var reference in syntax.Chains.SelectMany(chain => chain.Items).OfType<ReferenceSyntax>())
        {
            if (!_labels.ContainsKey(reference.Name.Text))
                diagnostics.Add(DiagnosticCode.UnknownName, reference.Name.Span,
                    $"Nothing in this text is named @{reference.Name.Text}.",
                    Suggestions.DidYouMean(reference.Name.Text, _labels.Keys, "@"));
        }
        foreach (var chain in syntax.Chains)
        {
            if (chain.Items is [ReferenceSyntax alone])
                diagnostics.Add(DiagnosticCode.Misplaced, alone.Span,
                    $"@{alone.Name.Text} alone says nothing.", "link it with '|'");
        }
    }

    private void CheckUnlinked()
    {
        var linked = new HashSet<(PlannedComponent, string)>(2 * Links.Count);
        foreach (var link in Links)
        {
            linked.Add((link.From.Component, link.From.BoxName));
            linked.Add((link.To.Component, link.To.BoxName));
        }
        foreach (var component in _components)
        {
            var ports = component.Twin.Ports;
            for (int i = 0; i < ports.Count; i++)
            {
                var port = ports[i];
                if (port.IsOptional || port.Name is "control" or "signal" || linked.Contains((component, port.Name)))
                    continue;
                string name = component.Syntax.Component.Text;
                if (port.Direction == PortDirection.Out)
                    diagnostics.Add(DiagnosticCode.Unlinked, component.Syntax.Span,
                        $"'{port.Name}' of '{name}' is not linked: {port.Sentence}", "add '| null' if nobody wants it");
                else
                    diagnostics.Add(DiagnosticCode.NeverFed, component.Syntax.Span,
                        $"Nothing feeds '{port.Name}' of '{name}': {port.Sentence}");
            }
        }
    }
}
