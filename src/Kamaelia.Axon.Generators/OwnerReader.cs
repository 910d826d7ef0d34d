using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kamaelia.Axon.Generators;

/// <summary>Reads what must be written around a class to add members to it.</summary>
internal static class OwnerReader
{
    private static readonly SymbolDisplayFormat s_namespace = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public static OwnerModel Read(PropertyDeclarationSyntax syntax, INamedTypeSymbol owner)
    {
        var headers = syntax.Ancestors().OfType<TypeDeclarationSyntax>().Select(Header).Reverse();
        var space = owner.ContainingNamespace is { IsGlobalNamespace: false } named
            ? named.ToDisplayString(s_namespace)
            : "";
        return new OwnerModel(space, new EquatableArray<string>([.. headers]), FileName(owner));
    }

    // Constraints may be left out in one part of a type; its parameters' names and variance may not.
    private static string Header(TypeDeclarationSyntax type)
    {
        var text = new StringBuilder("partial ").Append(type.Keyword.Text);
        if (type is RecordDeclarationSyntax { ClassOrStructKeyword.Text: { Length: > 0 } kind })
            text.Append(' ').Append(kind);
        text.Append(' ').Append(type.Identifier.Text);
        if (type.TypeParameterList is { } list)
        {
            var names = list.Parameters.Select(item => $"{item.VarianceKeyword.Text} {item.Identifier.Text}".Trim());
            text.Append('<').Append(string.Join(", ", names)).Append('>');
        }
        return text.ToString();
    }

    private static string FileName(INamedTypeSymbol owner)
    {
        var name = new StringBuilder();
        for (var type = owner; type is not null; type = type.ContainingType)
            name.Insert(0, type.Arity > 0 ? $"{type.Name}_{type.Arity}." : $"{type.Name}.");
        var space = owner.ContainingNamespace is { IsGlobalNamespace: false } named ? $"{named}." : "";
        // A keyword's escape is no letter of a file's name.
        return $"{space}{name}Ports.g.cs".Replace("@", "");
    }
}
