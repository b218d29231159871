using System.Buffers;
using System.Globalization;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Cuts SQL text into tokens, exactly where MySQL and MariaDB cut it. Comments and white space are skipped; comments that
/// some servers execute are read as it is asked for. Where the servers themselves disagree about the cuts, the lexer says
/// so (<see cref="HasVersionComment"/>, <see cref="IsDoubtful"/>) and goes on as well as it can. Text whose character set
/// is not a superset of ASCII is out of scope: links speak utf8mb4.
/// </summary>
public ref struct SqlLexer
{
    private static readonly SearchValues<char> s_endOfLine = SearchValues.Create("\n\0");

    private readonly ReadOnlySpan<char> _text;
    private readonly bool _ansiQuotes;
    private readonly bool _backslashEscapes;
    private readonly bool _brackets;
    private readonly ServerDialect _dialect;
    private readonly VersionComments _versionComments;
    private int _position;
    private int _executedFrom = -1;
    private bool _nameFollows;

    /// <summary>Starts in front of the first token; comments that some servers execute are skipped.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="modes">The session's modes. <c>ORACLE</c> and <c>MSSQL</c> imply <c>ANSI_QUOTES</c>, as they do on the server.</param>
    public SqlLexer(ReadOnlySpan<char> text, SqlModes modes)
        : this(text, modes, default, VersionComments.Skipped)
    {
    }

    /// <summary>Starts in front of the first token.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="modes">The session's modes. <c>ORACLE</c> and <c>MSSQL</c> imply <c>ANSI_QUOTES</c>, as they do on the server.</param>
    /// <param name="dialect">The server whose cuts are wanted.</param>
    /// <param name="versionComments">How comments are read that some servers execute.</param>
    public SqlLexer(ReadOnlySpan<char> text, SqlModes modes, ServerDialect dialect, VersionComments versionComments)
    {
        _text = text;
        _dialect = dialect;
        _versionComments = versionComments;
        _ansiQuotes = (modes & (SqlModes.AnsiQuotes | SqlModes.Oracle | SqlModes.Mssql)) != 0;
        _backslashEscapes = (modes & SqlModes.NoBackslashEscapes) == 0;
        _brackets = (modes & SqlModes.Mssql) != 0;
    }

    /// <summary>The token that was read last.</summary>
    public SqlToken Token { get; private set; }

    /// <summary>Whether there was a comment that some servers execute (<c>/*! … */</c>, <c>/*M! … */</c>).</summary>
    public bool HasVersionComment { get; private set; }

    /// <summary>Whether a string, a quoted name or a comment did not end.</summary>
    public readonly bool IsUnterminated => UnterminatedFrom >= 0;

    /// <summary>The index where the string, quoted name or comment begins that did not end; -1 if all did.</summary>
    public int UnterminatedFrom { get; private set; } = -1;

    /// <summary>
    /// Whether something was read that servers cut differently: dollar quotes, hints with an odd number of quotes, odd
    /// version numbers and semicolons in executed comments.
    /// </summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>Whether a hint (<c>/*+ SET_VAR(…) */</c>) sets session variables for the statement alone.</summary>
    public bool HasSetVarHint { get; private set; }

    /// <summary>Reads the next token.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool Read()
    {
        var end = _position;
        SkipBlanks();
        if (_position >= _text.Length)
        {
            // An executed comment has to end, too.
            if (_executedFrom >= 0 && !IsUnterminated)
                UnterminatedFrom = _executedFrom;
            Token = new SqlToken(SqlTokenKind.None, _text.Length, 0);
            return false;
        }

        // `t.1e5` is a name behind a dot, but `.5` and `t. 1e5` hold numbers: only an adjacent dot makes a name.
        var adjacent = end == _position;
        var start = _position;
        var kind = Scan(_text[start], adjacent);
        var previous = Token.Kind;
        _nameFollows = kind == SqlTokenKind.Dot && adjacent && previous == SqlTokenKind.Identifier;
        Token = new SqlToken(kind, start, _position - start);
        return true;
    }

    /// <summary>Whether a character belongs to names without quotes.</summary>
    /// <param name="c">The character.</param>
    /// <returns>True for letters, digits, <c>_</c>, <c>$</c> and everything from U+0080.</returns>
    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or >= '\u0080';

    private SqlTokenKind Scan(char c, bool adjacent)
    {
        switch (c)
        {
            case '\'':
                ScanQuoted(1, '\'', _backslashEscapes);
                return SqlTokenKind.String;
            case '"' when _ansiQuotes:
                ScanQuoted(1, '"', escapes: false);
                return SqlTokenKind.QuotedIdentifier;
            case '"':
                ScanQuoted(1, '"', _backslashEscapes);
                return SqlTokenKind.String;
            case '`':
                ScanQuoted(1, '`', escapes: false);
                return SqlTokenKind.QuotedIdentifier;
            case '[' when _brackets:
                ScanQuoted(1, ']', escapes: false);
                return SqlTokenKind.QuotedIdentifier;
            case '@':
                return ScanVariable();
            case '?':
                _position++;
                SkipName(dots: true);
                return SqlTokenKind.Parameter;
            case ':' when Peek(1) == '=':
                _position += 2;
                return SqlTokenKind.Assignment;
            case '\\' when Peek(1) == 'N':
                _position += 2;
                return SqlTokenKind.Operator;
            case ';':
                // Behind it the server begins anew, and has forgotten that it is inside a comment: unless a routine's body goes on.
                IsDoubtful |= _executedFrom >= 0;
                return One(SqlTokenKind.Semicolon);
            case '(':
                return One(SqlTokenKind.OpenParenthesis);
            case ')':
                return One(SqlTokenKind.CloseParenthesis);
            case ',':
                return One(SqlTokenKind.Comma);
            case '.' when char.IsAsciiDigit(Peek(1)) && !(adjacent && Token.Kind == SqlTokenKind.Identifier):
                return ScanFraction();
            case '.':
                return One(SqlTokenKind.Dot);
        }

        var isName = _nameFollows && adjacent;
        if (char.IsAsciiDigit(c) && !isName)
            return ScanNumber();
        if (!IsNameCharacter(c))
            return One(SqlTokenKind.Operator);
        if (!isName && Peek(1) == '\'' && c is ('n' or 'N' or 'x' or 'X' or 'b' or 'B'))
        {
            ScanQuoted(2, '\'', _backslashEscapes && c is ('n' or 'N'));
            return SqlTokenKind.String;
        }

        return ScanIdentifier();
    }

    private SqlTokenKind One(SqlTokenKind kind)
    {
        _position++;
        return kind;
    }

    private readonly char Peek(int offset) => _position + offset < _text.Length ? _text[_position + offset] : '\0';

    private SqlTokenKind ScanIdentifier()
    {
        var start = _position;
        SkipName(dots: false);

        // MySQL 9 reads $tag$ … $tag$ as a string, older servers and MariaDB read $tag$ as a name.
        if (_text[start] == '$' && _text[(start + 1).._position].Contains('$'))
            IsDoubtful = true;
        return SqlTokenKind.Identifier;
    }

    private void SkipName(bool dots)
    {
        while (_position < _text.Length && (IsNameCharacter(_text[_position]) || (dots && _text[_position] == '.')))
            _position++;
    }

    private SqlTokenKind ScanVariable()
    {
        if (Peek(1) == '@')
        {
            _position += 2;
            if (!ScanSystemName())
                return SqlTokenKind.SystemVariable;
            while (Peek(0) == '.')
            {
                _position++;
                if (!ScanSystemName())
                    break;
            }

            return SqlTokenKind.SystemVariable;
        }

        switch (Peek(1))
        {
            case '\'':
                ScanQuoted(2, '\'', _backslashEscapes);
                break;
            case '"':
                ScanQuoted(2, '"', _backslashEscapes && !_ansiQuotes);
                break;
            case '`':
                ScanQuoted(2, '`', escapes: false);
                break;
            default:
                _position++;
                SkipName(dots: true);
                break;
        }

        return SqlTokenKind.UserVariable;
    }

    private bool ScanSystemName()
    {
        var start = _position;
        if (Peek(0) == '`' || (Peek(0) == '"' && _ansiQuotes))
            ScanQuoted(1, _text[_position], escapes: false);
        else
            SkipName(dots: false);
        return _position > start;
    }

    private SqlTokenKind ScanNumber()
    {
        var start = _position;
        if (_text[start] == '0' && Peek(1) is 'x' or 'b')
        {
            var hexadecimal = Peek(1) == 'x';
            var i = start + 2;
            while (i < _text.Length && (hexadecimal ? char.IsAsciiHexDigit(_text[i]) : _text[i] is '0' or '1'))
                i++;
            if (i > start + 2 && (i == _text.Length || !IsNameCharacter(_text[i])))
            {
                _position = i;
                return SqlTokenKind.Number;
            }
        }

        SkipDigits();
        if (Peek(0) == '.')
            return ScanFraction();

        // 1e5 is a number whatever stands behind it; 1e and 1st are names.
        if (SkipExponent() || _position == _text.Length || !IsNameCharacter(_text[_position]))
            return SqlTokenKind.Number;
        return ScanIdentifier();
    }

    private SqlTokenKind ScanFraction()
    {
        _position++;
        SkipDigits();
        SkipExponent();
        return SqlTokenKind.Number;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)))
            _position++;
    }

    private bool SkipExponent()
    {
        if (Peek(0) is not ('e' or 'E'))
            return false;
        var sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (!char.IsAsciiDigit(Peek(1 + sign)))
            return false;
        _position += 1 + sign;
        SkipDigits();
        return true;
    }

    private void ScanQuoted(int prefix, char quote, bool escapes)
    {
        var start = _position;
        _position += prefix;
        while (true)
        {
            var rest = _text[_position..];
            var next = escapes ? rest.IndexOfAny(quote, '\\') : rest.IndexOf(quote);
            if (next < 0)
            {
                UnterminatedFrom = start;
                _position = _text.Length;
                return;
            }

            _position += next;
            if (_text[_position] == '\\' && escapes)
            {
                _position = Math.Min(_position + 2, _text.Length);
                continue;
            }

            _position++;
            if (Peek(0) != quote || _position == _text.Length)
                return;
            _position++;
        }
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length)
        {
            switch (_text[_position])
            {
                case ' ' or (>= '\t' and <= '\r'):
                    _position++;
                    break;
                case '#':
                    SkipLine();
                    break;
                case '-' when Peek(1) == '-' && Peek(2) is (<= ' ' or '\u007f'):
                    // Two dashes alone are two minus signs: 1--1 is 2. (At the end of the text Peek gives NUL, a control character.)
                    SkipLine();
                    break;
                case '*' when _executedFrom >= 0 && Peek(1) == '/':
                    _executedFrom = -1;
                    _position += 2;
                    break;
                case '/' when Peek(1) == '*':
                    SkipCommentStart();
                    break;
                default:
                    return;
            }
        }
    }

    private void SkipLine()
    {
        // The server stops at a NUL, too, and then fails; what follows the NUL must not hide from us.
        var length = _text[_position..].IndexOfAny(s_endOfLine);
        _position = length < 0 ? _text.Length : _position + length;
    }

    // Skips a comment, or only its first characters if its body is executed.
    private void SkipCommentStart()
    {
        var onlyMariaDb = Peek(2) is 'M' or 'm' && Peek(3) == '!';
        if (Peek(2) != '!' && !onlyMariaDb)
        {
            SkipPlainComment();
            return;
        }

        HasVersionComment = true;
        var mark = onlyMariaDb ? 4 : 3;
        var digits = CountVersionDigits(_position + mark);
        if (IsExecuted(onlyMariaDb, digits == 0 ? 0 : int.Parse(_text.Slice(_position + mark, digits), NumberStyles.None, CultureInfo.InvariantCulture)))
        {
            // A comment of this kind inside another one ends both of them.
            if (_executedFrom < 0)
                _executedFrom = _position;
            _position += mark + digits;
        }
        else if (onlyMariaDb && _dialect.IsKnown && (!_dialect.IsMariaDb || Peek(2) == 'm'))
        {
            SkipPlainComment();
        }
        else
        {
            SkipVersionComment(mark);
        }
    }

    private readonly bool IsExecuted(bool onlyMariaDb, int version) => _versionComments switch
    {
        VersionComments.Executed => true,
        VersionComments.Skipped => false,
        _ => !(onlyMariaDb && Peek(2) == 'm') && _dialect.Executes(onlyMariaDb, version),
    };

    // A version has five or six digits; fewer belong to the body.
    private int CountVersionDigits(int from)
    {
        var digits = 0;
        while (digits < 6 && from + digits < _text.Length && char.IsAsciiDigit(_text[from + digits]))
            digits++;
        if (digits < 6)
            return digits == 5 ? 5 : 0;
        if (_dialect is { IsKnown: true, IsMariaDb: true })
            return 6;

        // MySQL 9.7 takes the sixth digit only in front of white space (measured), older ones always.
        if (from + 6 < _text.Length && _text[from + 6] is ' ' or (>= '\t' and <= '\r'))
            return 6;
        IsDoubtful = true;
        return 5;
    }

    // What a server does not execute it skips without regard to quotes; one level of comments may stand inside (measured).
    private void SkipVersionComment(int mark)
    {
        var start = _position;
        _position += mark;
        while (true)
        {
            var next = _text[_position..].IndexOfAny('*', '/');
            if (next < 0)
                break;
            _position += next;
            var pair = (_text[_position], Peek(1));
            if (pair is ('*', '/'))
            {
                _position += 2;
                return;
            }

            if (pair is not ('/', '*'))
            {
                _position++;
                continue;
            }

            var inner = _text[(_position + 2)..].IndexOf("*/");
            if (inner < 0)
                break;
            _position += inner + 4;
        }

        UnterminatedFrom = start;
        _position = _text.Length;
    }

    private void SkipPlainComment()
    {
        var length = _text[(_position + 2)..].IndexOf("*/");
        if (length < 0)
        {
            UnterminatedFrom = _position;
            _position = _text.Length;
            return;
        }

        // MySQL reads a hint with a lexer of its own, in which a quoted "*/" does not end the comment.
        var body = _text.Slice(_position + 2, length);
        if (body.StartsWith('+') && body.Contains("SET_VAR", StringComparison.OrdinalIgnoreCase))
            HasSetVarHint = true;
        if (body.StartsWith('+') && ((body.Count('\'') | body.Count('"') | body.Count('`')) & 1) != 0)
            IsDoubtful = true;
        _position += length + 4;
    }
}
