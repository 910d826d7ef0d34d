namespace Kamaelia.Notation;

internal enum TokenKind
{
    /// <summary>A bare or quoted word: a component's name or a bare value.</summary>
    Word,

    /// <summary><c>key=value</c>.</summary>
    Option,

    /// <summary><c>@name</c>, <c>@name.box</c>, <c>@name.box#n</c>.</summary>
    Name,

    /// <summary><c>|</c>.</summary>
    Pipe,

    /// <summary><c>[…]</c> after a pipe.</summary>
    LinkOptions,

    /// <summary>A line end.</summary>
    NewLine,

    /// <summary><c>;</c>.</summary>
    Semicolon,

    /// <summary><c>{</c>.</summary>
    OpenBrace,

    /// <summary><c>}</c>.</summary>
    CloseBrace,

    /// <summary>After the last.</summary>
    EndOfText,
}

/// <summary>A piece of the text. Its value is the text without quotes; an option also has a key.</summary>
internal readonly record struct Token(TokenKind Kind, TextSpan Span)
{
    public string Value { get; init; } = "";
    public TextSpan ValueSpan { get; init; } = Span;
    public string Key { get; init; } = "";
    public bool IsQuoted { get; init; }

    /// <summary>Reported already: what it would mean is not worth a second complaint.</summary>
    public bool IsBroken { get; init; }

    public TextSpan KeySpan => new(Span.Start, Key.Length);
}
