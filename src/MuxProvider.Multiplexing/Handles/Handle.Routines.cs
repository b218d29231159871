using System.Text;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Reads the bodies of routines and triggers, where that was asked for.</content>
public sealed partial class Handle
{
    private const string Routines =
        "SELECT UPPER(ROUTINE_NAME), ROUTINE_DEFINITION, SQL_MODE, SPECIFIC_NAME FROM information_schema.ROUTINES "
        + "WHERE ROUTINE_SCHEMA NOT IN ('sys', 'mysql', 'information_schema', 'performance_schema')";

    private const string Parameters =
        "SELECT SPECIFIC_NAME, PARAMETER_NAME FROM information_schema.PARAMETERS "
        + "WHERE PARAMETER_NAME IS NOT NULL AND SPECIFIC_SCHEMA NOT IN ('sys', 'mysql', 'information_schema', 'performance_schema')";

    private const string Triggers =
        "SELECT UPPER(EVENT_OBJECT_TABLE), ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN ('sys', 'mysql')";

    private async ValueTask ScanRoutinesAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        // With a session of its own: the handle's is not to be touched.
        var reader = _multiplexer.CreateHandle(_initialSettings.Schema);
        await reader.OpenAsync(deadline, cancellationToken).ConfigureAwait(false);
        try
        {
            await reader.ReadRoutinesAsync(deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            reader.Close();
        }
    }

    private async ValueTask ReadRoutinesAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var seen = _knowledge.Scan.Begin();
        var parameters = (await ReadAsync(Parameters, deadline, cancellationToken).ConfigureAwait(false)).ToLookup(static row => row[0], static row => row[1]!);
        var routines = (await ReadAsync(Routines, deadline, cancellationToken).ConfigureAwait(false))
            .Select(row => (Name: row[0]!, Body: RoutineBody.Read(row[1], parameters[row[3]], SqlModeText.Parse(row[2] ?? ""))))
            .ToList();
        var triggers = (await ReadAsync(Triggers, deadline, cancellationToken).ConfigureAwait(false))
            .Select(static row => (Name: row[0]!, Body: RoutineBody.Read(row[1], [], SqlModeText.Parse(row[2] ?? ""))))
            .ToList();

        // A name counts as stateful where any routine of that name is, in whatever schema; and so does whoever calls it.
        var stateful = routines.Where(static routine => routine.Body.IsStateful).Select(static routine => routine.Name).ToHashSet(StringComparer.Ordinal);
        var known = routines.Select(static routine => routine.Name).ToHashSet(StringComparer.Ordinal);
        bool Reaches(RoutineBody body) => body.IsStateful || body.Calls.Any(call => stateful.Contains(call) || !known.Contains(call));
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var (name, body) in routines)
                grew |= Reaches(body) && stateful.Add(name);
        }

        _knowledge.Scan.Take(
            seen,
            stateful.Concat(triggers.Where(trigger => Reaches(trigger.Body)).Select(static trigger => trigger.Name)),
            known.Where(name => !stateful.Contains(name)));
    }

    private async ValueTask<List<string?[]>> ReadAsync(string text, Deadline deadline, CancellationToken cancellationToken)
    {
        var parsed = _multiplexer.Statements.Get(text, SqlModes.None);
        var statement = new Statement(parsed.Text);
        var reply = await Execute(statement, parsed, parsed.Traits, deadline, cancellationToken).ConfigureAwait(false);
        await using var end = reply.ConfigureAwait(false);
        var rows = new List<string?[]>();
        var item = await reply.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (item == ReplyItem.Rows && await reply.ReadRowAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = new string?[reply.Columns.Count];
            for (var i = 0; i < row.Length; i++)
                row[i] = reply.IsNull(i) ? null : Encoding.UTF8.GetString(reply.GetCell(i));
            rows.Add(row);
        }

        if (reply.Error is { } error)
            throw new LinkException(LinkFailureKind.Protocol, Delivery.NotSent, $"Routine Scan: the routines could not be read: {error.Message}", error);
        return rows;
    }
}
