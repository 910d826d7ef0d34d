namespace Kamaelia.Catalogue;

/// <summary>The option values of one component: checked against its table, defaults filled in.</summary>
public sealed class OptionValues
{
    private readonly Dictionary<string, string> _texts;

    private OptionValues(ComponentInfo info, Dictionary<string, string> texts)
    {
        Component = info;
        _texts = texts;
    }

    /// <summary>Whose options these are.</summary>
    public ComponentInfo Component { get; }

    /// <summary>Names and texts in the table's order, defaults included: what a native component is created
    /// with.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts =>
        from option in Component.Options
        where _texts.ContainsKey(option.Name)
        select KeyValuePair.Create(option.Name, _texts[option.Name]);

    /// <summary>Checks the values that were given and fills in the defaults.</summary>
    /// <exception cref="OptionException">An unknown option, a missing one, or a value that does not parse.</exception>
    public static OptionValues Of(ComponentInfo info, params IEnumerable<(string Name, string Text)> given)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(given);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in given)
        {
            var option = info.FindOption(name)
                ?? throw new OptionException(info.Name, name, "There is no such option.");
            if (OptionText.Problem(option, text) is { } problem)
                throw new OptionException(info.Name, name, problem);
            texts[name] = text;
        }
        foreach (var option in info.Options)
        {
            if (texts.ContainsKey(option.Name))
                continue;
            if (option.Default is { } text)
                texts[option.Name] = text;
            else if (option.IsRequired)
                throw new OptionException(info.Name, option.Name, "It is required.");
        }
        return new OptionValues(info, texts);
    }

    /// <summary>The values that the table gives as examples: enough to make one that is never started.</summary>
    public static OptionValues Examples(ComponentInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Of(info, from option in info.Options where option.IsRequired select (option.Name, option.Example ?? ""));
    }

    /// <summary>It was given or has a default. The getters below throw for an option that is unset.</summary>
    public bool IsSet(string name) => _texts.ContainsKey(name);

    /// <summary>The text as given.</summary>
    public string Text(string name) => _texts.TryGetValue(name, out var text)
        ? text
        : throw new InvalidOperationException($"{Component.Name} has no value for '{name}': ask IsSet first.");

    /// <summary>The text, or null when the option is unset.</summary>
    public string? TextOrNull(string name) => _texts.GetValueOrDefault(name);

    /// <summary>A whole number.</summary>
    public long Long(string name) => OptionText.TryInt(Text(name), out long value) ? value : throw NotOfKind(name);

    /// <summary>A whole number of 32 bits. The table's range keeps it there.</summary>
    /// <exception cref="OptionException">It does not fit.</exception>
    public int Int(string name)
    {
        long value = Long(name);
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw Bad(name, $"{value} is more than this option can hold.");
    }

    /// <summary>True or false.</summary>
    public bool Bool(string name) => OptionText.TryBool(Text(name), out bool value) ? value : throw NotOfKind(name);

    /// <summary>A duration, not negative.</summary>
    public TimeSpan Duration(string name) =>
        OptionText.TryDuration(Text(name), out var value) ? value : throw NotOfKind(name);

    /// <summary>A rate in bits per second.</summary>
    public long Rate(string name) => OptionText.TryRate(Text(name), out long value) ? value : throw NotOfKind(name);

    /// <summary>A host and a port.</summary>
    public HostPort Address(string name) =>
        HostPort.TryParse(Text(name), out var value) ? value : throw NotOfKind(name);

    /// <summary>What a component throws for a value that its table could not forbid.</summary>
    public OptionException Bad(string name, string sentence) => new(Component.Name, name, sentence);

    private InvalidOperationException NotOfKind(string name) =>
        new($"{Component.Name}: this getter does not read '{name}', {Component.FindOption(name)?.Kind} in its table.");
}
