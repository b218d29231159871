using System.Globalization;

namespace MuxProvider.Soak;

/// <content>What a worker does, and how often.</content>
internal sealed partial class Worker
{
    private const string Insert = "INSERT INTO mux_soak_a.entry VALUES (@owner, @row, @word)";
    private const int RowsToSettle = 40;

    private (string Name, int Weight, Func<Task> Act)[] Chores() =>
    [
        ("select", 30, SelectAsync),
        ("insert", 20, InsertAsync),
        ("read back", 10, ReadBackAsync),
        ("count up", 8, CountUpAsync),
        ("transaction", 6, TransactAsync),
        ("generated id", 4, GenerateIdAsync),
        ("prepared", 5, PreparedAsync),
        ("batch", 3, BatchAsync),
        ("several results", 2, SeveralAsync),
        ("setting", 3, SetAsync),
        ("schema", 3, MoveAsync),
        ("user variable", 2, VariableAsync),
        ("temporary table", 2, TemporaryTableAsync),
        ("large result", 2, ReadLargeAsync),
        ("give up", 1, GiveUpAsync),
        ("error", 3, FailAsync),
        ("settle", 2, SettleAsync),
    ];

    private async Task SelectAsync()
    {
        await using var reader = await ReadAsync(Command("SELECT @token, @owner, @word", ("token", _token), ("owner", owner), ("word", Ledger.Word(owner, _token))));
        Check(await NextRowAsync(reader), "no row");
        Check(reader.GetInt64(0) == _token && reader.GetInt32(1) == owner && reader.GetString(2) == Ledger.Word(owner, _token), "a neighbour's row");
        Check(!await NextRowAsync(reader), "a second row");
    }

    private async Task InsertAsync()
    {
        var row = Ledger.Next();
        try
        {
            Check(await InsertAsync(row) == 1, "an INSERT of one row did not count one");
            Ledger.Acknowledge(row);
        }
        catch (Exception error)
        {
            Note(error, row);
            throw;
        }
    }

    private Task<int> InsertAsync(long row) => RunAsync(Command(Insert, ("owner", owner), ("row", row), ("word", Ledger.Word(owner, row))));

    private async Task ReadBackAsync()
    {
        if (Ledger.Acknowledged.Count == 0)
            return;
        var row = Ledger.Acknowledged.Keys.ElementAt(_random.Next(Ledger.Acknowledged.Count));
        var word = await ScalarAsync(Command("SELECT word FROM mux_soak_a.entry WHERE owner = @owner AND row_no = @row", ("owner", owner), ("row", row)));
        if (word is null)
            tally.Lost($"worker {owner}: row {row} was acknowledged and is not read back");
        else
            Check((string)word == Ledger.Word(owner, row), $"row {row} is read back as '{word}'");
    }

    private async Task CountUpAsync()
    {
        try
        {
            Check(await RunAsync(Command("UPDATE mux_soak_a.counter SET n = n + 1 WHERE owner = @owner", ("owner", owner))) == 1, "an UPDATE of one row did not count one");
            Ledger.Increments++;
        }
        catch (Exception error)
        {
            if (error is not (MuxException { OutcomeUnknown: false } or InvalidOperationException))
                Ledger.UnknownIncrements++;
            throw;
        }
    }

    private async Task TransactAsync()
    {
        var (row, other) = (Ledger.Next(), Ledger.Next());
        var isCommitting = false;
        try
        {
            await using var transaction = blocks ? Connection.BeginTransaction() : await Connection.BeginTransactionAsync();
            await InsertAsync(row);
            await InsertAsync(other);
            if (_random.Next(4) == 0)
            {
                if (blocks)
                    transaction.Rollback();
                else
                    await transaction.RollbackAsync();
                Ledger.Deny(row);
                Ledger.Deny(other);
                return;
            }

            isCommitting = true;
            if (blocks)
                transaction.Commit();
            else
                await transaction.CommitAsync();
            Ledger.Acknowledge(row, other);
        }
        catch (Exception error)
        {
            // What was not committed is not there.
            var judged = isCommitting ? error : new InvalidOperationException();
            Note(judged, row);
            Note(judged, other);
            throw;
        }
    }

