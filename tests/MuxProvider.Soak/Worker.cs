using System.Data;
using System.Data.Common;

namespace MuxProvider.Soak;

/// <summary>
/// One user: opens a handle, does one chore after another with it, checks every answer, and writes down what its writes came to.
/// Every chore leaves the handle as it found it, or closes it.
/// </summary>
internal sealed partial class Worker(int owner, MuxDataSource source, bool blocks, int seed, Tally tally)
{
    private static readonly int[] s_explained = [(int)MuxErrorCode.CommandTimeoutExpired, (int)MuxErrorCode.QueryInterrupted];

    private readonly Random _random = new(unchecked((seed * 7919) + owner));
    private MuxConnection? _connection;
    private string? _zone;
    private long _token;

    /// <summary>Its number, from 0.</summary>
    public int Owner => owner;

    /// <summary>What it knows of its writes.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>What it does now, and since when; for those who look for what never ends.</summary>
    public (string Chore, long Since) Now { get; private set; } = ("nothing", 0);

    private MuxConnection Connection => _connection!;

    /// <summary>Works until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var chores = Chores();
        var weights = chores.Sum(static chore => chore.Weight);
        while (!stop.IsCancellationRequested)
        {
            var (name, _, act) = Pick(chores, weights);
            Now = (name, Environment.TickCount64);
            try
            {
                if (_connection is null)
                    await OpenAsync();
                _token = _random.NextInt64(1, long.MaxValue);
                await act();
                tally.Done(name);
                if (_random.Next(5) == 0)
                    Close();
            }
            catch (Exception error)
            {
                Judge(name, error);
                Close();
            }
        }

        Close();
        Now = ("nothing", 0);
    }

    private static (string Name, int Weight, Func<Task> Act) Pick((string Name, int Weight, Func<Task> Act)[] chores, int weights, int at)
    {
        foreach (var chore in chores)
        {
            at -= chore.Weight;
            if (at < 0)
                return chore;
        }

        throw new ArgumentOutOfRangeException(nameof(at), at, $"The weights come to {weights}.");
    }

    private (string Name, int Weight, Func<Task> Act) Pick((string Name, int Weight, Func<Task> Act)[] chores, int weights) =>
        Pick(chores, weights, _random.Next(weights));

    private async Task OpenAsync()
    {
        _zone = null;
        var connection = source.CreateConnection();
        try
        {
            if (blocks)
                connection.Open();
            else
                await connection.OpenAsync();
            _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void Judge(string chore, Exception error)
    {
        switch (error)
        {
            case MuxException mux when mux.IsTransient || mux.OutcomeUnknown || s_explained.Contains(mux.Number):
                tally.Failed($"{mux.Number}{(mux.OutcomeUnknown ? ", outcome unknown" : "")}");
                break;

            case OperationCanceledException:
                tally.Failed("cancelled");
                break;

            case InvalidOperationException when _connection is { State: not ConnectionState.Open }:
                tally.Failed("the connection was lost before");
                break;

            default:
                tally.Unexpected($"worker {owner}, {chore}: {error}");
                break;
        }
    }

    private void Check(bool holds, string what)
    {
        if (!holds)
            tally.Wrong($"worker {owner}: {what}");
    }

    // What became of a row whose statement failed.
    private void Note(Exception error, long row)
    {
        if (error is MuxException { OutcomeUnknown: false } or InvalidOperationException)
            Ledger.Deny(row);
        else
            Ledger.Doubt(row);
    }

    // ---- blocked or not ----------------------------------------------------------------------------------------------------

    private MuxCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = Connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private async Task<int> RunAsync(MuxCommand command)
    {
        await using (command)
            return blocks ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(MuxCommand command)
    {
        await using (command)
            return blocks ? command.ExecuteScalar() : await command.ExecuteScalarAsync();
    }

    private async Task<MuxDataReader> ReadAsync(MuxCommand command) => blocks ? command.ExecuteReader() : await command.ExecuteReaderAsync();

    private async Task<bool> NextRowAsync(DbDataReader reader) => blocks ? reader.Read() : await reader.ReadAsync();

    private async Task<bool> NextResultAsync(DbDataReader reader) => blocks ? reader.NextResult() : await reader.NextResultAsync();
}
