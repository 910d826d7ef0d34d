using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kamaelia.Tidy.Tests.Rules;

/// <summary>A function fits a screen: 60 lines, its signature included and its documentation not.</summary>
public sealed class FunctionLength : Rule
{
    private const int LinesMax = 60;

    /// <summary>"path:function" and why it may be longer.</summary>
    public static readonly IReadOnlyDictionary<string, string> Exceptions = new Dictionary<string, string>
    {
    };

    public override SourceFile Bad => Sample("native/src/net/long.cpp",
    [
        "namespace kam {", "int sum(int a) {",
        .. Repeat("    if (a) { ++a; }", LinesMax - 1), "    return a;", "}", "}",
    ]);

    public override SourceFile Good => Sample("src/Kamaelia/Long.cs",
    [
        "class Long {", "    // Words before it do not count.", "    void Do() {",
        .. Repeat("        Do();", LinesMax - 2), "    }", "    void Again() {", "    }", "}",
    ]);

    public override IEnumerable<string> Check(SourceFile file)
    {
        if (file.IsGenerated) { return []; }
        var functions = file.IsCSharp ? CSharpFunctions(file.Text)
            : file.IsCpp ? CppCode.Functions(file.Text).Select(f => (f.Name, f.LineIndex, f.LineCount))
            : file.Is(".sh") ? ShellFunctions(file.Lines) : [];
        return functions.Where(f => f.LineCount > LinesMax && !Exceptions.ContainsKey($"{file.Path}:{f.Name}"))
            .Select(f => At(file, f.LineIndex, $"{f.Name} has {f.LineCount} lines, at most {LinesMax}"));
    }

    private static IEnumerable<(string Name, int LineIndex, int LineCount)> CSharpFunctions(string text) =>
        from node in CSharpCode.Parse(text).DescendantNodes()
        let name = NameOf(node)
        where name != null
        select (name, node.LineIndex(), node.LineCount());

    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax m => m.Identifier.Text,
        LocalFunctionStatementSyntax f => f.Identifier.Text,
        ConstructorDeclarationSyntax c => c.Identifier.Text,
        AccessorDeclarationSyntax a => a.Keyword.Text,
        OperatorDeclarationSyntax o => o.OperatorToken.Text,
        _ => null,
    };

    private static IEnumerable<(string Name, int LineIndex, int LineCount)> ShellFunctions(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].EndsWith("() {", StringComparison.Ordinal)) { continue; }
            var end = Array.IndexOf(lines, "}", i);
            yield return (lines[i][..^4], i, (end < 0 ? lines.Length : end + 1) - i);
        }
    }
}
