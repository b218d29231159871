using System.Data;
using System.Globalization;
using System.Text;

namespace MuxProvider;

/// <summary>
/// The text that calls a routine. Output parameters are user variables of the text's own: set in front (by SELECT … INTO, which
/// unlike SET changes nothing that the server tracks), read behind the call, and set to NULL again, because a pinned connection
/// keeps its session. Immutable.
/// </summary>
internal sealed class RoutineText
{
    // Nobody else has variables of this name.
    private const string Variable = "@__muxprovider_";

    private RoutineText(string sql, bool isFunction, bool setsVariables, bool readsVariables, bool readsWarnings)
    {
        Sql = sql;
        IsFunction = isFunction;
        SetsVariables = setsVariables;
        ReadsVariables = readsVariables;
        ReadsWarnings = readsWarnings;
    }

    /// <summary>The text. Its bare markers stand for the values to set variables to, and then for those that are passed on.</summary>
    public string Sql { get; }

    /// <summary>Whether it calls a function: then its only result is what that returns.</summary>
    public bool IsFunction { get; }

    /// <summary>Whether it begins with a statement that sets variables.</summary>
    public bool SetsVariables { get; }

    /// <summary>Whether it ends with a result that holds the variables, and a statement that clears them.</summary>
    public bool ReadsVariables { get; }

    /// <summary>Whether it asks for the warnings of the call right behind it: the statements that follow would take their place.</summary>
    public bool ReadsWarnings { get; }

    /// <summary>The text that asks a function.</summary>
    /// <param name="name">The function.</param>
    /// <param name="count">How many parameters it has.</param>
    /// <returns>The text.</returns>
    public static RoutineText OfFunction(RoutineName name, int count) =>
        new($"SELECT {name.Sql}({string.Join(',', Enumerable.Repeat('?', count))})", isFunction: true, setsVariables: false, readsVariables: false, readsWarnings: false);

    /// <summary>The text that calls a procedure.</summary>
    /// <param name="name">The procedure.</param>
    /// <param name="directions">Its parameters.</param>
    /// <param name="isHeard">Whether somebody wants to hear its warnings.</param>
    /// <returns>The text.</returns>
    public static RoutineText OfProcedure(RoutineName name, IReadOnlyList<ParameterDirection> directions, bool isHeard = false)
    {
        var set = Names(directions, static direction => direction == ParameterDirection.InputOutput);
        var read = Names(directions, static direction => direction is ParameterDirection.InputOutput or ParameterDirection.Output);
        var sql = new StringBuilder();
        if (set.Count > 0)
            sql.Append("SELECT ").AppendJoin(',', set.Select(static _ => '?')).Append(" INTO ").AppendJoin(',', set).Append(';');
        sql.Append("CALL ").Append(name.Sql).Append('(');
        for (var i = 0; i < directions.Count; i++)
        {
            if (i > 0)
                sql.Append(',');
            if (directions[i] == ParameterDirection.Input)
                sql.Append('?');
            else
                sql.Append(NameOf(i));
        }

        sql.Append(')');
        if (read.Count > 0)
        {
            sql.Append(isHeard ? ";SHOW WARNINGS;SELECT " : ";SELECT ").AppendJoin(',', read);
            sql.Append(";SELECT ").AppendJoin(',', read.Select(static _ => "NULL")).Append(" INTO ").AppendJoin(',', read);
        }

        return new RoutineText(sql.ToString(), isFunction: false, set.Count > 0, read.Count > 0, isHeard && read.Count > 0);
    }

    private static List<string> Names(IReadOnlyList<ParameterDirection> directions, Func<ParameterDirection, bool> isMeant)
    {
        var names = new List<string>();
        for (var i = 0; i < directions.Count; i++)
        {
            if (isMeant(directions[i]))
                names.Add(NameOf(i));
        }

        return names;
    }

    private static string NameOf(int parameter) => string.Create(CultureInfo.InvariantCulture, $"{Variable}{parameter + 1}");
}
