using Kamaelia.Axon;

namespace Kamaelia.Notation;

/// <summary>Finds the two boxes of each pipe and checks direction, type and format.</summary>
internal sealed class LinkBinder(DiagnosticBag diagnostics)
{
    private readonly List<PlannedLink> _links = [];
    private readonly HashSet<PlannedBox> _linkedOutboxes = [];
    private readonly HashSet<PlannedBox> _fedInboxes = []; // Of arrays.
    private readonly Dictionary<(PlannedComponent, string), int> _taken = []; // Of an array: all below are linked.

    public IReadOnlyList<PlannedLink> Links => _links;

    /// <summary>About so many will come: tables that grow by doubling cost a large graph more than they hold.</summary>
    public void Expect(int links)
    {
        _links.EnsureCapacity(links);
        _linkedOutboxes.EnsureCapacity(links);
    }

    /// <summary>Links two items of a chain.</summary>
    /// <param name="from">What stands left of the pipe.</param>
    /// <param name="sender">Its component; null if that was refused already.</param>
    /// <param name="isFirst">Nothing stands left of it.</param>
    /// <param name="to">What stands right of the pipe.</param>
    /// <param name="receiver">Its component.</param>
    /// <param name="isLast">Nothing stands right of it.</param>
    /// <param name="pipe">The pipe.</param>
    public void Bind(ItemSyntax from, PlannedComponent? sender, bool isFirst, ItemSyntax to, PlannedComponent? receiver,
        bool isLast, LinkSyntax pipe)
    {
        var outbox = sender is null ? null : FindPort(from, sender, PortDirection.Out, isFirst);
        var inbox = receiver is null ? null : FindPort(to, receiver, PortDirection.In, isLast);
        if (outbox is null || inbox is null)
            return;
        if (ChooseOutbox(from, sender!, outbox) is not { } source || !Fits(outbox, inbox, to.Span))
            return;
        _links.Add(new PlannedLink(source, ChooseInbox(to, receiver!, inbox), pipe));
    }

    private PortInfo? FindPort(ItemSyntax item, PlannedComponent component, PortDirection direction, bool isOnlyEnd) =>
        (item as ReferenceSyntax)?.BoxIndex is not null && !IsArray(item, component)
            ? ExplainIndex((ReferenceSyntax)item, component)
            : PortFinder.Find(item, component.Twin, direction, isOnlyEnd) ?? Explain(item, component, direction);

    private static bool IsArray(ItemSyntax item, PlannedComponent component) =>
        item is ReferenceSyntax { Box: { } box } && (component.Twin.ArrayBoxes.Contains(box.Text)
            || component.Twin.Ports.All(port => port.Name != box.Text));

    private PortInfo? ExplainIndex(ReferenceSyntax item, PlannedComponent component) =>
        Complain(DiagnosticCode.UnknownBox, item.Span,
            $"'{item.Box!.Text}' of '{component.Twin.Info.Name}' is one box, not an array.",
            $"write '@{item.Name.Text}.{item.Box.Text}'");

    private PortInfo? Explain(ItemSyntax item, PlannedComponent component, PortDirection direction)
    {
        var ports = component.Twin.Ports;
        string name = component.Twin.Info.Name;
        bool isIn = direction == PortDirection.In;
        if (item is ReferenceSyntax { Box: { } box } && ports.All(port => port.Name != box.Text))
            return Complain(DiagnosticCode.UnknownBox, box.Span, $"'{name}' has no box '{box.Text}'.",
                Suggestions.DidYouMean(box.Text, ports.Select(port => port.Name)) ?? $"its boxes: {Names(ports)}");
        if (item is ReferenceSyntax { Box: { } other }
            && ports.All(port => port.Name != other.Text || port.Direction != direction))
            return Complain(DiagnosticCode.WrongDirection, other.Span, isIn
                ? $"'{other.Text}' is an outbox: nothing can be sent to it."
                : $"'{other.Text}' is an inbox: nothing comes out of it.");
        var candidates = PortFinder.DataPorts(component.Twin, direction).ToList();
        return candidates.Count == 0
            ? Complain(DiagnosticCode.WrongDirection, item.Span, isIn
                ? $"'{name}' has no inbox: it can only stand first."
                : $"'{name}' has no outbox: it can only stand last.")
            : Complain(DiagnosticCode.UnknownBox, item.Span, $"'{name}' has no box '{(isIn ? "inbox" : "outbox")}'.",
                $"name one: {string.Join(", ", candidates.Select(port => $"@{component.Name}.{port.Name}"))}");
    }

    /// <summary>One outbox feeds one inbox; of an array it is the next free one unless a number was given.</summary>
    private PlannedBox? ChooseOutbox(ItemSyntax item, PlannedComponent component, PortInfo port)
    {
        int? wanted = item is ReferenceSyntax { Box: { } box } reference && box.Text == port.Name
            ? reference.BoxIndex
            : null;
        var chosen = new PlannedBox(component, port.Name, wanted ?? 0);
        if (wanted is null && component.Twin.ArrayBoxes.Contains(port.Name))
        {
            chosen = chosen with { BoxIndex = _taken.GetValueOrDefault((component, port.Name)) };
            while (_linkedOutboxes.Contains(chosen))
                chosen = chosen with { BoxIndex = chosen.BoxIndex + 1 };
            _taken[(component, port.Name)] = chosen.BoxIndex + 1;
        }
        if (_linkedOutboxes.Add(chosen))
            return chosen;
        Complain(DiagnosticCode.LinkedAlready, item.Span, $"{chosen} is linked already: one outbox feeds one inbox.",
            "put 'tee @t' there and link '@t' to each");
        return null;
    }

    /// <summary>Of an array the next free one, unless a number was given: many may feed the same then.</summary>
    private PlannedBox ChooseInbox(ItemSyntax item, PlannedComponent component, PortInfo port)
    {
        int? wanted = item is ReferenceSyntax { Box: { } box } reference && box.Text == port.Name
            ? reference.BoxIndex
            : null;
        var chosen = new PlannedBox(component, port.Name, wanted ?? 0);
        if (!component.Twin.ArrayBoxes.Contains(port.Name))
            return chosen;
        while (wanted is null && _fedInboxes.Contains(chosen))
            chosen = chosen with { BoxIndex = chosen.BoxIndex + 1 };
        _fedInboxes.Add(chosen);
        return chosen;
    }

    private bool Fits(PortInfo from, PortInfo to, TextSpan span)
    {
        if (from.MessageType != to.MessageType)
        {
            Complain(DiagnosticCode.TypesDiffer, span, $"'{from.Name}' sends {TypeName(from.MessageType)}, "
                + $"'{to.Name}' receives {TypeName(to.MessageType)}.");
            return false;
        }
        if (PortFormats.Fit(from.Format, to.Format))
            return true;
        Complain(DiagnosticCode.FormatsDiffer, span,
            $"'{from.Name}' sends {from.Format}, '{to.Name}' expects {to.Format}.");
        return false;
    }

    internal static string TypeName(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>"
        : type.Name;

    private static string Names(IEnumerable<PortInfo> ports) => string.Join(", ", ports.Select(port => port.Name));

    private PortInfo? Complain(DiagnosticCode code, TextSpan span, string message, string? suggestion = null)
    {
        diagnostics.Add(code, span, message, suggestion);
        return null;
    }
}
