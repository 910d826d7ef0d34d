using Microsoft.CodeAnalysis;

namespace Kamaelia.Axon.Generators;

/// <summary>What can be wrong with a [Port], each with a number that a search finds.</summary>
internal static class PortRules
{
    public static readonly DiagnosticDescriptor NotPartialProperty = Rule("KAMG001",
        "A port is a partial property",
        "Declare port '{0}' as a partial property: 'public partial Inbox<T> {0} {{ get; }}'");

    public static readonly DiagnosticDescriptor NotPartialClass = Rule("KAMG002",
        "A class with ports is partial",
        "Declare '{0}' as a partial class (and not file-local), so that the body of port '{1}' can be written for it");

    public static readonly DiagnosticDescriptor WrongType = Rule("KAMG003",
        "A port is an Inbox<T> or an Outbox<T>",
        "Port '{0}' is of type '{1}'; it must be Kamaelia.Axon.Inbox<T> or Kamaelia.Axon.Outbox<T>");

    public static readonly DiagnosticDescriptor NoSentence = Rule("KAMG004",
        "A port has a sentence",
        "Say in one sentence what passes through port '{0}': introspection, docs and the tool show it");

    public static readonly DiagnosticDescriptor NotComponent = Rule("KAMG005",
        "Only a Component has ports",
        "'{0}' has port '{1}' but does not derive from Kamaelia.Axon.Component");

    public static readonly DiagnosticDescriptor DuplicateName = Rule("KAMG006",
        "The ports of a component have different names",
        "The port name '{0}' is already taken by '{1}'");

    public static readonly DiagnosticDescriptor NotReadOnly = Rule("KAMG007",
        "A port is an instance property with a getter only",
        "Port '{0}' must be an instance property with 'get;' and nothing else");

    public static readonly DiagnosticDescriptor BadName = Rule("KAMG008",
        "A port's name can be written in the pipe notation",
        "The port name '{0}' must start with a letter and go on with letters, digits, '_' or '-'");

    public static readonly DiagnosticDescriptor BadCapacity = Rule("KAMG009",
        "A capacity is an inbox's, and not negative",
        "Port '{0}': {1}");

    private static readonly DiagnosticDescriptor[] s_all =
    [
        NotPartialProperty, NotPartialClass, WrongType, NoSentence, NotComponent, DuplicateName, NotReadOnly, BadName,
        BadCapacity,
    ];

    public static DiagnosticDescriptor ById(string id) => Array.Find(s_all, rule => rule.Id == id);

    private static DiagnosticDescriptor Rule(string id, string title, string message)
        => new(id, title, message, "Kamaelia", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
