namespace Kamaelia.Catalogue;

/// <summary>How the text of an option's value is read. The same numbers and meanings as <c>KAM_OPTION_*</c>.</summary>
public enum OptionKind
{
    /// <summary>Any text.</summary>
    Text = 0,

    /// <summary>A whole number, with k M G suffixes of 1000 and Ki Mi Gi of 1024.</summary>
    Int = 1,

    /// <summary>true false yes no on off 1 0.</summary>
    Bool = 2,

    /// <summary>A number with ns us ms s.</summary>
    Duration = 3,

    /// <summary>Bits per second: a number with k M G.</summary>
    Rate = 4,

    /// <summary>host:port, [v6 host]:port, or :port for every address.</summary>
    Address = 5,
}

/// <summary>One option of a component, as data: read by the notation, by help and by the tests.</summary>
/// <param name="Name">As in <c>name=value</c>.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="Sentence">What it does, with unit and range.</param>
public sealed record OptionInfo(string Name, OptionKind Kind, string Sentence)
{
    /// <summary>Read when the option is not given; null: it stays unset then.</summary>
    public string? Default { get; init; }

    /// <summary>Leaving it out is an error.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The bare word of the notation goes here.</summary>
    public bool IsPositional { get; init; }

    /// <summary>A value that works, for help and for <c>kamaelia inspect</c>; required options have one.</summary>
    public string? Example { get; init; }

    /// <summary>The words it may be, for a text option; empty: any text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Smallest value of a whole number or a rate (bits per second); null: no limit.</summary>
    public long? Min { get; init; }

    /// <summary>Largest value of a whole number or a rate (bits per second); null: no limit.</summary>
    public long? Max { get; init; }

    /// <summary>The required option that takes the bare word.</summary>
    public static OptionInfo Positional(string name, OptionKind kind, string sentence, string example) =>
        new(name, kind, sentence) { IsRequired = true, IsPositional = true, Example = example };

    /// <summary>A required option, always written with its name.</summary>
    public static OptionInfo Required(string name, OptionKind kind, string sentence, string example) =>
        new(name, kind, sentence) { IsRequired = true, Example = example };

    /// <summary>An option that may be left out.</summary>
    /// <param name="name">As in <c>name=value</c>.</param>
    /// <param name="kind">How its text is read.</param>
    /// <param name="sentence">What it does, with unit and range.</param>
    /// <param name="defaultText">Read when it is left out; null: unset then.</param>
    /// <param name="min">Smallest whole number or rate.</param>
    /// <param name="max">Largest whole number or rate.</param>
    public static OptionInfo Optional(string name, OptionKind kind, string sentence, string? defaultText = null,
        long? min = null, long? max = null) =>
        new(name, kind, sentence) { Default = defaultText, Min = min, Max = max };

    /// <summary>An option whose value is one of a few words. The first is the default.</summary>
    public static OptionInfo Choice(string name, string sentence, params string[] choices) =>
        new(name, OptionKind.Text, sentence) { Default = choices[0], Choices = choices };
}
