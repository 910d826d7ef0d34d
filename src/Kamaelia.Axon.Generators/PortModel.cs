namespace Kamaelia.Axon.Generators;

/// <summary>One [Port] property, as text: symbols would keep whole compilations alive in the cache.</summary>
/// <param name="Property">The property's name, escaped where it is a keyword.</param>
/// <param name="Modifiers">Its modifiers as written, since both parts must have the same.</param>
/// <param name="PropertyType">Its type with annotations and tuple names, as both parts must have.</param>
/// <param name="MessageType">What travels, as a type argument.</param>
/// <param name="MessageTypeOf">What travels, as typeof takes it.</param>
/// <param name="HasDocs">The author wrote a comment, so the sentence must not replace it.</param>
internal sealed record PortModel(
    string Property,
    string Modifiers,
    string PropertyType,
    string MessageType,
    string MessageTypeOf,
    bool IsInbox,
    string Name,
    string Sentence,
    string Format,
    bool IsOptional,
    int Capacity,
    bool HasDocs);

/// <summary>The class that holds ports, and the types it lies in, outermost first.</summary>
/// <param name="Namespace">Empty for the global one.</param>
/// <param name="Headers">Such as <c>partial class Outer&lt;T&gt;</c>.</param>
/// <param name="FileName">Unique in a compilation.</param>
internal sealed record OwnerModel(string Namespace, EquatableArray<string> Headers, string FileName);

/// <summary>A class and its ports in the order they are declared.</summary>
internal sealed record ComponentModel(OwnerModel Owner, EquatableArray<PortModel> Ports);

/// <summary>What became of one [Port]: a port of an owner, or what is wrong with it.</summary>
internal sealed record PortResult(OwnerModel? Owner, PortModel? Port, EquatableArray<PortProblem> Problems);
