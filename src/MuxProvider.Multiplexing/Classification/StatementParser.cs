using System.Buffers;
using System.Collections.Immutable;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Reads a text: finds the markers, splits it into statements, lets <see cref="StatementRules"/> judge each, and joins the
/// verdicts. A text with comments that only some servers execute is read in every way, and the most cautious traits
/// count. Text that no server can read is refused. Pure; costs time in proportion to the length of the text.
/// </summary>
public static class StatementParser
{
    /// <summary>Reads a text for a server that is not known: comments that some servers execute make it uncertain.</summary>
    /// <param name="text">One SQL statement, or several with semicolons between them.</param>
    /// <param name="modes">The parts of the session's <c>sql_mode</c> that matter.</param>
    /// <returns>The text with its markers and traits.</returns>
    public static ParsedStatement Parse(string text, SqlModes modes) => Parse(text, modes, default);

    /// <summary>Reads a text.</summary>
    /// <param name="text">One SQL statement, or several with semicolons between them.</param>
    /// <param name="modes">The parts of the session's <c>sql_mode</c> that matter.</param>
    /// <param name="dialect">The server that the text is for. The markers are those that it sees.</param>
    /// <returns>The text with its markers and traits.</returns>
    public static ParsedStatement Parse(string text, SqlModes modes, ServerDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reading = Read(text, modes, dialect, VersionComments.AsTheServer, certain: true);
        var traits = reading.Traits;
        var refused = reading.IsRefused;
        if (reading.HasVersionComment)
            traits = JoinReadings(text, modes, dialect, reading, ref refused);

        var surrogate = TextDefect.FindLoneSurrogate(text);
        if (surrogate >= 0)
            traits = Refused(traits, TextDefect.DescribeLoneSurrogate(surrogate));
        else if (refused)
            traits = Refused(traits, TextDefect.DescribeUnterminated(text, reading.UnterminatedFrom, modes));
        return new ParsedStatement(new StatementText(text, reading.Markers, reading.HasVersionComment ? [] : reading.Statements), modes, traits, reading.HasUserVariables);
    }

    private static StatementTraits JoinReadings(string text, SqlModes modes, ServerDialect dialect, TextReading actual, ref bool refused)
    {
        var executed = Read(text, modes, dialect, VersionComments.Executed, certain: true);
        var skipped = Read(text, modes, dialect, VersionComments.Skipped, certain: true);
        refused &= executed.IsRefused && skipped.IsRefused;

        // Where they do not even agree about the statements, or nothing is known of the server, nothing is certain.
        if (!dialect.IsKnown || !actual.IsCutLike(executed) || !actual.IsCutLike(skipped))
        {
            actual = Read(text, modes, dialect, VersionComments.AsTheServer, certain: false);
            executed = Read(text, modes, dialect, VersionComments.Executed, certain: false);
            skipped = Read(text, modes, dialect, VersionComments.Skipped, certain: false);
        }

        var traits = TraitsJoin.Join(actual.Traits, executed.TraitsBehind(actual));
        return TraitsJoin.Join(traits, skipped.TraitsBehind(actual));
    }

    private static StatementTraits Refused(StatementTraits traits, string rejection) => new()
    {
        Placement = Placement.Reject,
        PinReasons = traits.PinReasons,
        Rejection = rejection,
        Keyword = traits.Keyword,
        StatementCount = traits.StatementCount,
    };

    private static TextReading Read(string text, SqlModes modes, ServerDialect dialect, VersionComments versionComments, bool certain)
    {
        var tokens = ArrayPool<SqlToken>.Shared.Rent(Math.Max(16, text.Length / 4));
        try
        {
            var count = 0;
            var lexer = new SqlLexer(text, modes, dialect, versionComments);
            while (lexer.Read())
            {
                if (count == tokens.Length)
                    tokens = Grow(tokens);
                tokens[count++] = lexer.Token;
            }

            return Read(text, lexer, new StatementTokens(text, tokens.AsSpan(0, count), modes), certain && !lexer.IsUnterminated && !lexer.IsDoubtful);
        }
        finally
        {
            ArrayPool<SqlToken>.Shared.Return(tokens);
        }
    }

    private static TextReading Read(string text, in SqlLexer lexer, in StatementTokens tokens, bool certain)
    {
        var markers = ImmutableArray.CreateBuilder<ParameterMarker>();
        var verdicts = new VerdictSum();
        var spans = ImmutableArray.CreateBuilder<StatementSpan>();
        var hasUserVariables = false;
        var start = 0;
        while (start < tokens.Count)
        {
            if (tokens.Kind(start) == SqlTokenKind.Semicolon)
            {
                start++;
                continue;
            }

            var end = FindEnd(tokens, start, ref certain);
            var statement = tokens.Slice(start, end);
            var verdict = StatementRules.Judge(statement);
            hasUserVariables |= AddMarkers(statement, markers, ref verdict);
            verdicts.Add(verdict);

            // With the comments in front of it: hints may be among them.
            spans.Add(new StatementSpan(start == 0 ? 0 : tokens[start - 1].Start + tokens[start - 1].Length, end < tokens.Count ? tokens[end].Start : text.Length));
            start = end;
        }

        var traits = verdicts.ToTraits(Keyword(tokens), certain, HasComment(text, tokens));
        if (lexer.HasSetVarHint)
            traits = WithSetVarHint(traits);
        return new TextReading(traits, markers.DrainToImmutable(), certain && spans.Count > 1 ? spans.DrainToImmutable() : [], hasUserVariables, lexer.HasVersionComment, lexer.IsDoubtful, lexer.UnterminatedFrom);
    }

