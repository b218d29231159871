namespace MuxProvider.Multiplexing;

/// <summary>What a <see cref="SqlToken"/> is.</summary>
public enum SqlTokenKind : byte
{
    /// <summary>No token: the text has ended.</summary>
    None = 0,

    /// <summary>A bare word: a keyword or a name without quotes.</summary>
    Identifier,

    /// <summary>A name in quotes (<c>`…`</c>; <c>"…"</c> and <c>[…]</c> where the mode says so).</summary>
    QuotedIdentifier,

    /// <summary>A string, its prefix (<c>N</c>, <c>X</c>, <c>B</c>) included.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>@name</c> in any of its spellings, or a lone <c>@</c>.</summary>
    UserVariable,

    /// <summary><c>@@name</c> or <c>@@scope.name</c>.</summary>
    SystemVariable,

    /// <summary><c>?</c> or <c>?name</c>.</summary>
    Parameter,

    /// <summary><c>:=</c></summary>
    Assignment,

    /// <summary><c>;</c></summary>
    Semicolon,

    /// <summary><c>(</c></summary>
    OpenParenthesis,

    /// <summary><c>)</c></summary>
    CloseParenthesis,

    /// <summary><c>,</c></summary>
    Comma,

    /// <summary><c>.</c> between names.</summary>
    Dot,

    /// <summary>Any other character.</summary>
    Operator,
}
