namespace Kamaelia.Notation;

// Groups: restart NAME option=value … { chains and groups }.
internal sealed partial class Parser
{
    private const int DepthMax = 16; // Deeper than anybody nests; what builds groups goes down into them.

    private readonly List<GroupSyntax> _groups = [];
    private readonly HashSet<GroupSyntax> _filled = new(ReferenceEqualityComparer.Instance);
    private GroupSyntax? _group;
    private int _depth;
    private int _unopened; // Groups whose '{' is missing, which was said: their '}' is not worth a second word.

    private bool AtGroup => Current is { Kind: TokenKind.Word, IsQuoted: false, Value: GroupOptions.Keyword };

    private void ParseGroup()
    {
        var word = _tokens[_at++];
        var arguments = new List<ArgumentSyntax>();
        NameSyntax? name = null;
        bool isNamed = false;
        int end = word.Span.End;
        for (; Current.Kind is TokenKind.Word or TokenKind.Option or TokenKind.Name; _at++)
        {
            var token = Current;
            end = token.Span.End;
            if (token.Kind == TokenKind.Option || (token.Kind == TokenKind.Word && isNamed))
                arguments.Add(ArgumentOf(token));
            else
                name ??= ReadGroupName(token, ref isNamed);
        }
        var span = TextSpan.FromBounds(word.Span.Start, end);
        int ahead = _at;
        while (_tokens[ahead].Kind == TokenKind.NewLine)
            ahead++;
        if (_tokens[ahead].Kind != TokenKind.OpenBrace)
        {
            _unopened++;
            _diagnostics.Add(DiagnosticCode.BadGroup, span, "The '{' of this group is missing.",
                isNamed ? null : "write 'restart NAME {'");
            return;
        }
        if (!isNamed)
            _diagnostics.Add(DiagnosticCode.BadGroup, word.Span, "A group needs a name.",
                "for example 'restart part {'");
        _at = ahead + 1;
        if (++_depth > DepthMax)
            _diagnostics.Add(DiagnosticCode.BadGroup, span, $"Groups stand in groups at most {DepthMax} deep.");
        if (_group is not null)
            _filled.Add(_group);
        _group = new GroupSyntax(span, name ?? new NameSyntax("", word.Span), arguments, _tokens[ahead].Span)
            { Parent = _group };
        _groups.Add(_group);
    }

    private NameSyntax? ReadGroupName(Token token, ref bool isNamed)
    {
        isNamed = true; // Or meant to be.
        if (token.Kind == TokenKind.Word && !token.IsQuoted && IsName(token.Value))
            return new NameSyntax(token.Value, token.Span);
        bool isLabel = token.Kind == TokenKind.Name && IsName(token.Value);
        _diagnostics.Add(DiagnosticCode.BadName, token.Span, isLabel
            ? "A group's name is written without '@'."
            : $"'{token.Value}' cannot be a group's name.", isLabel ? $"write '{token.Value}'" : null);
        return null;
    }

    private void EndGroup()
    {
        var brace = _tokens[_at++];
        if (_group is { } group)
        {
            if (!_filled.Contains(group))
                _diagnostics.Add(DiagnosticCode.BadGroup, group.Name.Span, "There is nothing in this group.");
            _group = group.Parent;
            _depth--;
        }
        else if (_unopened > 0)
        {
            _unopened--;
        }
        else
        {
            _diagnostics.Add(DiagnosticCode.BadGroup, brace.Span, "This '}' closes nothing.");
        }
    }

    private void EndAllGroups()
    {
        for (; _group is not null; _group = _group.Parent)
            _diagnostics.Add(DiagnosticCode.UnclosedGroup, _group.OpenSpan, "This '{' is not closed.");
    }
}
