using System.Data;
using System.Data.Common;
using Dapper;
using MuxProvider.Multiplexing;

namespace MuxProvider.Consumers;

/// <summary>What Dapper does to connections, readers and commands around its queries.</summary>
internal sealed class DapperConnectionTests : ServerFixture
{
    private const string Three = "SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3";

    private static readonly Dictionary<string, Func<IDbConnection, Task>> s_calls = new()
    {
        ["Query"] = connection => Task.FromResult(connection.Query<int>(Three).AsList()),
        ["Query, unbuffered"] = connection => Task.FromResult(connection.Query<int>(Three, buffered: false).ToList()),
        ["Query, unbuffered, left early"] = connection => Task.FromResult(connection.Query<int>(Three, buffered: false).First()),
        ["Query, dynamic"] = connection => Task.FromResult(connection.Query(Three).AsList()),
        ["QueryFirst"] = connection => Task.FromResult(connection.QueryFirst<int>(Three)),
        ["QuerySingleOrDefault"] = connection => Task.FromResult(connection.QuerySingleOrDefault<int>("SELECT 1 FROM DUAL WHERE 1 = 0")),
        ["QueryAsync"] = connection => connection.QueryAsync<int>(Three),
        ["QueryFirstAsync"] = connection => connection.QueryFirstAsync<int>(Three),
        ["QuerySingleAsync"] = connection => connection.QuerySingleAsync<int>("SELECT 1"),
        ["QueryUnbufferedAsync, left early"] = async connection =>
        {
            await foreach (var _ in ((DbConnection)connection).QueryUnbufferedAsync<int>(Three))
                break;
        },
        ["QueryMultiple"] = connection =>
        {
            using var grid = connection.QueryMultiple(Three + "; SELECT 4");
            Assert.That(grid.Read<int>().Count() + grid.ReadSingle<int>(), Is.EqualTo(7));
            return Task.CompletedTask;
        },
        ["QueryMultiple, left early"] = connection =>
        {
            using var grid = connection.QueryMultiple(Three + "; SELECT 4; SELECT 5");
            Assert.That(grid.Read<int>().Count(), Is.EqualTo(3));
            return Task.CompletedTask;
        },
        ["QueryMultiple, not read"] = connection =>
        {
            connection.QueryMultiple(Three + "; SELECT 4").Dispose();
            return Task.CompletedTask;
        },
        ["QueryMultipleAsync, unbuffered"] = async connection =>
        {
            await using var grid = await connection.QueryMultipleAsync(Three + "; SELECT 4");
            Assert.That(grid.Read<int>(buffered: false).First(), Is.EqualTo(1));
        },
        ["Execute"] = connection => Task.FromResult(connection.Execute("DO 1")),
        ["ExecuteAsync, list"] = connection => connection.ExecuteAsync("DO @n", new[] { new { n = 1 }, new { n = 2 } }),
        ["ExecuteScalar"] = connection => Task.FromResult(connection.ExecuteScalar<int>(Three)),
        ["ExecuteScalarAsync"] = connection => connection.ExecuteScalarAsync<int>(Three),
        ["ExecuteReader"] = connection =>
        {
            using var reader = connection.ExecuteReader(Three);
            Assert.That(reader.Read(), Is.True);
            return Task.CompletedTask;
        },
        ["ExecuteReaderAsync"] = async connection =>
        {
            await using var reader = await ((DbConnection)connection).ExecuteReaderAsync(Three);
            Assert.That(await reader.ReadAsync(), Is.True);
        },
    };

    private static IEnumerable<string> Calls => s_calls.Keys;

