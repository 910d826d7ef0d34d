namespace Kamaelia.Axon;

/// <summary>Declares a partial property of type <see cref="Inbox{T}"/> or <see cref="Outbox{T}"/> as a port.</summary>
/// <param name="sentence">What passes through, one sentence: introspection, docs and tools show it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PortAttribute(string sentence) : Attribute
{
    /// <summary>What passes through.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>The port's name; by default the property's, in camelCase.</summary>
    public string? Name { get; set; }

    /// <summary>The messages' format where the type does not say it, as "mpegts".</summary>
    public string Format { get; set; } = "";

    /// <summary>An outbox that may stay unlinked.</summary>
    public bool Optional { get; set; }

    /// <summary>An inbox's capacity in messages; 0: the default.</summary>
    public int Capacity { get; set; }
}
