namespace MuxProvider.Multiplexing;

/// <summary>
/// Writes a digest, token by token, into memory of fixed size. A list of literals is written until it turns out to be one,
/// and then taken back: its length does not matter, and neither does that of the text.
/// </summary>
/// <param name="buffer">Where the digest is written: it is as long as the buffer at most.</param>
/// <param name="starts">Where the places of open parentheses are kept; deeper ones are written as they are.</param>
internal ref struct DigestWriter(Span<char> buffer, Span<int> starts)
{
    private const string List = "(...)";

    private readonly Span<char> _buffer = buffer;
    private readonly Span<int> _starts = starts;
    private int _length;
    private int _depth;
    private SqlTokenKind _previous;
    private bool _previousIsReserved;
    private char _sign;
    private bool _overflows;

    // How many literals the innermost list holds, as long as it holds nothing else; -1 otherwise.
    private int _literals = -1;

    /// <summary>Whether nothing more can change the digest.</summary>
    public readonly bool IsFinished => _overflows && _literals < 0;

    /// <summary>Ends the digest here, as one that is too long.</summary>
    public void Cut()
    {
        _overflows = true;
        _literals = -1;
    }

    /// <summary>Adds the next token.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="written">How it is written.</param>
    /// <param name="touches">Whether nothing stands between it and the token before.</param>
    public void Add(SqlTokenKind kind, scoped ReadOnlySpan<char> written, bool touches)
    {
        if (kind is SqlTokenKind.Number or SqlTokenKind.String or SqlTokenKind.Parameter or SqlTokenKind.UserVariable)
        {
            AddLiteral(kind);
            return;
        }

        AddSign();
        switch (kind)
        {
            case SqlTokenKind.Operator when written is "-" or "+" && ExpectsOperand():
                _sign = written[0];
                break;
            case SqlTokenKind.OpenParenthesis:
                Open(touches);
                break;
            case SqlTokenKind.CloseParenthesis:
                Close();
                break;
            case SqlTokenKind.Comma:
                Write(kind, ",", space: false);
                break;
            case SqlTokenKind.Identifier when _previous != SqlTokenKind.Dot && ReservedWords.Contains(written):
                AddReserved(written);
                break;
            case SqlTokenKind.Operator:
                _literals = -1;
                Write(kind, written, space: !(touches && _previous == SqlTokenKind.Operator));
                break;
            default:
                _literals = -1;
                Write(kind, written, space: kind is not (SqlTokenKind.Dot or SqlTokenKind.Semicolon));
                break;
        }
    }

    /// <summary>Adds the marks of comments that some servers execute.</summary>
    /// <param name="gap">What stands between two tokens.</param>
    public void AddMarks(scoped ReadOnlySpan<char> gap)
    {
        while (true)
        {
            var start = gap.IndexOf('!');
            if (start < 0)
                return;
            if (gap[..start].EndsWith("/*") || gap[..start].EndsWith("/*M"))
            {
                var digits = gap[(start + 1)..].IndexOfAnyExceptInRange('0', '9');
                var version = digits < 0 ? gap[(start + 1)..] : gap.Slice(start + 1, digits);
                AddSign();
                _literals = -1;
                Write(SqlTokenKind.Operator, "/*!", space: true);
                Write(SqlTokenKind.Operator, version[..Math.Min(version.Length, 6)], space: false);

                // Nothing is glued to the mark, and a sign behind it is an operator.
                _previous = SqlTokenKind.CloseParenthesis;
            }

            gap = gap[(start + 1)..];
        }
    }

    /// <summary>The digest.</summary>
    public override readonly string ToString()
    {
        var digest = _buffer[.._length];
        if (!_overflows)
            return digest.TrimEnd(';').ToString();
        digest = digest[..Math.Min(_length, _buffer.Length - 1)];
        if (digest is [.., var last] && char.IsHighSurrogate(last))
            digest = digest[..^1];
        return string.Concat(digest, "…");
    }

    // Whether a sign belongs to what follows it.
    private readonly bool ExpectsOperand() =>
        _previous is SqlTokenKind.None or SqlTokenKind.OpenParenthesis or SqlTokenKind.Comma or SqlTokenKind.Operator or SqlTokenKind.Assignment
        || (_previous == SqlTokenKind.Identifier && _previousIsReserved);

    private void AddLiteral(SqlTokenKind kind)
    {
        if (kind != SqlTokenKind.Number)
            AddSign();
        _sign = '\0';
        if (_literals >= 0)
            _literals++;

        // 'a' 'b' is one string, 'a'@'b' one account.
        if (_previous == SqlTokenKind.Parameter)
            return;
        Write(SqlTokenKind.Parameter, "?", space: true);
    }

    private void AddSign()
    {
        if (_sign == '\0')
            return;
        _literals = -1;
        Write(SqlTokenKind.Operator, [_sign], space: true);
        _sign = '\0';
    }

    private void AddReserved(scoped ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char[32];
        var length = word.ToUpperInvariant(upper);
        if (_literals >= 0)
            _literals = upper[..length] is "NULL" or "TRUE" or "FALSE" or "DEFAULT" ? _literals + 1 : -1;
        Write(SqlTokenKind.Identifier, upper[..length], space: true);
        _previousIsReserved = true;
    }

    private void Open(bool touches)
    {
        // A call and a list behind a word are different things where the server says so: by the space.
        var isCall = _previous is SqlTokenKind.QuotedIdentifier || (_previous == SqlTokenKind.Identifier && !_previousIsReserved);
        _literals = -1;
        Write(SqlTokenKind.OpenParenthesis, "(", space: !(isCall && touches));
        if (_overflows)
            return;
        if (_depth < _starts.Length)
        {
            _starts[_depth] = _length - 1;
            _literals = 0;
        }

        _depth++;
    }

    private void Close()
    {
        var start = _depth > 0 && _depth <= _starts.Length ? _starts[_depth - 1] : -1;
        if (_depth > 0)
            _depth--;
        if (start >= 0 && _literals > 0)
        {
            _length = start;
            _overflows = false;
            Write(SqlTokenKind.CloseParenthesis, List, space: false);
        }
        else
        {
            Write(SqlTokenKind.CloseParenthesis, ")", space: false);
        }

        _literals = -1;
        if (start >= 0 && !_overflows)
            LeaveOutRepetition(start);
    }

    // `(…), (…)` says no more than `(…)`.
    private void LeaveOutRepetition(int start)
    {
        var list = _buffer[start.._length];
        var former = start - 2 - list.Length;
        if (former >= 0
            && _buffer[(start - 2)..start] is ", "
            && _buffer.Slice(former, list.Length).SequenceEqual(list)
            && (former == 0 || _buffer[former - 1] is ' ' or '('))
            _length = start - 2;
    }

    private void Write(SqlTokenKind kind, scoped ReadOnlySpan<char> written, bool space)
    {
        space &= _length > 0 && _previous is not (SqlTokenKind.OpenParenthesis or SqlTokenKind.Dot);
        _previous = kind;
        _previousIsReserved = false;
        if (space)
            Write(" ");
        Write(written);
    }

    private void Write(scoped ReadOnlySpan<char> written)
    {
        if (_overflows)
            return;
        var fits = Math.Min(written.Length, _buffer.Length - _length);
        written[..fits].CopyTo(_buffer[_length..]);
        _length += fits;
        _overflows = fits < written.Length;
    }
}
