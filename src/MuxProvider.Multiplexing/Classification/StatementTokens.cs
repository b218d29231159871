using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>The tokens of a text, or of one statement in it. Asking behind the end, or before the start, answers "no token".</summary>
internal readonly ref struct StatementTokens(ReadOnlySpan<char> text, ReadOnlySpan<SqlToken> tokens, SqlModes modes)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly ReadOnlySpan<SqlToken> _tokens = tokens;

    /// <summary>How many tokens there are.</summary>
    public int Count => _tokens.Length;

    /// <summary>The session's modes.</summary>
    public SqlModes Modes { get; } = modes;

    /// <summary>A token.</summary>
    public SqlToken this[int index] => (uint)index < (uint)_tokens.Length ? _tokens[index] : default;

    /// <summary>What the token at an index is.</summary>
    public SqlTokenKind Kind(int index) => this[index].Kind;

    /// <summary>A token as it is written.</summary>
    public ReadOnlySpan<char> Written(int index)
    {
        var token = this[index];
        return _text.Slice(token.Start, token.Length);
    }

    /// <summary>A name without its quotes.</summary>
    public ReadOnlySpan<char> Name(int index)
    {
        var written = Written(index);
        return Kind(index) == SqlTokenKind.QuotedIdentifier && written.Length >= 2 ? written[1..^1] : written;
    }

    /// <summary>Whether the token is the given keyword. A quoted name never is.</summary>
    public bool Is(int index, string keyword) => Kind(index) == SqlTokenKind.Identifier && Ascii.EqualsIgnoreCase(Written(index), keyword);

    /// <summary>Whether the token is one of the given keywords.</summary>
    public bool IsAny(int index, string first, string second) => Is(index, first) || Is(index, second);

    /// <summary>Whether the token is one of the given keywords.</summary>
    public bool IsAny(int index, string first, string second, string third) => IsAny(index, first, second) || Is(index, third);

    /// <summary>Whether the token is one of the given keywords.</summary>
    public bool IsAny(int index, string first, string second, string third, string fourth) => IsAny(index, first, second) || IsAny(index, third, fourth);

    /// <summary>Whether the token is the given single character.</summary>
    public bool IsOperator(int index, char character) => Kind(index) == SqlTokenKind.Operator && Written(index) is [var only] && only == character;

    /// <summary>Whether the token is a name, quoted or not.</summary>
    public bool IsName(int index) => Kind(index) is SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier;

    /// <summary>Whether nothing, not even white space, stands between a token and the one before it.</summary>
    public bool TouchesPrevious(int index) => index > 0 && this[index - 1].End == this[index].Start;

    /// <summary>
    /// The word in upper case, written into <paramref name="buffer"/>: empty when the token is no name, too long for
    /// the buffer, or not plain ASCII, because no keyword and no built-in function is.
    /// </summary>
    public ReadOnlySpan<char> Upper(int index, Span<char> buffer)
    {
        if (!IsName(index))
            return default;
        return Ascii.ToUpper(Name(index), buffer, out var length) == System.Buffers.OperationStatus.Done ? buffer[..length] : default;
    }

    /// <summary>The text from one token to another, as it is written, with what stands between them.</summary>
    public ReadOnlySpan<char> Between(int first, int last) => _text[this[first].Start..this[last].End];

    /// <summary>Some of the tokens.</summary>
    public StatementTokens Slice(int from, int to) => new(_text, _tokens[from..to], Modes);

    /// <summary>Whether the tokens from an index on are only bare words and commas.</summary>
    public bool AreWordsFrom(int index)
    {
        for (; index < Count; index++)
            if (Kind(index) is not (SqlTokenKind.Identifier or SqlTokenKind.Comma))
                return false;
        return true;
    }

    /// <summary>The index behind a possibly qualified name (<c>a</c>, <c>a.b</c>), or <paramref name="index"/> if there is none.</summary>
    public int SkipQualifiedName(int index)
    {
        // INTO is reserved; taking it for a name could swallow the INTO that sets a variable.
        if (!IsName(index) || Is(index, "INTO"))
            return index;
        index++;
        while (Kind(index) == SqlTokenKind.Dot && IsName(index + 1) && !Is(index + 1, "INTO"))
            index += 2;
        return index;
    }
}
