using System.Text;

namespace Kamaelia.Notation;

/// <summary>Cuts a text into tokens. Whatever the text, it ends, and complains with a place.</summary>
internal sealed class Lexer
{
    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private const int CharactersPerToken = 7; // About: a list that doubles copies a long text's tokens many times.
    private const int SharedMax = 1024; // Of texts whose words all differ, a table would only be a burden.

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<Token> _tokens;
    private int _at;

    private Lexer(string text, DiagnosticBag diagnostics)
    {
        _text = text;
        _diagnostics = diagnostics;
        _tokens = new List<Token>(text.Length / CharactersPerToken + 1);
    }

    public static List<Token> Read(string text, DiagnosticBag diagnostics)
    {
        var lexer = new Lexer(text, diagnostics);
        while (lexer._at < text.Length)
            lexer.ReadNext();
        lexer._tokens.Add(new Token(TokenKind.EndOfText, new TextSpan(text.Length, 0)));
        return lexer._tokens;
    }

    private void ReadNext()
    {
        int start = _at;
        char c = _text[_at];
        switch (c)
        {
            case '\n' or '\r':
                _at++;
                Add(TokenKind.NewLine, start);
                break;
            case '#': // At the start of a token, so of a line or after a space.
                while (_at < _text.Length && _text[_at] is not ('\n' or '\r'))
                    _at++;
                break;
            case '|':
                _at++;
                Add(TokenKind.Pipe, start);
                break;
            case ';':
                _at++;
                Add(TokenKind.Semicolon, start);
                break;
            case '{':
                _at++;
                Add(TokenKind.OpenBrace, start);
                break;
            case '}':
                _at++;
                Add(TokenKind.CloseBrace, start);
                break;
            case '[' when _tokens.Count > 0 && _tokens[^1].Kind == TokenKind.Pipe:
                ReadLinkOptions();
                break;
            case '@':
                ReadName();
                break;
            case '"' or '\'':
                var (value, valueSpan, isBroken) = ReadQuoted();
                _tokens.Add(new Token(TokenKind.Word, valueSpan)
                    { Value = value, IsQuoted = true, IsBroken = isBroken });
                break;
            case var _ when char.IsWhiteSpace(c) || c == '\uFEFF': // A file's byte order mark is no more than a space.
                _at++;
                break;
            case var _ when Refuse(c):
                _at += char.IsHighSurrogate(c) && _at + 1 < _text.Length && char.IsLowSurrogate(_text[_at + 1]) ? 2 : 1;
                break;
            default:
                ReadWord();
                break;
        }
    }

    private void ReadLinkOptions()
    {
        int start = _at++;
        while (_at < _text.Length && _text[_at] is not (']' or '\n' or '\r' or ';' or '|'))
            _at++;
        bool isClosed = _at < _text.Length && _text[_at] == ']';
        if (!isClosed)
        {
            _diagnostics.Add(DiagnosticCode.BadLinkOptions, new TextSpan(start, 1), "This '[' has no ']'.");
            for (_at = start + 1; _at < _text.Length && !EndsWord(_text[_at]);) // What follows is the next element.
                _at++;
        }
        var inner = TextSpan.FromBounds(start + 1, _at);
        if (isClosed)
            _at++;
        _tokens.Add(new Token(TokenKind.LinkOptions, TextSpan.FromBounds(start, _at))
            { Value = _text.Substring(inner.Start, inner.Length), ValueSpan = inner });
    }

    private void ReadName()
    {
        int start = _at++;
        while (_at < _text.Length && !EndsWord(_text[_at]))
            _at++;
        GiveBackBraces(start + 1);
        var value = TextSpan.FromBounds(start + 1, _at);
        _tokens.Add(new Token(TokenKind.Name, TextSpan.FromBounds(start, _at))
            { Value = _text.Substring(value.Start, value.Length), ValueSpan = value });
    }

    /// <summary>A bare word, or <c>key=</c> with a bare or quoted value. The first <c>=</c> after a key splits
    /// it.</summary>
    private void ReadWord()
    {
        int start = _at;
        while (_at < _text.Length && IsKeyCharacter(_text[_at]))
            _at++;
        if (_at > start && _at < _text.Length && _text[_at] == '=')
        {
            string key = _text[start.._at++];
            bool isQuoted = _at < _text.Length && _text[_at] is '"' or '\'';
            var (value, valueSpan, isBroken) = isQuoted ? ReadQuoted() : ReadBare(_at);
            _tokens.Add(new Token(TokenKind.Option, TextSpan.FromBounds(start, _at))
                { Key = key, Value = value, ValueSpan = valueSpan, IsBroken = isBroken });
            return;
        }
        var (word, span, isBrokenWord) = ReadBare(start);
        _tokens.Add(new Token(TokenKind.Word, span) { Value = word, IsBroken = isBrokenWord });
    }

