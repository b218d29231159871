namespace MuxProvider.Soak;

/// <summary>Compares what a worker knows of its writes with what is there.</summary>
internal static class Settlement
{
    /// <summary>Reads the rows of a worker.</summary>
    public static async Task<Dictionary<long, (int Count, string Word)>> ReadAsync(MuxConnection connection, int owner)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT row_no, COUNT(*), MIN(word) FROM mux_soak_a.entry WHERE owner = @owner GROUP BY row_no";
        command.Parameters.AddWithValue("owner", owner);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<long, (int, string)>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetInt64(0), ((int)reader.GetInt64(1), reader.GetString(2)));
        return rows;
    }

    /// <summary>The last reckoning, when nothing runs any more.</summary>
    public static async Task SettleAsync(MuxDataSource direct, IEnumerable<Worker> workers, Tally tally)
    {
        await using var connection = await direct.OpenConnectionAsync();
        foreach (var worker in workers)
        {
            var rows = await ReadAsync(connection, worker.Owner);
            worker.Ledger.Compare(worker.Owner, rows, tally);
            foreach (var (row, other) in worker.Ledger.Acknowledged)
            {
                if (other != 0 && rows.ContainsKey(row) != rows.ContainsKey(other))
                    tally.Wrong($"worker {worker.Owner}: of rows {row} and {other} of one transaction one is there");
            }

            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT n FROM mux_soak_a.counter WHERE owner = @owner";
            command.Parameters.AddWithValue("owner", worker.Owner);
            var n = (long)(await command.ExecuteScalarAsync())!;
            if (n < worker.Ledger.Increments)
                tally.Lost($"worker {worker.Owner}: {worker.Ledger.Increments} increments were acknowledged, {n} are there");
            if (n > worker.Ledger.Increments + worker.Ledger.UnknownIncrements)
                tally.Duplicated($"worker {worker.Owner}: of {worker.Ledger.Increments} to {worker.Ledger.Increments + worker.Ledger.UnknownIncrements} increments {n} are there");
        }
    }
}