    private async Task GenerateIdAsync()
    {
        var insert = Command("INSERT INTO mux_soak_a.generated (owner, token) VALUES (@owner, @token)", ("owner", owner), ("token", _token));
        await RunAsync(insert);
        var id = insert.LastInsertedId;
        var asked = await ScalarAsync(Command("SELECT LAST_INSERT_ID()"));
        Check(Convert.ToInt64(asked, CultureInfo.InvariantCulture) == id, $"LAST_INSERT_ID() is {asked} behind the row {id}");
        var token = await ScalarAsync(Command("SELECT token FROM mux_soak_a.generated WHERE id = @id AND owner = @owner", ("id", id), ("owner", owner)));
        Check(token is long own && own == _token, $"the generated row {id} is not one's own");
        await RunAsync(Command("DELETE FROM mux_soak_a.generated WHERE id = @id", ("id", id)));
    }

    private async Task PreparedAsync()
    {
        await using var command = Command("SELECT @token + 0, @word", ("token", _token), ("word", "x"));
        if (blocks)
            command.Prepare();
        else
            await command.PrepareAsync();
        for (var i = 0; i < 3; i++)
        {
            command.Parameters["word"].Value = Ledger.Word(owner, i);
            await using var reader = await ReadAsync(command);
            Check(await NextRowAsync(reader) && reader.GetInt64(0) == _token && reader.GetString(1) == Ledger.Word(owner, i), "a prepared statement answers for somebody else");
        }
    }

    private async Task BatchAsync()
    {
        await using var batch = Connection.CreateBatch();
        for (var i = 0; i < 3; i++)
        {
            var command = new MuxBatchCommand("SELECT @token, @i");
            command.Parameters.AddWithValue("token", _token);
            command.Parameters.AddWithValue("i", i);
            batch.BatchCommands.Add(command);
        }

        await using var reader = blocks ? batch.ExecuteReader() : await batch.ExecuteReaderAsync();
        for (var i = 0; i < 3; i++)
        {
            Check(await NextRowAsync(reader) && reader.GetInt64(0) == _token && reader.GetInt32(1) == i, "a batch answers for somebody else");
            Check(await NextResultAsync(reader) == i < 2, "a batch has another number of results");
        }
    }

    private async Task SeveralAsync()
    {
        await using var reader = await ReadAsync(Command("SELECT @token; DO 0; SELECT @owner, @token", ("token", _token), ("owner", owner)));
        Check(await NextRowAsync(reader) && reader.GetInt64(0) == _token, "the first result is somebody else's");
        Check(await NextResultAsync(reader) && await NextRowAsync(reader) && reader.GetInt32(0) == owner && reader.GetInt64(1) == _token, "the last result is somebody else's");
    }

    private async Task SetAsync()
    {
        if (_zone is not null)
            Check((string?)await ScalarAsync(Command("SELECT @@time_zone")) == _zone, "the time zone is not one's own");
        var zone = $"+0{_random.Next(1, 10)}:00";
        await RunAsync(Command($"SET time_zone = '{zone}'"));
        _zone = zone;
        Check((string?)await ScalarAsync(Command("SELECT @@time_zone")) == _zone, "the time zone is not the one that was set");
    }

    private async Task MoveAsync()
    {
        var name = Schema.Names[_random.Next(Schema.Names.Length)];
        if (blocks)
            Connection.ChangeDatabase(name);
        else
            await Connection.ChangeDatabaseAsync(name);
        Check((string?)await ScalarAsync(Command("SELECT name FROM place")) == name, "a table of another schema");
        Check((string?)await ScalarAsync(Command("SELECT DATABASE()")) == name, "another schema");
    }

