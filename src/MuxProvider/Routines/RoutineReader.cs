using System.Data;
using System.Globalization;
using System.Text;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>
/// Asks the server how it declares a routine. A connection that floats lends no handle for that: what it says of its next transaction
/// would be used up. A pinned one asks itself, because its link may be the only one.
/// </summary>
internal static class RoutineReader
{
    private const string Question =
        "SELECT -1 AS place,'' AS mode,'' AS name,'' AS type,'' AS declared,0 AS characters,0 AS digits,0 AS scale "
        + "FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA=? AND ROUTINE_NAME=? AND ROUTINE_TYPE=? "
        + "UNION ALL SELECT ORDINAL_POSITION,PARAMETER_MODE,PARAMETER_NAME,DATA_TYPE,DTD_IDENTIFIER,CHARACTER_MAXIMUM_LENGTH,NUMERIC_PRECISION,NUMERIC_SCALE "
        + "FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA=? AND SPECIFIC_NAME=? AND ROUTINE_TYPE=? ORDER BY place";

    /// <summary>Asks.</summary>
    /// <param name="connection">Who wants to call it.</param>
    /// <param name="asker">The command or batch: only they can cancel.</param>
    /// <param name="schema">The routine's schema.</param>
    /// <param name="name">The routine.</param>
    /// <param name="isFunction">Whether a function is meant.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The routine; null where there is none that the user may see.</returns>
    public static async ValueTask<Routine?> ReadAsync(
        MuxConnection connection, object asker, string schema, RoutineName name, bool isFunction, Deadline deadline, CancellationToken cancellationToken)
    {
        var conversation = connection.Conversation;
        var pins = conversation.Handle.PinReasons;
        if (pins != PinReasons.None && (pins & PinReasons.NextTransaction) == 0)
            return await AskAsync(conversation, asker, schema, name, isFunction, deadline, cancellationToken).ConfigureAwait(false);

        return await conversation.AskElsewhereAsync(
            asker, token => AskElsewhereAsync(connection, asker, schema, name, isFunction, deadline, token), cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<Routine?> AskElsewhereAsync(
        MuxConnection connection, object asker, string schema, RoutineName name, bool isFunction, Deadline deadline, CancellationToken cancellationToken)
    {
        var settings = connection.Settings;
        var handle = connection.Source.CreateHandle();
        try
        {
            await handle.OpenAsync(deadline, cancellationToken).ConfigureAwait(false);
            var other = new Conversation(connection, handle, settings);
            return await AskAsync(other, asker, schema, name, isFunction, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(error, mayWrite: false, settings) is { } translated)
        {
            throw translated;
        }
        finally
        {
            handle.Close();
        }
    }

    private static async ValueTask<Routine?> AskAsync(
        Conversation conversation, object asker, string schema, RoutineName name, bool isFunction, Deadline deadline, CancellationToken cancellationToken)
    {
        var parsed = conversation.Handle.Parse(Question);
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        for (var i = 0; i < 2; i++)
        {
            statement.Bind(schema);
            statement.Bind(name.Name);
            statement.Bind(isFunction ? "FUNCTION" : "PROCEDURE");
        }

        using var reply = await conversation.AskAsync(asker, statement, parsed, deadline, cancellationToken).ConfigureAwait(false);
        if (!reply.IsStream)
            return Read(reply, name, isFunction);
        try
        {
            return Read(reply, name, isFunction);
        }
        finally
        {
            await conversation.EndStreamAsync(reply).ConfigureAwait(false);
        }
    }

    private static Routine? Read(Reply reply, RoutineName name, bool isFunction)
    {
        var results = new ResultWalk(reply, ResultOwner.None);
        if (!results.MoveNext() || !reply.ReadRow())
            return null;
        var parameters = new List<RoutineParameter>();
        while (reply.ReadRow())
            parameters.Add(ParameterOf(reply));
        while (results.MoveNext())
        {
        }

        return new Routine(name, isFunction, parameters);
    }

    private static RoutineParameter ParameterOf(Reply reply)
    {
        var name = Text(reply, 2);
        var precision = Number(reply, 6);
        var direction = Text(reply, 1) switch
        {
            "OUT" => ParameterDirection.Output,
            "INOUT" => ParameterDirection.InputOutput,
            "IN" => ParameterDirection.Input,
            _ => ParameterDirection.ReturnValue,
        };
        var column = DeclaredTypes.Column(name, Text(reply, 3), Text(reply, 4), Number(reply, 5), (int)precision, (int)Number(reply, 7));
        return new RoutineParameter(name, direction, column, column.Type == Protocol.ColumnType.NewDecimal ? (byte)precision : (byte)0);
    }

    private static string Text(Reply reply, int ordinal) => reply.IsNull(ordinal) ? "" : Encoding.UTF8.GetString(reply.GetCell(ordinal));

    private static long Number(Reply reply, int ordinal) =>
        long.TryParse(reply.GetCell(ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
