using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kamaelia.Tidy.Tests;

/// <summary>C# as the compiler reads it.</summary>
public static class CSharpCode
{
    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview, DocumentationMode.None);

    public static SyntaxNode Parse(string text) => CSharpSyntaxTree.ParseText(text, s_options).GetRoot();

    public static int LineIndex(this SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;

    public static int LineCount(this SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    /// <summary>The text with comments and the insides of strings blanked, line for line.</summary>
    public static string[] WithoutCommentsAndStrings(string text)
    {
        var bare = text.ToCharArray();
        var root = Parse(text);
        foreach (var trivia in root.DescendantTrivia()) // Directives stay: they are code.
        {
            if (!trivia.IsDirective && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) { Blank(bare, trivia.Span); }
        }
        foreach (var token in root.DescendantTokens())
        {
            if (IsText(token.Kind())) { Blank(bare, token.Span); }
        }
        return new string(bare).Split('\n');
    }

    private static bool IsText(SyntaxKind kind) => kind is SyntaxKind.StringLiteralToken
        or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.CharacterLiteralToken
        or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken;

    private static void Blank(char[] text, Microsoft.CodeAnalysis.Text.TextSpan span)
    {
        for (var i = span.Start; i < span.End; i++)
        {
            if (text[i] != '\n') { text[i] = ' '; }
        }
    }
}