    private async Task VariableAsync()
    {
        await RunAsync(Command(string.Create(CultureInfo.InvariantCulture, $"SET @soak = {_token}")));
        Check(await ScalarAsync(Command("SELECT @soak")) is long token && token == _token, "a user variable of somebody else");
    }

    private async Task TemporaryTableAsync()
    {
        await RunAsync(Command("CREATE TEMPORARY TABLE mux_soak_a.own (token BIGINT)"));
        await RunAsync(Command("INSERT INTO mux_soak_a.own VALUES (@token)", ("token", _token)));
        Check(await ScalarAsync(Command("SELECT token FROM mux_soak_a.own")) is long token && token == _token, "a temporary table of somebody else");
        await RunAsync(Command("DROP TEMPORARY TABLE mux_soak_a.own"));
    }

    private async Task ReadLargeAsync()
    {
        var blocksOfRows = _random.Next(1, 60);
        await using var command = Command(
            "SELECT a.n * 1000 + b.n, @token, @filling FROM mux_soak_a.thousand a JOIN mux_soak_a.thousand b WHERE a.n < @blocks",
            ("token", _token),
            ("filling", new string('f', _random.Next(200))),
            ("blocks", blocksOfRows));
        var reader = await ReadAsync(command);
        var (rows, sum) = (0L, 0L);
        var atMost = _random.Next(3) == 0 ? _random.Next(1, 2000) : long.MaxValue;
        while (rows < atMost && await NextRowAsync(reader))
        {
            rows++;
            sum += reader.GetInt64(0);
            if (reader.GetInt64(1) != _token)
            {
                Check(false, "a row of somebody else's large result");
                break;
            }
        }

        if (atMost < long.MaxValue && _random.Next(4) == 0)
        {
            // Forgotten, with its connection: the collector has to find it.
            _connection = null;
            return;
        }

        if (blocks)
            reader.Dispose();
        else
            await reader.DisposeAsync();
        var count = blocksOfRows * 1000L;
        if (atMost == long.MaxValue)
            Check(rows == count && sum == count * (count - 1) / 2, $"a large result of {count} rows had {rows}, and its sum was {sum}");
    }

    private async Task GiveUpAsync()
    {
        // Most wait for a row on a shared link; some sleep on a link of their own.
        await using var command = _random.Next(3) == 0
            ? Command("SELECT SLEEP(2), @token", ("token", _token))
            : Command("UPDATE mux_soak_a.held SET n = n + 1 WHERE id = 1");
        if (blocks || _random.Next(3) == 0)
        {
            command.CommandTimeout = 1;
            await ScalarAsync(command);
            return;
        }

        using var patience = new CancellationTokenSource(_random.Next(1, 300));
        await command.ExecuteScalarAsync(patience.Token);
    }

    private async Task FailAsync()
    {
        var (text, number) = _random.Next(3) switch
        {
            0 => ("SELECT * FROM mux_soak_a.nowhere", 1146),
            1 => ($"INSERT INTO mux_soak_a.counter VALUES ({owner}, 0)", 1062),
            _ => ("SELEKT 1", 1064),
        };
        try
        {
            await RunAsync(Command(text));
            Check(false, $"'{text}' did not fail");
        }
        catch (MuxException error) when (error.Number == number)
        {
            // Its own error; the handle goes on.
        }
    }

    private async Task SettleAsync()
    {
        if (blocks)
            return;
        var rows = await Settlement.ReadAsync(Connection, owner);
        Ledger.Compare(owner, rows, tally);
        if (rows.Count < RowsToSettle)
            return;
        var last = rows.Keys.Max();
        var gone = Ledger.Acknowledged.Keys.Where(row => row <= last).ToList();
        try
        {
            await RunAsync(Command("DELETE FROM mux_soak_a.entry WHERE owner = @owner AND row_no <= @last", ("owner", owner), ("last", last)));
            Ledger.Forget(gone);
        }
        catch (Exception error)
        {
            if (error is not (MuxException { OutcomeUnknown: false } or InvalidOperationException))
                gone.ForEach(Ledger.Doubt);
            throw;
        }
    }
}
