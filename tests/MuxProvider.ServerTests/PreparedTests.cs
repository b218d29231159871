using System.Globalization;

namespace MuxProvider.ServerTests;

/// <summary>Statements that run prepared on links that others use, too.</summary>
internal sealed class PreparedTests : ServerFixture
{
    [Test]
    public async Task Preparing_costs_one_question_and_then_the_statement_runs_prepared()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Shared Links=1");
        var connection = await OpenAsync(source);
        await using var command = connection.Command($"SELECT name FROM {table} WHERE id = @id", ("id", 2));
        Assert.That(command.IsPrepared, Is.False);
        await command.PrepareAsync();
        Assert.That(command.IsPrepared, Is.True);
        for (var i = 1; i <= 3; i++)
        {
            command.Parameters[0].Value = i;
            Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo($"n{i}"));
            Assert.That(command.ExecuteScalar(), Is.EqualTo($"n{i}"));
        }

        var statistics = source.GetStatistics();
        Assert.That((statistics.Prepares, statistics.PreparedExecutions, statistics.PreparedFallbacks), Is.EqualTo((1L, 6L, 0L)));
    }

    [Test]
    public async Task The_errors_of_a_text_come_out_when_it_is_prepared()
    {
        var connection = await OpenAsync();
        Assert.That((await Sql.MuxFailureOf(() => connection.Command("SELECT FROM").PrepareAsync())).Number, Is.EqualTo(1064));
        Assert.That((await Sql.MuxFailureOf(() => connection.Command("SELECT * FROM there_is_none WHERE id = @id").PrepareAsync())).Number, Is.EqualTo(1146));
        using var blocked = connection.Command("SELECT * FROM there_is_none");
        Assert.That(Assert.Throws<MuxException>(blocked.Prepare)!.Number, Is.EqualTo(1146));
        Assert.That(blocked.IsPrepared, Is.False);
        Assert.That(await connection.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [TestCase("SELECT 1; SELECT 2")]
    [TestCase("SET @x = 1")]
    [TestCase("CREATE TABLE IF NOT EXISTS prepared_ddl (id INT)")]
    [TestCase("SHOW TABLES")]
    public async Task What_is_not_to_be_prepared_runs_as_ever(string text)
    {
        var source = NewSource("Allow User Variables=true");
        var connection = await OpenAsync(source);
        await using var command = connection.Command(text);
        await command.PrepareAsync();
        Assert.That(command.IsPrepared, Is.False);
        await command.ExecuteNonQueryAsync();
        Assert.That(source.GetStatistics().PreparedExecutions, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_prepared_where_that_is_to_be_ignored()
    {
        var source = NewSource("Ignore Prepare=true");
        var connection = await OpenAsync(source);
        await using var command = connection.Command("SELECT FROM");
        await command.PrepareAsync();
        Assert.That((command.IsPrepared, source.GetStatistics().Prepares), Is.EqualTo((false, 0L)));
    }

    [Test]
    public async Task Statements_are_prepared_by_themselves_after_so_many_uses()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Shared Links=1;Auto Prepare Min Uses=3");
        var connection = await OpenAsync(source);
        for (var use = 1; use <= 10; use++)
        {
            Assert.That(await connection.ScalarAsync<string>($"SELECT name FROM {table} WHERE id = @id", ("id", 2)), Is.EqualTo("n2"));
            if (use == 2)
                Assert.That(source.GetStatistics().Prepares, Is.Zero);
        }

        // The third asks, and those behind it wait for nobody.
        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(0));
    }

    [Test]
    public async Task The_same_text_gives_every_handle_the_rows_of_its_own_schema()
    {
        const int Handles = 40, Rounds = 60;
        var schemas = Enumerable.Range(0, 4).Select(i => $"{Schema}_{i}").ToArray();
        for (var i = 0; i < schemas.Length; i++)
            await Server.AdminAsync($"CREATE DATABASE {schemas[i]}", $"CREATE TABLE {schemas[i]}.t (id INT PRIMARY KEY, owner INT)", $"INSERT INTO {schemas[i]}.t VALUES (1, {i})");
        try
        {
            var source = NewSource("Max Shared Links=2");
            await Until.Ends(Task.WhenAll(Enumerable.Range(0, Handles).Select(handle => Task.Run(async () =>
            {
                await using var connection = await source.OpenConnectionAsync();
                var schema = handle % schemas.Length;
                await connection.ChangeDatabaseAsync(schemas[schema]);
                await using var command = connection.Command("SELECT owner, DATABASE() FROM t WHERE id = 1 AND @round >= 0", ("round", 0));
                await command.PrepareAsync();
                for (var round = 0; round < Rounds; round++)
                {
                    if (round % 20 == 19)
                    {
                        schema = (schema + 1) % schemas.Length;
                        await connection.ChangeDatabaseAsync(schemas[schema]);
                    }

                    command.Parameters[0].Value = round;
                    await using var reader = await command.ExecuteReaderAsync();
                    Assert.That(await reader.ReadAsync(), Is.True);
                    Assert.That((reader.GetInt32(0), reader.GetString(1)), Is.EqualTo((schema, schemas[schema])));
                }
            }))));
            var statistics = source.GetStatistics();
            Assert.That(statistics.PreparedExecutions, Is.GreaterThan(0));
            Assert.That(statistics.PreparedExecutions + statistics.PreparedFallbacks, Is.GreaterThanOrEqualTo(Handles * Rounds));
        }
        finally
        {
            await Server.AdminAsync([.. schemas.Select(schema => $"DROP DATABASE {schema}")]);
        }
    }

    [Test]
    public async Task Thousands_of_executions_of_many_handles_get_their_own_rows()
    {
        const int Handles = 50, Rounds = 100;
        var table = await NumbersAsync(200);
        var source = NewSource("Max Shared Links=2;Max Prepared Statements=2");
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, Handles).Select(handle => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var byId = connection.Command($"SELECT name FROM {table} WHERE id = @id", ("id", 0));
            await using var byName = connection.Command($"SELECT id FROM {table} WHERE name = @name", ("name", ""));
            await using var change = connection.Command($"UPDATE {table} SET changes = changes + @by WHERE id = @id", ("id", handle + 1), ("by", 1));
            foreach (var command in (MuxCommand[])[byId, byName, change])
                await command.PrepareAsync();
            for (var round = 0; round < Rounds; round++)
            {
                var id = 1 + (handle * Rounds + round) % 200;
                byId.Parameters[0].Value = id;
                byName.Parameters[0].Value = $"n{id}";
                Assert.That(await byId.ExecuteScalarAsync(), Is.EqualTo($"n{id}"));
                Assert.That(await byName.ExecuteScalarAsync(), Is.EqualTo(id));
                Assert.That(await change.ExecuteNonQueryAsync(), Is.EqualTo(1));
            }
        }))));
        Assert.That(await Server.AdminScalarAsync<decimal>($"SELECT SUM(changes) FROM {Schema}.{table}"), Is.EqualTo(Handles * Rounds));
        Assert.That(source.GetStatistics().PreparedEvictions, Is.GreaterThan(0));
    }

    [Test]
    public async Task What_makes_room_is_closed_on_the_server()
    {
        var source = NewSource("Max Shared Links=1;Max Prepared Statements=2");
        var connection = await OpenAsync(source);
        for (var i = 0; i < 20; i++)
        {
            await using var command = connection.Command($"SELECT {i} FROM DUAL WHERE @p >= 0", ("p", i));
            await command.PrepareAsync();
            await using var reader = await command.ExecuteReaderAsync();
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(reader.GetInt32(0), Is.EqualTo(i));
        }

        var statistics = source.GetStatistics();
        Assert.That((statistics.Prepares, statistics.PreparedEvictions, statistics.PreparedExecutions), Is.EqualTo((20L, 18L, 20L)));
        Assert.That(await CountAsync(connection, "Com_stmt_close"), Is.EqualTo(18));
    }

    [Test]
    public async Task Statements_follow_the_changes_of_their_tables()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Shared Links=1");
        var connection = await OpenAsync(source);
        await using var command = connection.Command($"SELECT * FROM {table} WHERE id = @id", ("id", 1));
        await command.PrepareAsync();
        Assert.That(await ColumnsAsync(command), Is.EqualTo("id name changes"));
        await Server.AdminAsync($"ALTER TABLE {Schema}.{table} ADD more VARCHAR(5) DEFAULT 'm', DROP COLUMN name");
        Assert.That(await ColumnsAsync(command), Is.EqualTo("id changes more"));
        await Server.AdminAsync($"ALTER TABLE {Schema}.{table} MODIFY id VARCHAR(20)");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("1"));
        await Server.AdminAsync($"DROP TABLE {Schema}.{table}");
        Assert.That((await Sql.MuxFailureOf(() => command.ExecuteScalarAsync())).Number, Is.EqualTo(1146));
        await Server.AdminAsync($"CREATE TABLE {Schema}.{table} (id INT, other INT)", $"INSERT INTO {Schema}.{table} VALUES (1, 5)");
        Assert.That(await ColumnsAsync(command), Is.EqualTo("id other"));
        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task A_temporary_table_hides_another_from_a_prepared_statement_only_on_its_own_handle()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Shared Links=1");
        var (mine, other) = (await OpenAsync(source), await OpenAsync(source));
        await using var command = mine.Command($"SELECT COUNT(*) FROM {table} WHERE id > @id", ("id", 0));
        await using var elsewhere = other.Command($"SELECT COUNT(*) FROM {table} WHERE id > @id", ("id", 0));
        await command.PrepareAsync();
        await elsewhere.PrepareAsync();
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(10));
        await mine.RunAsync($"CREATE TEMPORARY TABLE {table} (id INT)");
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(0));
            Assert.That(await elsewhere.ExecuteScalarAsync(), Is.EqualTo(10));
        }

        await mine.RunAsync($"DROP TEMPORARY TABLE {table}");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(10));
    }

    [Test]
    public async Task Prepared_statements_of_a_transaction_are_its_own_and_leave_its_registers_alone()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Links=3;Max Shared Links=1;Auto Prepare Min Uses=1");
        var connection = await OpenAsync(source);
        for (var round = 0; round < 4; round++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            Assert.That(await connection.RunAsync($"UPDATE {table} SET changes = changes + @by WHERE id <= @id", ("by", 1), ("id", 4)), Is.EqualTo(4));
            Assert.That(await connection.ScalarAsync<long>("SELECT ROW_COUNT()"), Is.EqualTo(4));
            Assert.That(await connection.RunAsync($"INSERT INTO {table} (name) VALUES (@name)", ("name", "new")), Is.EqualTo(1));
            var id = await connection.ScalarAsync<long>("SELECT LAST_INSERT_ID()");
            Assert.That(await connection.ScalarAsync<string>($"SELECT name FROM {table} WHERE id = @id", ("id", id)), Is.EqualTo("new"));
            await transaction.RollbackAsync();
        }

        Assert.That(await connection.ScalarAsync<decimal>($"SELECT SUM(changes) FROM {table}"), Is.Zero);
        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(0));
    }

    [Test]
    public async Task Each_handle_has_its_own_sql_mode_and_time_zone_when_statements_run_prepared()
    {
        var source = NewSource("Max Shared Links=1;Auto Prepare Min Uses=1");
        var handles = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(source)));
        for (var i = 0; i < handles.Length; i++)
        {
            await handles[i].RunAsync($"SET time_zone='+0{i}:00'");
            await handles[i].RunAsync($"SET sql_mode='{(i % 2 == 0 ? "ANSI_QUOTES" : "")}'");
        }

        for (var round = 0; round < 25; round++)
        {
            for (var i = 0; i < handles.Length; i++)
            {
                var text = await handles[(i * round) % 4].TextAsync("SELECT HOUR(FROM_UNIXTIME(86400)), @@sql_mode = 'ANSI_QUOTES' FROM DUAL WHERE @time = 0", ("time", 0));
                Assert.That(text, Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"{(i * round) % 4},{((i * round) % 4 + 1) % 2}")));
            }
        }

        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(0));
    }

    [Test]
    public async Task Where_the_server_has_too_many_statements_they_run_as_text()
    {
        var table = await NumbersAsync();
        await Server.AdminAsync("SET GLOBAL max_prepared_stmt_count=0");
        try
        {
            var source = NewSource("Max Shared Links=1");
            var connection = await OpenAsync(source);
            await using var command = connection.Command($"SELECT name FROM {table} WHERE id = @id", ("id", 3));
            await command.PrepareAsync();
            for (var i = 0; i < 40; i++)
                Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("n3"));
            Assert.That(source.GetStatistics().PreparedExecutions, Is.Zero);
            await Server.AdminAsync("SET GLOBAL max_prepared_stmt_count=16382");
            for (var i = 0; i < 200; i++)
                Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("n3"));
            Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(0), "it is asked for again");
        }
        finally
        {
            await Server.AdminAsync("SET GLOBAL max_prepared_stmt_count=16382");
        }
    }

    [Test]
    public async Task A_reset_session_forgets_its_statements_and_prepares_them_anew()
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Links=1;Max Shared Links=1;Auto Prepare Min Uses=1");
        for (var round = 0; round < 5; round++)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.RunAsync($"CREATE TEMPORARY TABLE mine{round} (id INT)");
            for (var i = 1; i <= 4; i++)
                Assert.That(await connection.ScalarAsync<string>($"SELECT name FROM {table} WHERE id = @id", ("id", i)), Is.EqualTo($"n{i}"));
        }
    }

    [TestCase("Pipelining=false")]
    [TestCase("Multiplexing=false")]
    [TestCase("Pooling=false")]
    public async Task Statements_run_prepared_on_links_of_every_kind(string options)
    {
        var table = await NumbersAsync();
        var source = NewSource("Max Shared Links=1;" + options);
        var connection = await OpenAsync(source);
        await using var command = connection.Command($"SELECT name FROM {table} WHERE id = @id", ("id", 0));
        await command.PrepareAsync();
        for (var i = 1; i <= 10; i++)
        {
            command.Parameters[0].Value = i;
            Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo($"n{i}"));
        }

        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThanOrEqualTo(8));
    }

    [Test]
    public async Task Warnings_of_prepared_statements_are_told()
    {
        var table = await TableAsync("id INT, name VARCHAR(3)");
        var source = NewSource("Max Shared Links=1;Auto Prepare Min Uses=1");
        var connection = await OpenAsync(source);
        await connection.RunAsync("SET sql_mode=''");
        var heard = new List<int>();
        connection.InfoMessage += (_, message) => heard.AddRange(message.Errors.Select(error => error.Code));
        for (var i = 0; i < 5; i++)
            await connection.RunAsync($"UPDATE {table} SET id = 1 WHERE id = 'a'");
        await connection.RunAsync($"INSERT INTO {table} VALUES (1, 'b')");
        heard.Clear();
        for (var i = 0; i < 5; i++)
            await connection.RunAsync($"UPDATE {table} SET name = @name WHERE id = 1", ("name", $"longer{i}"));
        Assert.That(heard, Is.EqualTo(new[] { 1265, 1265, 1265, 1265, 1265 }));
        Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_command_that_gets_another_text_is_not_prepared_any_more()
    {
        var connection = await OpenAsync();
        await using var command = connection.Command("SELECT 1 FROM DUAL WHERE @a = 1", ("a", 1));
        await command.PrepareAsync();
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
        command.CommandText = "SELECT 2 FROM DUAL WHERE @a = 1";
        Assert.That(command.IsPrepared, Is.False);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(2));
    }

    private async Task<string> NumbersAsync(int count = 10)
    {
        var table = await TableAsync("id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20), changes INT DEFAULT 0");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} (name) VALUES {string.Join(',', Enumerable.Range(1, count).Select(i => $"('n{i}')"))}");
        return table;
    }

    private static async Task<string> ColumnsAsync(MuxCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        return string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
    }

    private static async Task<int> CountAsync(MuxConnection connection, string name)
    {
        await using var command = connection.Command($"SHOW SESSION STATUS LIKE '{name}'");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        return int.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
    }
}