    private (string Value, TextSpan Span, bool IsBroken) ReadBare(int start)
    {
        bool isBroken = false;
        while (_at < _text.Length && !EndsWord(_text[_at]))
        {
            if (_text[_at] == '"')
                isBroken = Complain(_at, "A quote inside a word: put the whole value in quotes.");
            else if (char.IsControl(_text[_at]))
                isBroken = Complain(_at, $"The control character {Show(_text[_at])} inside a word.");
            _at++;
        }
        GiveBackBraces(start);
        return (Shared(start, _at), TextSpan.FromBounds(start, _at), isBroken);
    }

    /// <summary>The word, as one string for all places where it stands: a long text has few different ones.</summary>
    private string Shared(int start, int end)
    {
        var words = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        var word = _text.AsSpan(start, end - start);
        if (words.TryGetValue(word, out string? known))
            return known;
        string made = word.ToString();
        if (_words.Count < SharedMax)
            _words.Add(made);
        return made;
    }

    /// <summary>A brace at a word's end is the group's, unless the word has its partner too: <c>null}</c>, but
    /// <c>a{1}</c>.</summary>
    private void GiveBackBraces(int start)
    {
        var word = _text.AsSpan(start, _at - start);
        if (word.Contains('{') && word.Contains('}'))
            return;
        while (_at > start && _text[_at - 1] is '{' or '}')
            _at--;
    }

    private (string Value, TextSpan Span, bool IsBroken) ReadQuoted()
    {
        int start = _at;
        char quote = _text[_at++];
        var value = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote && _text[_at] is not ('\n' or '\r'))
        {
            char c = _text[_at++];
            if (c == '\\' && quote == '"' && _at < _text.Length && Unescape(_text[_at]) is { } unescaped)
            {
                c = unescaped;
                _at++;
            }
            value.Append(c);
        }
        bool isBroken = _at == _text.Length || _text[_at] != quote;
        if (!isBroken)
            _at++;
        else
            _diagnostics.Add(DiagnosticCode.UnclosedQuote, new TextSpan(start, 1),
                $"This {quote} is not closed on its line.");
        var span = TextSpan.FromBounds(start, _at);
        if (_at < _text.Length && !EndsWord(_text[_at]) && _text[_at] != '}')
        {
            isBroken = Complain(_at, "A value ends with its closing quote: a space belongs here.");
            while (_at < _text.Length && !EndsWord(_text[_at]))
                _at++;
        }
        return (value.ToString(), span, isBroken);
    }

    /// <summary>Says that no word begins with this character, where none does.</summary>
    private bool Refuse(char c)
    {
        string? sentence = c switch
        {
            '=' => "An '=' with nothing before it: write option=value without spaces.",
            ']' => "A ']' without a '['.",
            '\u201C' or '\u201D' or '\u2018' or '\u2019' => $"'{c}' is no quote of this notation: use \" or '.",
            _ when char.IsControl(c) => $"The control character {Show(c)}.",
            _ when char.IsSurrogate(c) && !Rune.TryGetRuneAt(_text, _at, out _) => "Half a surrogate pair.",
            _ => null,
        };
        return sentence is not null && Complain(_at, sentence);
    }

    private bool Complain(int at, string sentence)
    {
        _diagnostics.Add(DiagnosticCode.UnexpectedCharacter, new TextSpan(at, 1), sentence);
        return true;
    }

    private void Add(TokenKind kind, int start) => _tokens.Add(new Token(kind, TextSpan.FromBounds(start, _at)));

    private static bool EndsWord(char c) => c is '|' or ';' || char.IsWhiteSpace(c);

    private static bool IsKeyCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static string Show(char c) => $"U+{(int)c:X4}";

    /// <summary>A backslash before any other character is a backslash, so that most Windows paths need no
    /// care.</summary>
    private static char? Unescape(char c) => c switch
    {
        '"' or '\\' => c,
        'n' => '\n',
        't' => '\t',
        _ => null,
    };
}
