using System.Text.RegularExpressions;

namespace Kamaelia.Tidy.Tests;

/// <summary>As much of C++ as a tidy test needs: code without comments, and where functions begin and end.</summary>
public static partial class CppCode
{
    public sealed record Function(string Name, int LineIndex, int LineCount);

    /// <summary>The text with comments and the insides of literals blanked, line for line.</summary>
    public static string WithoutCommentsAndStrings(string text) => NotCode().Replace(text, m => Blank(m.Value));

    /// <summary>Functions, methods and TEST bodies; a lambda counts as part of what holds it.</summary>
    public static IEnumerable<Function> Functions(string text)
    {
        var code = Directive().Replace(WithoutCommentsAndStrings(text), m => Blank(m.Value));
        var inside = new Stack<(bool IsContainer, int Start, string Head)>();
        var headStart = 0;
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '{':
                    var head = code[headStart..i];
                    var outer = inside.Count == 0 || inside.Peek().IsContainer;
                    var container = outer && IsContainer(head);
                    var start = headStart + head.Length - head.TrimStart().Length;
                    inside.Push((container, start, outer && !container && head.Contains(')') ? head.Trim() : ""));
                    headStart = i + 1;
                    break;
                case '}':
                    headStart = i + 1;
                    if (!inside.TryPop(out var block) || block.Head.Length == 0) { break; }
                    var first = LineOf(code, block.Start);
                    yield return new Function(Name(block.Head), first, LineOf(code, i) - first + 1);
                    break;
                case ';':
                    headStart = i + 1;
                    break;
            }
        }
    }

    // A namespace or a type, also after a macro call without a semicolon, and with alignas(…) before its name.
    private static bool IsContainer(string head)
    {
        var tail = head[(head.LastIndexOf(')') + 1)..];
        return Container().IsMatch(tail) || (TypeHead().IsMatch(head) && TypeName().IsMatch(tail));
    }

    private static string Name(string head) => NameBeforeParenthesis().Match(head) is { Success: true } m
        ? m.Groups[1].Value : head.Split('\n')[0];

    private static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n');

    private static string Blank(string text) => new([.. text.Select(c => c == '\n' ? '\n' : ' ')]);

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|R""\((.*?)\)""|""(\\.|[^""\\\n])*""|(?<![0-9a-fA-F])'(\\.|[^'\\\n])+'",
        RegexOptions.Singleline)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"^[ ]*#([^\n]*\\\n)*[^\n]*", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\b(namespace|class|struct|union|extern)\b")]
    private static partial Regex Container();

    [GeneratedRegex(@"^\s*(template\s*<.*>\s*)?(class|struct|union)\b", RegexOptions.Singleline)]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"^\s*(?!const\b|noexcept\b|override\b|final\b)\w")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"([\w:~]+|operator[^(]*)\s*\(")]
    private static partial Regex NameBeforeParenthesis();
}
