using System.Data;

namespace MuxProvider.Twin;

/// <summary>
/// Plays one handle: makes its steps on a connection and writes down the answers. Used by one caller at a time.
/// </summary>
internal sealed class Actor(MuxConnection connection, RunNames names, bool isShared) : IDisposable
{
    private const int LockedForReading = 1099;
    private const int NotLocked = 1100;

    private readonly List<string> _heard = [];
    private MuxTransaction? _transaction;

    /// <summary>Lets the answers have the warnings behind each statement from now on. Errors are told by their exception already.</summary>
    public void Listen() => connection.InfoMessage += (_, message) =>
        _heard.AddRange(message.Errors.Where(error => error.Level != "Error").Select(error => FormattableString.Invariant($"{error.Level} {error.Code} {error.Message}")));

    /// <summary>Makes a step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The answer; errors are answers, too.</returns>
    public async Task<Answer> ActAsync(Step step)
    {
        var answer = new AnswerText();
        var isRejected = false;
        try
        {
            await ActAsync(step, answer);
        }
        catch (MuxException error)
        {
            // Whether LOCK TABLES has locked the tables that refer to the named one, too, depends on what the server has in its caches.
            answer.Add(FormattableString.Invariant($"error {(error.Number == LockedForReading ? NotLocked : error.Number)} {error.SqlState}"));
        }
        catch (NotSupportedException)
        {
            isRejected = true;
            answer.Add("rejected");
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            answer.Add(error.GetType().Name);
        }

        // Who does not read an answer to its end may get a link that was closed under the rest of it, and with it the warnings.
        if (step.Kind != StepKind.Early)
        {
            foreach (var warning in _heard)
                answer.Add(warning);
        }

        _heard.Clear();
        answer.Add(connection.State == ConnectionState.Open ? $"in {connection.Database}" : connection.State.ToString());
        return new Answer(answer.ToString(names), isRejected);
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private ValueTask ActAsync(Step step, AnswerText answer) => step.Kind switch
    {
        StepKind.Reader or StepKind.Early or StepKind.NonQuery or StepKind.Scalar => ExecuteAsync(step, answer),
        StepKind.Batch => ExecuteBatchAsync(step, answer),
        StepKind.ChangeDatabase => ChangeDatabaseAsync(step),
        StepKind.Reopen => ReopenAsync(step),
        _ => TransactAsync(step, answer),
    };

    private async ValueTask ExecuteAsync(Step step, AnswerText answer)
    {
        using var command = connection.CreateCommand();
        command.CommandText = names.Fill(step.Text);
        foreach (var parameter in step.Parameters)
            command.Parameters.AddWithValue(parameter.Name, parameter.Value ?? DBNull.Value);
        if (isShared ? step.PreparesShared : step.PreparesAlone)
            await PrepareAsync(command, step);

        try
        {
            switch (step.Kind)
            {
                case StepKind.NonQuery:
                    answer.Add("affected", step.IsBlocking ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync());
                    break;
                case StepKind.Scalar:
                    answer.Add(AnswerText.Of(step.IsBlocking ? command.ExecuteScalar() : await command.ExecuteScalarAsync()));
                    break;
                case StepKind.Early:
                    await using (var reader = step.IsBlocking ? command.ExecuteReader() : await command.ExecuteReaderAsync())
                    {
                        await answer.ReadOneAsync(reader, step.IsBlocking);
                        if (step.IsBlocking)
                            reader.Close();
                    }

                    break;
                default:
                    using (var reader = step.IsBlocking ? command.ExecuteReader() : await command.ExecuteReaderAsync())
                    {
                        await answer.ReadAsync(reader, step.IsBlocking);
                        reader.Close();
                        answer.Add("affected", reader.RecordsAffected);
                    }

                    break;
            }
        }
        finally
        {
            if (command.LastInsertedId != 0)
                answer.Add("id", command.LastInsertedId);
        }
    }

    // What the server has against the text it says again when it is executed, and only then the session remembers it.
    private static async ValueTask PrepareAsync(MuxCommand command, Step step)
    {
        try
        {
            if (step.IsBlocking)
                command.Prepare();
            else
                await command.PrepareAsync();
        }
        catch (MuxException)
        {
        }
    }

    private async ValueTask ExecuteBatchAsync(Step step, AnswerText answer)
    {
        using var batch = connection.CreateBatch();
        foreach (var text in names.Fill(step.Text).Split(";;", StringSplitOptions.TrimEntries))
            batch.BatchCommands.Add(new MuxBatchCommand(text));
        try
        {
            using var reader = step.IsBlocking ? batch.ExecuteReader() : (MuxDataReader)await batch.ExecuteReaderAsync();
            await answer.ReadAsync(reader, step.IsBlocking);
        }
        finally
        {
            foreach (MuxBatchCommand command in batch.BatchCommands)
                answer.Add(FormattableString.Invariant($"affected {command.RecordsAffected}, id {command.LastInsertedId}"));
        }
    }

    private async ValueTask ChangeDatabaseAsync(Step step)
    {
        if (step.IsBlocking)
            connection.ChangeDatabase(names.Fill(step.Text));
        else
            await connection.ChangeDatabaseAsync(names.Fill(step.Text));
    }

    private async ValueTask ReopenAsync(Step step)
    {
        connection.Close();
        _transaction = null;
        if (step.IsBlocking)
            connection.Open();
        else
            await connection.OpenAsync();
    }

    private async ValueTask TransactAsync(Step step, AnswerText answer)
    {
        if (step.Kind == StepKind.Begin)
        {
            var level = Enum.Parse<IsolationLevel>(step.Text);
            _transaction = step.IsBlocking ? connection.BeginTransaction(level) : await connection.BeginTransactionAsync(level);
            return;
        }

        if (_transaction is not { } transaction)
        {
            answer.Add("no transaction");
            return;
        }

        _transaction = null;
        if (step.Kind == StepKind.Commit)
            await transaction.CommitAsync();
        else
            await transaction.RollbackAsync();
    }
}
