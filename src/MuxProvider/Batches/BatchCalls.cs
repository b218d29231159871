using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>Finds out about the routines that the commands of a batch call, before it is sent.</summary>
internal static class BatchCalls
{
    /// <summary>Prepares the calls.</summary>
    /// <param name="connection">The batch's connection.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="commands">Its commands.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The call of each command, null for a text; null where all are texts.</returns>
    public static async ValueTask<RoutineCall?[]?> PrepareAsync(
        MuxConnection connection, MuxBatch batch, MuxBatchCommandCollection commands, Deadline deadline, CancellationToken cancellationToken)
    {
        RoutineCall?[]? calls = null;
        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            if (command.CommandType != CommandType.StoredProcedure
                || string.IsNullOrWhiteSpace(command.CommandText)
                || StatementWords.AreMeant(command.CommandText, command.ParametersOrNull))
                continue;
            calls ??= new RoutineCall?[commands.Count];
            calls[i] = await RoutineCall.PrepareAsync(connection, batch, command.CommandText, command.ParametersOrNull, takesWarnings: i == commands.Count - 1, deadline, cancellationToken).ConfigureAwait(false);
        }

        return calls;
    }
}
