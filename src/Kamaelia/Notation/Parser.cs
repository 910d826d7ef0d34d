using System.Globalization;

namespace Kamaelia.Notation;

/// <summary>Makes chains of items out of tokens. After an error it goes on at the next pipe or chain.</summary>
internal sealed partial class Parser
{
    private static readonly IReadOnlyList<ArgumentSyntax> s_none = [];

    private readonly List<Token> _tokens;
    private readonly DiagnosticBag _diagnostics;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal); // Behind their prefixes.
    private int _at;

    private Parser(List<Token> tokens, DiagnosticBag diagnostics)
    {
        _tokens = tokens;
        _diagnostics = diagnostics;
    }

    private Token Current => _tokens[_at];

    public static NotationSyntax Parse(string text, DiagnosticBag diagnostics)
    {
        var parser = new Parser(Lexer.Read(text, diagnostics), diagnostics);
        var chains = new List<ChainSyntax>();
        while (parser.Current.Kind != TokenKind.EndOfText)
            parser.ParseStatement(chains);
        parser.EndAllGroups();
        if (chains.Count == 0 && !diagnostics.HasErrors)
            diagnostics.Add(DiagnosticCode.EmptyText, new TextSpan(0, 0), "There is nothing to run in this text.");
        return new NotationSyntax(chains) { Groups = parser._groups };
    }

    private void ParseStatement(List<ChainSyntax> chains)
    {
        switch (Current.Kind)
        {
            case TokenKind.NewLine or TokenKind.Semicolon:
                _at++;
                break;
            case TokenKind.CloseBrace:
                EndGroup();
                break;
            case TokenKind.OpenBrace:
                _diagnostics.Add(DiagnosticCode.BadGroup, Current.Span, "This '{' opens nothing.",
                    "write 'restart NAME {'");
                _unopened++; // Its '}' is as wrong, and one complaint is enough.
                _at++;
                break;
            case TokenKind.Word when AtGroup:
                ParseGroup();
                break;
            default:
                if (_group is not null)
                    _filled.Add(_group);
                chains.Add(ParseChain() with { Group = _group });
                break;
        }
    }

    private ChainSyntax ParseChain()
    {
        var items = new List<ItemSyntax> { ParseItem() };
        var links = new List<LinkSyntax>();
        while (ContinuesWithPipe())
        {
            var pipe = _tokens[_at++];
            Token? options = Current.Kind == TokenKind.LinkOptions ? _tokens[_at++] : null;
            links.Add(LinkOptionsReader.Read(pipe, options, _diagnostics));
            while (Current.Kind == TokenKind.NewLine) // A line that ends with a pipe goes on.
                _at++;
            items.Add(ParseItem());
        }
        return new ChainSyntax(items, links);
    }

    /// <summary>At a pipe now, or at line ends before a line that starts with one, which are skipped.</summary>
    private bool ContinuesWithPipe()
    {
        int ahead = _at;
        while (_tokens[ahead].Kind == TokenKind.NewLine)
            ahead++;
        if (_tokens[ahead].Kind != TokenKind.Pipe)
            return false;
        _at = ahead;
        return true;
    }

    private ItemSyntax ParseItem()
    {
        switch (Current.Kind)
        {
            case TokenKind.Word when !Current.IsQuoted && char.IsAsciiLetter(Current.Value[0]):
                return ParseElement();
            case TokenKind.Name:
                return ParseReference();
            case TokenKind.Word or TokenKind.Option:
                var token = _tokens[_at++];
                _diagnostics.Add(DiagnosticCode.Misplaced, token.Span, token.Kind == TokenKind.Option
                    ? $"An option, '{token.Key}', where a component's name belongs."
                    : $"A component's name belongs here, and '{token.Value}' is none.");
                SkipItem();
                return new MissingSyntax(token.Span);
            default:
                var span = PlaceOfMissing();
                _diagnostics.Add(DiagnosticCode.MissingElement, span, "A component is missing here.");
                return new MissingSyntax(span);
        }
    }

    /// <summary>The pipe that lacks a side; a missing item itself has no characters.</summary>
    private TextSpan PlaceOfMissing()
    {
        if (Current.Kind == TokenKind.Pipe)
            return Current.Span;
        int before = _at - 1;
        while (before > 0 && _tokens[before].Kind is TokenKind.NewLine or TokenKind.LinkOptions)
            before--;
        return before >= 0 ? _tokens[before].Span : Current.Span;
    }

    private ElementSyntax ParseElement()
    {
        var word = _tokens[_at++];
        var (twin, name) = ReadComponentName(word);
        List<ArgumentSyntax>? arguments = null;
        NameSyntax? label = null;
        int end = word.Span.End;
        for (; Current.Kind is TokenKind.Word or TokenKind.Option or TokenKind.Name; _at++)
        {
            var token = Current;
            if (token.Kind == TokenKind.Name)
            {
                if (label is not null)
                    _diagnostics.Add(DiagnosticCode.Misplaced, token.Span,
                        $"This component has a name already, @{label.Text}.");
                label ??= ReadLabel(token);
            }
            else if (label is not null)
                _diagnostics.Add(DiagnosticCode.Misplaced, token.Span,
                    "The @name comes last: this value stands after it.");
            else
                (arguments ??= []).Add(ArgumentOf(token));
            end = token.Span.End;
        }
        return new ElementSyntax(TextSpan.FromBounds(word.Span.Start, end), twin, name, arguments ?? s_none, label);
    }

    private static ArgumentSyntax ArgumentOf(Token token) => new(
        token.Kind == TokenKind.Option ? new NameSyntax(token.Key, token.KeySpan) : null, token.Value, token.ValueSpan)
        { IsBroken = token.IsBroken };

    private (Twin Twin, NameSyntax Name) ReadComponentName(Token word)
    {
        int colon = word.Value.IndexOf(':');
        if (colon < 0)
            return (Twin.Auto, new NameSyntax(word.Value, word.Span));
        string prefix = word.Value[..colon];
        if (!_names.TryGetValue(word.Value, out string? text)) // One string for all places where it stands.
            _names.Add(word.Value, text = word.Value[(colon + 1)..]);
        var name = new NameSyntax(text, TextSpan.FromBounds(word.Span.Start + colon + 1, word.Span.End));
        if (name.Text.Length == 0)
            name = name with { Span = word.Span };
        switch (prefix)
        {
            case "native":
                return (Twin.Native, name);
            case "managed":
                return (Twin.Managed, name);
            default:
                _diagnostics.Add(DiagnosticCode.UnknownPrefix, new TextSpan(word.Span.Start, colon + 1),
                    $"'{prefix}:' is no prefix.", Suggestions.DidYouMean(prefix, ["native", "managed"]));
                return (Twin.Auto, name);
        }
    }

    private NameSyntax? ReadLabel(Token token)
    {
        if (IsName(token.Value))
            return new NameSyntax(token.Value, token.ValueSpan);
        int dot = token.Value.IndexOf('.');
        bool isBox = dot > 0 && IsName(token.Value[..dot]);
        _diagnostics.Add(DiagnosticCode.BadName, token.Span, isBox
            ? "A component is named here; its box belongs where the name alone refers to it."
            : $"'{token.Value}' cannot be a name.", isBox ? $"write '@{token.Value[..dot]}' here" : null);
        return isBox ? new NameSyntax(token.Value[..dot], new TextSpan(token.ValueSpan.Start, dot)) : null;
    }

    private ItemSyntax ParseReference()
    {
        var token = _tokens[_at++];
        int hash = token.Value.IndexOf('#');
        string path = hash < 0 ? token.Value : token.Value[..hash];
        int dot = path.IndexOf('.');
        string name = dot < 0 ? path : path[..dot];
        string box = dot < 0 ? "" : path[(dot + 1)..];
        int index = 0;
        bool good = IsName(name) && (dot < 0 || IsName(box)) && (hash < 0 || (dot > 0
            && int.TryParse(token.Value.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index)));
        if (!good)
            _diagnostics.Add(DiagnosticCode.BadName, token.Span, $"'@{token.Value}' is no name and no box.");
        SkipItem(good ? "A name stands alone between pipes: a component's own values stand where it is made." : null);
        if (!good)
            return new MissingSyntax(token.Span);
        int start = token.ValueSpan.Start;
        return new ReferenceSyntax(token.Span, new NameSyntax(name, new TextSpan(start, name.Length)),
            dot < 0 ? null : new NameSyntax(box, new TextSpan(start + dot + 1, box.Length)), hash < 0 ? null : index);
    }

    /// <summary>Goes on to the next pipe or the chain's end; says so at the first thing skipped, if there is a
    /// sentence.</summary>
    private void SkipItem(string? sentence = null)
    {
        for (; Current.Kind is TokenKind.Word or TokenKind.Option or TokenKind.Name; _at++)
        {
            if (sentence is not null)
                _diagnostics.Add(DiagnosticCode.Misplaced, Current.Span, sentence);
            sentence = null;
        }
    }

    private static bool IsName(string text) => text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
