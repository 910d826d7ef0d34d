using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kamaelia.Axon.Generators;

/// <summary>Reads one [Port] property out of a compilation, with all that is wrong with it.</summary>
internal static class PortReader
{
    public const string AttributeName = "Kamaelia.Axon.PortAttribute";
    private const string ComponentName = "Kamaelia.Axon.Component";

    private static readonly SymbolDisplayFormat s_annotated = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static PortResult Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var syntax = (PropertyDeclarationSyntax)context.TargetNode;
        var property = (IPropertySymbol)context.TargetSymbol;
        var port = ReadPort(context, syntax, property);
        var problems = new List<PortProblem>();
        var place = syntax.Identifier.GetLocation();
        CheckShape(syntax, property, place, problems);
        CheckOwner(syntax, property, place, problems);
        CheckWords(property, port, place, problems);
        cancel.ThrowIfCancellationRequested();
        if (NameOwner(property, port.Name) is { } taken)
            problems.Add(PortProblem.At(PortRules.DuplicateName, place, port.Name, taken));
        return problems.Count > 0
            ? new PortResult(null, null, new EquatableArray<PortProblem>([.. problems]))
            : new PortResult(OwnerReader.Read(syntax, property.ContainingType), port, default);
    }

    private static PortModel ReadPort(
        GeneratorAttributeSyntaxContext context, PropertyDeclarationSyntax syntax, IPropertySymbol property)
    {
        var attribute = context.Attributes[0];
        var message = MessageType(property.Type);
        return new PortModel(
            Property: syntax.Identifier.Text,
            Modifiers: string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text)),
            PropertyType: property.Type.ToDisplayString(s_annotated),
            MessageType: message?.ToDisplayString(s_annotated) ?? "object",
            MessageTypeOf: TypeOf(message),
            IsInbox: property.Type.Name == "Inbox",
            Name: PortName(property, attribute),
            Sentence: attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            Format: Named<string>(attribute, "Format") ?? "",
            IsOptional: Named<bool>(attribute, "Optional"),
            Capacity: Named<int>(attribute, "Capacity"),
            HasDocs: HasDocs(syntax));
    }

    private static void CheckShape(
        PropertyDeclarationSyntax syntax, IPropertySymbol property, Location place, List<PortProblem> problems)
    {
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            problems.Add(PortProblem.At(PortRules.NotPartialProperty, place, property.Name));
        if (property.IsStatic || property.SetMethod is not null || property.GetMethod is null)
            problems.Add(PortProblem.At(PortRules.NotReadOnly, place, property.Name));
        if (MessageType(property.Type) is null)
        {
            problems.Add(PortProblem.At(PortRules.WrongType, syntax.Type.GetLocation(), property.Name,
                property.Type.ToDisplayString()));
        }
    }

    private static void CheckOwner(
        PropertyDeclarationSyntax syntax, IPropertySymbol property, Location place, List<PortProblem> problems)
    {
        if (!IsComponent(property.ContainingType))
        {
            problems.Add(PortProblem.At(PortRules.NotComponent, place, property.ContainingType.Name, property.Name));
            return;
        }
        foreach (var type in syntax.Ancestors().OfType<TypeDeclarationSyntax>())
        {
            if (!type.Modifiers.Any(SyntaxKind.PartialKeyword) || type.Modifiers.Any(SyntaxKind.FileKeyword))
                problems.Add(PortProblem.At(PortRules.NotPartialClass, place, type.Identifier.Text, property.Name));
        }
    }

    private static void CheckWords(
        IPropertySymbol property, PortModel port, Location place, List<PortProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(port.Sentence))
            problems.Add(PortProblem.At(PortRules.NoSentence, place, property.Name));
        if (!PortNames.CanBeWritten(port.Name))
            problems.Add(PortProblem.At(PortRules.BadName, place, port.Name));
        if (port.Capacity < 0)
            problems.Add(PortProblem.At(PortRules.BadCapacity, place, property.Name, "a capacity is at least 1"));
        else if (port.Capacity > 0 && !port.IsInbox)
        {
            problems.Add(PortProblem.At(PortRules.BadCapacity, place, property.Name,
                "an outbox holds nothing; its receiver's inbox has the capacity"));
        }
    }

    /// <summary>Who has the name already, among the ports before this one and those of the base classes.</summary>
    private static string? NameOwner(IPropertySymbol property, string name)
    {
        for (var type = property.ContainingType; type is not null; type = type.BaseType)
        {
            // Every component has these two, though no attribute says so.
            if (name is "control" or "signal" && type.ToDisplayString() == ComponentName)
                return $"Component.{name}";
            foreach (var other in type.GetMembers().OfType<IPropertySymbol>())
            {
                // Later ones are reported at themselves, once.
                if (SymbolEqualityComparer.Default.Equals(other, property))
                    break;
                var attribute = other.GetAttributes()
                    .FirstOrDefault(data => data.AttributeClass?.ToDisplayString() == AttributeName);
                if (attribute is not null && PortName(other, attribute) == name)
                    return $"{type.Name}.{other.Name}";
            }
        }
        return null;
    }

    private static string PortName(IPropertySymbol property, AttributeData attribute)
        => Named<string>(attribute, "Name") ?? PortNames.FromProperty(property.Name);

    private static T? Named<T>(AttributeData attribute, string name)
        => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value is { Value: T value }
            ? value
            : default;

    private static ITypeSymbol? MessageType(ITypeSymbol type)
        => type is INamedTypeSymbol { Name: "Inbox" or "Outbox", Arity: 1 } named
            && named.ContainingNamespace.ToDisplayString() == "Kamaelia.Axon"
                ? named.TypeArguments[0]
                : null;

    // typeof takes neither dynamic nor an annotated reference type.
    private static string TypeOf(ITypeSymbol? message) => message switch
    {
        null or { TypeKind: TypeKind.Dynamic } => "object",
        _ => message.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
    };

    private static bool IsComponent(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.ToDisplayString() == ComponentName)
                return true;
        }
        return false;
    }

    private static bool HasDocs(PropertyDeclarationSyntax syntax)
        => syntax.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));
}
