using Kamaelia.Catalogue;

namespace Kamaelia.Notation;

/// <summary>Finds the component that an element names and checks its values against the component's table.</summary>
internal sealed class ElementBinder(ComponentCatalogue catalogue, Twin preferred, DiagnosticBag diagnostics)
{
    private readonly Dictionary<ComponentInfo, OptionValues> _defaults = new(ReferenceEqualityComparer.Instance);

    /// <summary>The twin and its values, or null when something is wrong and has been reported.</summary>
    public (ComponentTwin Twin, OptionValues Options)? Bind(ElementSyntax element) =>
        FindTwin(element) is { } twin ? Bind(element, twin) : null;

    /// <summary>As <see cref="Bind(ElementSyntax)"/>, of a group.</summary>
    public OptionValues? BindGroup(ElementSyntax element)
    {
        if (Bind(element, GroupOptions.Twin) is not var (_, options))
            return null;
        bool isGood = true;
        foreach (var argument in element.Arguments)
        {
            if (GroupOptions.Problem(argument.Key!.Text, options) is { } problem)
                isGood = Complain(DiagnosticCode.BadValue, argument.ValueSpan, $"{argument.Key.Text}: {problem}");
        }
        return isGood ? options : null;
    }

    private (ComponentTwin Twin, OptionValues Options)? Bind(ElementSyntax element, ComponentTwin twin)
    {
        // Values do not change, so all that give none share theirs: a graph has many of a kind.
        if (element.Arguments.Count == 0 && _defaults.TryGetValue(twin.Info, out var known))
            return (twin, known);
        var given = new List<(string Name, string Text)>();
        var seen = new HashSet<string>();
        bool isGood = true;
        foreach (var argument in element.Arguments)
        {
            if (FindOption(twin.Info, argument) is not { } option)
                isGood = false;
            else if (!seen.Add(option.Name))
                isGood = Complain(DiagnosticCode.OptionTwice, argument.ValueSpan,
                    $"'{option.Name}' has a value already.");
            else if (argument.IsBroken)
                isGood = false;
            else if (OptionText.Problem(option, argument.Value) is { } problem)
                isGood = Complain(DiagnosticCode.BadValue, argument.ValueSpan, $"{option.Name}: {problem}",
                    Suggestions.DidYouMean(argument.Value, option.Choices));
            else
                given.Add((option.Name, argument.Value));
        }
        foreach (var option in twin.Info.Options.Where(option => option.IsRequired && !seen.Contains(option.Name)))
        {
            // A value that was refused for another reason may have been meant for this one: one complaint is enough.
            if (isGood)
                isGood = Complain(DiagnosticCode.MissingOption, element.Component.Span,
                    $"'{twin.Info.Name}' needs '{option.Name}': {option.Sentence}", ExampleOf(twin.Info, option));
        }
        if (!isGood)
            return null;
        var values = OptionValues.Of(twin.Info, given);
        if (element.Arguments.Count == 0)
            _defaults[twin.Info] = values;
        return (twin, values);
    }

    private ComponentTwin? FindTwin(ElementSyntax element)
    {
        string name = element.Component.Text;
        var span = element.Component.Span;
        if (catalogue.Find(name) is not { } entry)
        {
            Complain(DiagnosticCode.UnknownComponent, span, $"There is no component '{name}'.",
                Suggestions.DidYouMean(name, catalogue.Entries.Select(item => item.Name)));
            return null;
        }
        if (entry.Choose(element.Twin) is { } forced)
        {
            var chosen = element.Twin == Twin.Auto ? entry.Choose(preferred) ?? forced : forced;
            if (chosen.Unavailable is not { } why)
                return chosen;
            Complain(DiagnosticCode.ResourceUnavailable, span, $"'{name}' is not available here: {why}.");
            return null;
        }
        if (element.Twin == Twin.Native)
            Complain(DiagnosticCode.NoNativeTwin, span, $"'{name}' has no native twin here.",
                $"write 'managed:{name}'");
        else
            Complain(DiagnosticCode.NoManagedTwin, span, $"'{name}' has no managed twin.", $"write 'native:{name}'");
        return null;
    }

    private OptionInfo? FindOption(ComponentInfo info, ArgumentSyntax argument)
    {
        if (argument.Key is not { } key)
        {
            if (info.PositionalOption is null && !argument.IsBroken)
                Complain(DiagnosticCode.UnexpectedValue, argument.ValueSpan,
                    $"'{info.Name}' takes no bare value; '{argument.Value}' needs its option's name.",
                    info.Options.Count > 0 ? $"its options: {Names(info)}" : "it has no options");
            return info.PositionalOption;
        }
        var option = info.FindOption(key.Text);
        if (option is null)
        {
            Complain(DiagnosticCode.UnknownOption, key.Span, $"'{info.Name}' has no option '{key.Text}'.",
                Suggestions.DidYouMean(key.Text, info.Options.Select(item => item.Name))
                ?? (info.Options.Count > 0 ? $"its options: {Names(info)}" : "it has no options"));
        }
        return option;
    }

    private static string ExampleOf(ComponentInfo info, OptionInfo option) => option.IsPositional
        ? $"for example '{info.Name} {option.Example}'"
        : $"for example '{option.Name}={option.Example}'";

    private static string Names(ComponentInfo info) => string.Join(", ", info.Options.Select(option => option.Name));

    private bool Complain(DiagnosticCode code, TextSpan span, string message, string? suggestion = null)
    {
        diagnostics.Add(code, span, message, suggestion);
        return false;
    }
}
