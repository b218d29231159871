using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Runs the statements of one bulk operation, and adds up what they did. Used by one caller.</summary>
/// <param name="connection">The connection, open.</param>
/// <param name="deadline">When the caller stops waiting for all of it.</param>
internal sealed class BulkStatement(MuxConnection connection, Deadline deadline) : IResultOwner
{
    private readonly List<MuxError> _warnings = [];
    private readonly Conversation _conversation = connection.Conversation;

    /// <summary>The rows that all statements changed.</summary>
    public ulong AffectedRows { get; private set; }

    /// <summary>What they warned of.</summary>
    public IReadOnlyList<MuxError> Warnings => _warnings;

    /// <summary>Runs a statement, and asks for its warnings.</summary>
    /// <param name="text">The text. Its <c>?</c> are bound to the values, and each <c>@name</c> is a variable that nobody asks for later.</param>
    /// <param name="values">The values.</param>
    /// <param name="data">What LOCAL INFILE reads; null for none.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <exception cref="MuxException">The server refused it, or no answer could be had.</exception>
    public async ValueTask RunAsync(string text, IReadOnlyList<object?> values, ILocalData? data, CancellationToken cancellationToken)
    {
        var handle = _conversation.Handle;
        var listens = handle.ListensForWarnings;
        handle.ListensForWarnings = true;
        try
        {
            using var reply = await AskAsync(text, values, data, cancellationToken).ConfigureAwait(false);
            if (reply.WarningList is { } warnings)
                _warnings.AddRange(warnings.Select(static warning => new MuxError(warning.Level, warning.Code, warning.Message)));
            Results.Drain(reply, this);
        }
        finally
        {
            handle.ListensForWarnings = listens;
        }
    }

    /// <summary>The columns of a table.</summary>
    /// <param name="table">The table as SQL has it.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The columns.</returns>
    /// <exception cref="MuxException">There is no such table.</exception>
    public async ValueTask<IReadOnlyList<ColumnDefinition>> ColumnsAsync(string table, CancellationToken cancellationToken)
    {
        using var reply = await AskAsync($"SELECT * FROM {table} LIMIT 0", [], null, cancellationToken).ConfigureAwait(false);
        var results = new ResultWalk(reply, ResultOwner.None);
        return results.MoveNext() ? [.. reply.Columns] : [];
    }

    /// <inheritdoc/>
    void IResultOwner.OnRows()
    {
    }

    /// <inheritdoc/>
    void IResultOwner.OnDone(ulong affectedRows, ulong lastInsertId) => AffectedRows += affectedRows;

    /// <inheritdoc/>
    MuxException IResultOwner.OnError(ErrPacket error, bool amongRows) => ErrorTranslator.Refused(error);

    private ValueTask<Reply> AskAsync(string text, IReadOnlyList<object?> values, ILocalData? data, CancellationToken cancellationToken)
    {
        var parsed = _conversation.Handle.Parse(text);
        var statement = new LocalStatement(parsed.Text) { Data = data };
        statement.Reset(parsed.Text);
        var value = 0;
        foreach (var marker in parsed.Text.Markers)
        {
            if (marker.Name is null)
                statement.Bind(values[value++]);
            else
                statement.LeaveOwnVariable();
        }

        return _conversation.AskAsync(this, statement, parsed, deadline, cancellationToken);
    }
}
