using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>Spans outside, pointers inside: no public signature of a library has a pointer, nint or handle.</summary>
public sealed class PointersStayInside : Rule
{
    private static readonly HashSet<string> s_handles = ["nint", "nuint", "IntPtr", "UIntPtr", "SafeHandle"];

    public override SourceFile Bad => Sample("src/Kamaelia/Raw.cs",
        "public class Raw { public unsafe void Send(byte* data, int bytes) { } }");

    public override SourceFile Good => Sample("src/Kamaelia/Raw.cs",
        "public class Raw {",
        "    internal unsafe void Send(byte* data, int bytes) { }",
        "    public void Send(Span<byte> data) { }",
        "}",
        "internal class Inner { public nint At; }");

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (!file.IsCSharp || !file.IsUnder("src/", "interop/Kamaelia.Interop/")) { return []; }
        return from member in CSharpCode.Parse(file.Text).DescendantNodes().OfType<MemberDeclarationSyntax>()
               where member is not BaseTypeDeclarationSyntax && IsPublic(member)
               from type in Signature(member)
               where HasPointer(type)
               select At(file, member.LineIndex(), $"'{type}' in a public signature");
    }

    private static bool IsPublic(MemberDeclarationSyntax member) =>
        HasPublic(member) && member.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(HasPublic);

    // Protected counts: whoever derives sees it.
    private static bool HasPublic(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword) || m.IsKind(SyntaxKind.ProtectedKeyword))
        && !member.Modifiers.Any(m => m.IsKind(SyntaxKind.PrivateKeyword) || m.IsKind(SyntaxKind.InternalKeyword))
        || member.Parent is InterfaceDeclarationSyntax;

    // Types of parameters and results, and not what a body does with them.
    private static IEnumerable<TypeSyntax> Signature(MemberDeclarationSyntax member)
    {
        var parameters = member switch
        {
            BaseMethodDeclarationSyntax m => m.ParameterList.Parameters.Select(p => p.Type),
            DelegateDeclarationSyntax d => d.ParameterList.Parameters.Select(p => p.Type),
            IndexerDeclarationSyntax i => i.ParameterList.Parameters.Select(p => p.Type),
            _ => [],
        };
        var result = member switch
        {
            MethodDeclarationSyntax m => m.ReturnType,
            OperatorDeclarationSyntax o => o.ReturnType,
            ConversionOperatorDeclarationSyntax c => c.Type,
            DelegateDeclarationSyntax d => d.ReturnType,
            BasePropertyDeclarationSyntax p => p.Type,
            BaseFieldDeclarationSyntax f => f.Declaration.Type,
            _ => null,
        };
        return parameters.Append(result).OfType<TypeSyntax>();
    }

    private static bool HasPointer(TypeSyntax type) => type.DescendantNodesAndSelf().Any(n =>
        n is PointerTypeSyntax or FunctionPointerTypeSyntax
        || n is IdentifierNameSyntax name && s_handles.Contains(name.Identifier.Text));
}