    [TestCaseSource(nameof(Calls))]
    public async Task A_closed_connection_is_closed_again_and_an_open_one_stays_open(string call)
    {
        await using var handle = Source.CreateConnection();
        for (var i = 0; i < 2; i++)
        {
            await s_calls[call](handle);
            Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        }

        await handle.OpenAsync();
        for (var i = 0; i < 2; i++)
        {
            await s_calls[call](handle);
            Assert.That(handle.State, Is.EqualTo(ConnectionState.Open));
            Assert.That(await handle.ScalarAsync<int>("SELECT 42"), Is.EqualTo(42), "nothing is left open");
        }

        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None), "and nothing pinned");
    }

    [TestCase("SELECT * FROM nowhere")]
    [TestCase("SELECT 1; SELECT * FROM nowhere")]
    [TestCase("SELEC 1")]
    public async Task An_error_closes_what_was_opened_for_the_call(string text)
    {
        await using var handle = Source.CreateConnection();
        await Sql.MuxFailureOf(() => handle.QueryAsync<int>(text));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        await Sql.MuxFailureOf(() => Task.FromResult(handle.Query<int>(text)));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        await Sql.MuxFailureOf(() => handle.ExecuteAsync(text));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        await Sql.MuxFailureOf(() => Task.FromResult(handle.ExecuteScalar(text)));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public async Task A_mapper_that_throws_leaves_the_connection_usable()
    {
        var handle = await OpenAsync();
        Assert.That(() => handle.Query<decimal, decimal, int>("SELECT 1.0 AS a, 2.0 AS id UNION ALL SELECT 3.0, 4.0", (_, _) => throw new InvalidOperationException("mine"), splitOn: "id"), Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        Assert.That(() => handle.Query<DateTime>("SELECT 'no date'"), Throws.Exception);
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Rows_may_be_read_while_another_connection_works()
    {
        var reading = await OpenAsync();
        var working = await OpenAsync();
        foreach (var id in reading.Query<int>(Three, buffered: false))
            Assert.That(await working.QuerySingleAsync<int>("SELECT @id", new { id }), Is.EqualTo(id));
    }

    [Test]
    public async Task The_cache_of_queries_sees_one_connection_string()
    {
        // It is part of the key: one that changes with Open makes every query cached twice.
        await using var handle = Source.CreateConnection();
        var closed = handle.ConnectionString;
        await handle.OpenAsync();
        Assert.That(handle.ConnectionString, Is.SameAs(closed));
        await handle.CloseAsync();
        Assert.That(handle.ConnectionString, Is.SameAs(closed));
    }

    [TestCase(CommandFlags.None)]
    [TestCase(CommandFlags.Buffered)]
    [TestCase(CommandFlags.NoCache)]
    [TestCase(CommandFlags.Buffered | CommandFlags.NoCache)]
    [TestCase(CommandFlags.Pipelined)]
    [TestCase(CommandFlags.Buffered | CommandFlags.Pipelined)]
    public async Task Every_flag_of_a_command_definition_is_honoured(CommandFlags flags)
    {
        var handle = await OpenAsync();
        var definition = new CommandDefinition("SELECT @n UNION ALL SELECT @n + 1", new { n = 5.5m }, commandTimeout: 20, commandType: CommandType.Text, flags: flags);
        Assert.That(handle.Query<decimal>(definition), Is.EqualTo(new[] { 5.5m, 6.5m }));
        Assert.That(await handle.QueryAsync<decimal>(definition), Is.EqualTo(new[] { 5.5m, 6.5m }));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_flags_that_Dapper_may_ask_readers_for_are_all_accepted()
    {
        var before = SqlMapper.Settings.UseSingleResultOptimization;
        var row = SqlMapper.Settings.UseSingleRowOptimization;
        try
        {
            SqlMapper.Settings.UseSingleResultOptimization = true;
            SqlMapper.Settings.UseSingleRowOptimization = true;
            var handle = await OpenAsync();
            Assert.That(await handle.QueryFirstAsync<int>(Three), Is.EqualTo(1));
            Assert.That(await handle.QueryAsync<int>(Three), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(handle.QueryFirst<int>(Three), Is.EqualTo(1));
        }
        finally
        {
            SqlMapper.Settings.UseSingleResultOptimization = before;
            SqlMapper.Settings.UseSingleRowOptimization = row;
        }
    }

    [Test]
    public async Task A_token_that_is_cancelled_ends_every_awaited_call()
    {
        var handle = await OpenAsync();
        var cancelled = new CommandDefinition(Three, cancellationToken: new CancellationToken(true));
        Func<Task>[] calls =
        [
            () => handle.QueryAsync<int>(cancelled), () => handle.QueryFirstAsync<int>(cancelled), () => handle.ExecuteAsync(cancelled),
            () => handle.ExecuteScalarAsync<int>(cancelled), () => handle.ExecuteReaderAsync(cancelled), () => handle.QueryMultipleAsync(cancelled),
        ];
        foreach (var call in calls)
            await Sql.FailureOf<OperationCanceledException>(call);
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_that_is_cancelled_between_rows_ends_the_reading()
    {
        var handle = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        var rows = 0;
        await Sql.FailureOf<OperationCanceledException>(async () =>
        {
            await foreach (var _ in handle.QueryUnbufferedAsync<int>(Three).WithCancellation(cancel.Token))
            {
                rows++;
                await cancel.CancelAsync();
            }
        });
        Assert.That(rows, Is.EqualTo(1));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_query_that_takes_too_long_says_so()
    {
        var handle = await OpenAsync();
        var error = await Sql.MuxFailureOf(() => handle.ExecuteScalarAsync("SELECT SLEEP(60)", commandTimeout: 1));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_transaction_may_be_named_or_left_out()
    {
        var table = await TableAsync("id INT");
        var handle = await OpenAsync();
        await using (var transaction = await handle.BeginTransactionAsync())
        {
            await handle.ExecuteAsync($"INSERT INTO {table} VALUES (1)", transaction: transaction);
            await handle.ExecuteAsync($"INSERT INTO {table} VALUES (2)");
            Assert.That(await handle.QueryAsync<int>($"SELECT id FROM {table} ORDER BY id"), Is.EqualTo(new[] { 1, 2 }));
            using (var grid = await handle.QueryMultipleAsync($"SELECT COUNT(*) FROM {table}; SELECT 1", transaction: transaction))
                Assert.That(await grid.ReadSingleAsync<int>(), Is.EqualTo(2));
            foreach (var _ in handle.Query<int>($"SELECT id FROM {table}", transaction: transaction, buffered: false))
                break;
            await transaction.RollbackAsync();
        }

        Assert.That(await handle.ExecuteScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task A_data_table_loads_what_Dapper_reads()
    {
        var handle = await OpenAsync();
        using var table = new DataTable();
        table.Load(await handle.ExecuteReaderAsync("SELECT 1 AS a, 'x' AS a, NULL AS ``"));
        Assert.That(table.Columns, Has.Count.EqualTo(3));
        Assert.That(table.Rows, Has.Count.EqualTo(1));
    }
}
