namespace Kamaelia.Catalogue;

/// <summary>An option whose value cannot be used.</summary>
/// <param name="componentName">The component, as in the notation.</param>
/// <param name="optionName">The option.</param>
/// <param name="sentence">What is wrong, as a sentence.</param>
public sealed class OptionException(string componentName, string optionName, string sentence)
    : ArgumentException($"{componentName}: {optionName}: {sentence}")
{
    /// <summary>The option.</summary>
    public string OptionName { get; } = optionName;

    /// <summary>What is wrong, without the names.</summary>
    public string Sentence { get; } = sentence;
}
