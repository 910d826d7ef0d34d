namespace Kamaelia.Catalogue;

/// <summary>What the catalogue says about a component besides its ports.</summary>
/// <param name="Name">As in the notation: lower-case words joined by dots, <c>udp.send</c>.</param>
/// <param name="Sentence">What it does, in one sentence.</param>
public sealed record ComponentInfo(string Name, string Sentence)
{
    /// <summary>Runs without input until it is done or told to stop.</summary>
    public bool IsSource { get; init; }

    /// <summary>Asks why it cannot be used on this machine, as words that end without a point ("libopus.so.0 is not
    /// installed: apt-get install libopus0"); null, or the answer null: it can.</summary>
    public Func<string?>? Unavailable { get; init; }

    /// <summary>In the order in which help shows them. At most one is positional.</summary>
    public IReadOnlyList<OptionInfo> Options { get; init; } = [];

    /// <summary>Formats of boxes whose ports do not say it themselves, as those of a step component: by the box's name.
    /// </summary>
    public IReadOnlyDictionary<string, string> BoxFormats { get; init; } = new Dictionary<string, string>();

    /// <summary>The option that takes the bare word of the notation, <c>udp.send 239.1.1.1:5004</c>; null if none
    /// does.</summary>
    public OptionInfo? PositionalOption => Options.FirstOrDefault(option => option.IsPositional);

    /// <summary>The option of that name, or null.</summary>
    public OptionInfo? FindOption(string name) => Options.FirstOrDefault(option => option.Name == name);
}
