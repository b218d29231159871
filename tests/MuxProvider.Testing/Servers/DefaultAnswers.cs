using System.Globalization;
using System.Text.RegularExpressions;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>What a <see cref="FakeServer"/> answers where no test says otherwise. Pure but for the session.</summary>
internal static partial class DefaultAnswers
{
    /// <summary>The answer to a command other than a query.</summary>
    public static FakeReply Command(FakeSession session, CommandCode code, string argument)
    {
        switch (code)
        {
            case CommandCode.Ping:
                return FakeReply.Ok();
            case CommandCode.InitDb:
                return Use(session, argument);
            case CommandCode.ResetConnection:
                session.Reset();
                return FakeReply.Ok();
            default:
                return FakeReply.Error(1047, "08S01", "Unknown command");
        }
    }

    /// <summary>The answer to one statement, or null where the server does not know one.</summary>
    public static FakeReply? Statement(FakeSession session, string text)
    {
        text = text.Trim().TrimEnd(';');
        if (SqlPieces.After(text, "SET") is { } assignments)
            return Set(session, assignments);
        if (SqlPieces.After(text, "SELECT") is { } items)
            return Select(session, items);
        if (SqlPieces.After(text, "USE") is { } schema)
            return Use(session, SqlPieces.Unquote(schema));
        if (SqlPieces.After(text, "SHOW WARNINGS") is "")
            return FakeReply.Rows(["Level", "Code", "Message"]);
        if (SqlPieces.After(text, "DO") is not null)
            return FakeReply.Ok();
        if (SqlPieces.After(text, "BEGIN") is not null || SqlPieces.After(text, "START TRANSACTION") is not null)
            return Transaction(session, true);
        if (SqlPieces.After(text, "COMMIT") is not null || SqlPieces.After(text, "ROLLBACK") is "" or "WORK")
            return Transaction(session, false);
        if (SqlPieces.After(text, "CREATE TEMPORARY") is not null)
            return FakeReply.Ok(track: session.Changed(SessionTrack.Empty));
        return null;
    }

    private static FakeReply Use(FakeSession session, string schema) =>
        session.Options.Schemas.Contains(schema, StringComparer.Ordinal) ? FakeReply.Ok(track: session.Use(schema)) : UnknownSchema(schema);

    /// <summary>What a server says of a schema it does not have.</summary>
    public static FakeReply UnknownSchema(string schema) => FakeReply.Error(1049, "42000", $"Unknown database '{schema}'");

    private static FakeReply Transaction(FakeSession session, bool begins)
    {
        session.IsInTransaction = begins;
        return FakeReply.Ok();
    }

    private static FakeReply Set(FakeSession session, string assignments)
    {
        var track = SessionTrack.Empty;
        foreach (var assignment in SqlPieces.Split(assignments, ','))
        {
            if (SqlPieces.After(assignment, "NAMES") is { } names)
            {
                var set = SqlPieces.Unquote(names.Split(' ')[0]);
                foreach (var variable in (string[])["character_set_client", "character_set_connection", "character_set_results"])
                    track = Join(track, session.Set(variable, set));
                track = Join(track, session.Set("collation_connection", "DEFAULT"));
                continue;
            }

            var match = Assignment().Match(assignment);
            if (!match.Success)
                continue;
            var value = SqlPieces.Unquote(match.Groups["value"].Value);
            if (match.Groups["user"].Success)
                session.UserVariables[SqlPieces.Unquote(match.Groups["user"].Value)] = value;
            else if (!string.Equals(match.Groups["scope"].Value, "GLOBAL", StringComparison.OrdinalIgnoreCase))
                track = Join(track, session.Set(SqlPieces.Unquote(match.Groups["name"].Value).ToLowerInvariant(), SwitchValue(value)));
        }

        return FakeReply.Ok(track: session.Changed(track));
    }

    // What the server shows as 1 and 0 may be written as a word.
    private static string SwitchValue(string value) => value.ToUpperInvariant() switch
    {
        "ON" or "TRUE" => "1",
        "OFF" or "FALSE" => "0",
        _ => value,
    };

    private static SessionTrack Join(SessionTrack first, SessionTrack second) =>
        second.Bytes.Length == 0 ? first : first.Append(second);

    private static FakeReply? Select(FakeSession session, string items)
    {
        var columns = new List<ColumnDefinition>();
        var row = new List<object?>();
        foreach (var item in SqlPieces.Split(items, ','))
        {
            var alias = Alias().Match(item);
            var expression = alias.Success ? alias.Groups["expression"].Value : item;
            var name = alias.Success ? SqlPieces.Unquote(alias.Groups["alias"].Value) : item;
            var variable = SystemVariable().Match(expression);
            object? value;
            if (variable.Success)
            {
                var source = string.Equals(variable.Groups["scope"].Value, "global", StringComparison.OrdinalIgnoreCase)
                    ? session.Options.Variables
                    : session.Variables;
                var key = SqlPieces.Unquote(variable.Groups["name"].Value);
                if (!source.TryGetValue(key, out var text))
                    return FakeReply.Error(1193, "HY000", $"Unknown system variable '{key}'");
                value = Number(text) ?? text;
            }
            else if (!TryEvaluate(session, expression, out value))
            {
                return null;
            }

            columns.Add(FakeColumn.For(name, value));
            row.Add(value);
        }

        return columns.Count == 0 ? null : FakeReply.Rows(columns, [[.. row]]);
    }

    private static bool TryEvaluate(FakeSession session, string expression, out object? value)
    {
        value = expression.ToUpperInvariant() switch
        {
            "NULL" => null,
            "TRUE" => 1L,
            "FALSE" => 0L,
            "CONNECTION_ID()" => (ulong)session.ConnectionId,
            "DATABASE()" or "SCHEMA()" => session.Schema,
            "LAST_INSERT_ID()" => ulong.Parse(session.Variables["last_insert_id"], CultureInfo.InvariantCulture),
            "VERSION()" => session.Variables["version"],
            "USER()" or "CURRENT_USER()" or "CURRENT_USER" => session.User + "@localhost",
            _ => s_unknown,
        };
        if (!ReferenceEquals(value, s_unknown))
            return true;
        if (expression.StartsWith('@'))
        {
            value = session.UserVariables.GetValueOrDefault(SqlPieces.Unquote(expression[1..]));
            return true;
        }

        if (expression.Length >= 2 && expression[0] is '\'' && expression[^1] is '\'')
        {
            value = SqlPieces.Unquote(expression);
            return true;
        }

        value = Number(expression);
        return value is not null;
    }

    private static object? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static readonly object s_unknown = new();

    [GeneratedRegex(@"^(?:@(?<user>[^@=:\s][^=:\s]*)|(?:(?<scope>GLOBAL|SESSION|LOCAL)\s+)?(?:@@(?:(?<scope>global|session|local)\.)?)?(?<name>[\w`]+))\s*:?=\s*(?<value>.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?<expression>.*?)\s+AS\s+(?<alias>\S+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Alias();

    [GeneratedRegex(@"^@@(?:(?<scope>global|session|local)\.)?(?<name>[\w`]+)$", RegexOptions.IgnoreCase)]
    private static partial Regex SystemVariable();
}