    // The server takes back what the hint sets, but reports it as a change all the same.
    private static StatementTraits WithSetVarHint(StatementTraits traits) => traits with
    {
        Placement = traits.Placement == Placement.Float ? Placement.StatementLease : traits.Placement,
        IsReadOnly = false,
        HasTrackerNoise = true,
        DecidingToken = traits.Placement == Placement.Float ? "SET_VAR" : traits.DecidingToken,
    };

    private static int FindEnd(in StatementTokens tokens, int start, ref bool certain)
    {
        var rest = tokens.Slice(start, tokens.Count);
        var isOracleBody = OracleBody.IsDefinedBy(rest);
        if (isOracleBody || DefinitionRules.DefinesRoutine(rest))
        {
            var length = isOracleBody ? OracleBody.FindEnd(rest) : DefinitionRules.FindRoutineEnd(rest);
            if (length >= 0)
                return start + length;
            certain = false;
            return tokens.Count;
        }

        var end = start;
        while (end < tokens.Count && tokens.Kind(end) != SqlTokenKind.Semicolon)
            end++;
        return end;
    }

    // Returns whether an @name was found that counts as a user variable if no parameter is bound to it.
    private static bool AddMarkers(in StatementTokens tokens, ImmutableArray<ParameterMarker>.Builder markers, ref StatementVerdict verdict)
    {
        var found = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            switch (token.Kind)
            {
                case SqlTokenKind.Parameter:
                    var name = token.Length > 1 ? tokens.Written(i)[1..].ToString() : null;
                    markers.Add(new ParameterMarker(token.Start, token.Length, name, IsAt: false));
                    break;
                case SqlTokenKind.UserVariable when !IsHost(tokens, i, verdict.NamesAccounts):
                    var inBody = verdict.BodyStart > 0 && i >= verdict.BodyStart;
                    var variable = VariableName(tokens.Written(i));
                    if (variable.Length == 0 || BelongsToOperand(tokens, i))
                    {
                        if (!inBody)
                            verdict.PinVariable(tokens, i);
                        break;
                    }

                    markers.Add(new ParameterMarker(token.Start, token.Length, variable, IsAt: true));
                    found |= !inBody;
                    if (!inBody)
                        verdict.UserVariable ??= tokens.Written(i).ToString();
                    break;
            }
        }

        return found;
    }

    // Whether an @ belongs to an account name: 'app'@'%'. Only where the grammar has accounts; for a bare word, only where
    // an account can begin, because the word could be a keyword in front of a parameter: IDENTIFIED BY@password.
    private static bool IsHost(in StatementTokens tokens, int index, bool namesAccounts)
    {
        if (!tokens.TouchesPrevious(index))
            return false;
        if (tokens.IsOperator(index - 2, '=') && tokens.Is(index - 3, "DEFINER"))
            return true;
        if (!namesAccounts)
            return false;
        return tokens.Kind(index - 1) switch
        {
            SqlTokenKind.String or SqlTokenKind.QuotedIdentifier or SqlTokenKind.Parameter or SqlTokenKind.UserVariable => true,
            SqlTokenKind.Identifier => tokens.Kind(index - 2) == SqlTokenKind.Comma
                || tokens.IsAny(index - 2, "TO", "FROM", "FOR", "ON")
                || tokens.IsAny(index - 2, "USER", "ROLE", "EXISTS", "USING")
                || tokens.IsAny(index - 2, "GRANT", "REVOKE", "EXCEPT"),
            _ => false,
        };
    }

    // Outside accounts nothing like 'a'@b is SQL. It is left in the text, and pins.
    private static bool BelongsToOperand(in StatementTokens tokens, int index) =>
        tokens.TouchesPrevious(index) && tokens.Kind(index - 1) is SqlTokenKind.String or SqlTokenKind.QuotedIdentifier;

    private static string VariableName(ReadOnlySpan<char> written)
    {
        if (written.Length < 2 || written[1] is not ('\'' or '"' or '`'))
            return written[1..].ToString();
        if (written.Length < 3)
            return "";
        var quote = written[1];
        var inner = written[2..^1];
        return inner.Contains(quote) ? inner.ToString().Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal) : inner.ToString();
    }

    // Whether a text without tokens says anything: a comment alone is answered with OK, nothing at all with an error.
    private static bool HasComment(string text, in StatementTokens tokens) =>
        tokens.Count == 0 && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0');

    private static string Keyword(in StatementTokens tokens)
    {
        var i = 0;
        while (tokens.Kind(i) is SqlTokenKind.OpenParenthesis or SqlTokenKind.Semicolon)
            i++;
        return tokens.Kind(i) == SqlTokenKind.Identifier ? tokens.Written(i).ToString().ToUpperInvariant() : "";
    }

    private static SqlToken[] Grow(SqlToken[] tokens)
    {
        var larger = ArrayPool<SqlToken>.Shared.Rent(tokens.Length * 2);
        tokens.CopyTo(larger, 0);
        ArrayPool<SqlToken>.Shared.Return(tokens);
        return larger;
    }
}
