namespace Kamaelia.Catalogue;

/// <summary>A file, an address or a device that an option names cannot be had: missing, in use or not
/// permitted.</summary>
/// <remarks>
/// Thrown by a component's body, not by its constructor. The <c>kamaelia</c> tool puts a caret under the option's value
/// and ends with exit code 4.
/// </remarks>
/// <param name="optionName">The option whose value names the resource, as in the component's table.</param>
/// <param name="message">A sentence that names the resource and says what is wrong with it.</param>
/// <param name="innerException">What the system said, if it said something.</param>
public sealed class ResourceUnavailableException(string optionName, string message, Exception? innerException = null)
    : IOException(message, innerException)
{
    /// <summary>The option whose value names the resource.</summary>
    public string OptionName { get; } = optionName;
}
