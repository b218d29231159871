using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace MuxProvider.ServerTests;

/// <summary>Many rows at once, by LOAD DATA and by INSERT, and what becomes of them where something goes wrong.</summary>
[TestFixture(MuxBulkCopyMethod.LoadData)]
[TestFixture(MuxBulkCopyMethod.Insert)]
internal sealed class BulkCopyTests(MuxBulkCopyMethod method) : ServerFixture
{
    private MuxDataSource Bulk => NewSource("Allow Load Local Infile=true");

    private bool Loads => method == MuxBulkCopyMethod.LoadData;

    [OneTimeSetUp]
    public Task AllowLocalFiles() => Server.AdminAsync("SET GLOBAL local_infile=1");

    [TestCase(false)]
    [TestCase(true)]
    public async Task All_types_come_back_as_they_were_sent(bool blocked)
    {
        var table = await TableAsync(
            "id INT PRIMARY KEY, b BOOL, t TINYINT UNSIGNED, i INT, u BIGINT UNSIGNED, d DECIMAL(30,10), f FLOAT, x DOUBLE, y YEAR, "
            + "da DATE, dt DATETIME(6), ti TIME(6), c CHAR(36), v VARCHAR(200) CHARACTER SET utf8mb4, l VARCHAR(50) CHARACTER SET latin1, tx LONGTEXT, "
            + "bi BIT(1), bl BIT(64), bn BINARY(4), vb VARBINARY(300), bb LONGBLOB, js JSON, e ENUM('a','b'), g GEOMETRY");
        var guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        const string text = "tab\tline\nreturn\r back\\slash 'quote' \"double\" nul\0 ctrl-z\u001a comma, percent% under_ ä ß 漢 😀 \\N";
        var all = Enumerable.Range(0, 256).Select(static i => (byte)i).ToArray();
        var point = Convert.FromHexString("00000000" + "0101000000" + "000000000000F03F" + "0000000000000040");
        var rows = new DataTable { Locale = CultureInfo.InvariantCulture };
        for (var i = 0; i < 24; i++)
            rows.Columns.Add($"c{i}", typeof(object));
        rows.Rows.Add(
            1, true, (byte)255, int.MinValue, ulong.MaxValue, 12345678901234567890.0123456789m, 1.5f, 0.1, 2024,
            new DateTime(2024, 2, 29), new DateTime(2024, 2, 29, 23, 59, 58).AddTicks(1234560), new TimeSpan(-30, -1, -2, -3).Subtract(TimeSpan.FromTicks(1234560)), guid, text, "äöü", text + new string('x', 100_000),
            1UL, ulong.MaxValue, new byte[] { 0, 9, 10, 92 }, all, all, "{\"a\": \"b\\\\c 😀\"}", "b", point);
        rows.Rows.Add([2, .. Enumerable.Repeat<object>(DBNull.Value, 23)]);
        rows.Rows.Add(
            3, false, (byte)0, 0, 0UL, 0m, -0.5f, -1e300, 1901, new DateTime(1000, 1, 1), new DateTime(9999, 12, 31, 23, 59, 59), TimeSpan.Zero, Guid.Empty, "", "", "",
            0UL, 0UL, new byte[4], Array.Empty<byte>(), Array.Empty<byte>(), "[]", "a", point);

        await using var connection = await OpenAsync(Bulk);
        var copy = Copy(connection, table);
        var result = blocked ? copy.WriteToServer(rows) : await copy.WriteToServerAsync(rows);
        Assert.That((result.RowsInserted, result.Method), Is.EqualTo((3, method)));
        Assert.That(result.Warnings, Is.Empty);
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));

        await using var command = connection.Command($"SELECT * FROM {table} ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        foreach (DataRow row in rows.Rows)
        {
            Assert.That(await reader.ReadAsync());
            for (var i = 0; i < rows.Columns.Count; i++)
            {
                var (sent, came) = (row[i], reader.GetValue(i));
                if (sent is string json && reader.GetName(i) == "js")
                    (sent, came) = (json.Replace(" ", "", StringComparison.Ordinal), ((string)came).Replace(" ", "", StringComparison.Ordinal));
                Assert.That(came, Is.EqualTo(sent), $"row {row[0]}, column {reader.GetName(i)}");
            }
        }
    }

    [Test]
    public async Task A_hundred_thousand_rows_arrive_while_neighbours_go_on()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        var source = Bulk;
        await using var connection = await OpenAsync(source);
        await using var neighbour = await OpenAsync(source);
        const int count = 100_000;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var copying = Copy(connection, table).WriteToServerAsync(Rows(count)).AsTask();
        var answered = 0;
        while (!copying.IsCompleted)
        {
            Assert.That(await Until.Ends(neighbour.ScalarAsync<int>("SELECT 1")), Is.EqualTo(1));
            answered++;
        }

        Assert.That((await copying).RowsInserted, Is.EqualTo(count));
        TestContext.Out.WriteLine($"{method}: {count / clock.Elapsed.TotalSeconds:N0} rows/s, {answered} statements of a neighbour meanwhile");
        Assert.That(answered, Is.Positive);
        Assert.That(await connection.TextAsync($"SELECT COUNT(*), SUM(id), MIN(name), MAX(name) FROM {table}"), Is.EqualTo("100000,4999950000,name 0,name 99999"));
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    [Test]
    public async Task A_callback_ends_the_copy_and_keeps_the_rows_so_far()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        var copy = Copy(connection, table);
        copy.NotifyAfter = 1000;
        var told = new List<long>();
        copy.MuxRowsCopied += (_, e) =>
        {
            told.Add(e.RowsCopied);
            e.Abort = told.Count == 3;
        };
        Assert.That((await copy.WriteToServerAsync(Rows(10_000))).RowsInserted, Is.EqualTo(3000));
        Assert.That(told, Is.EqualTo(new long[] { 1000, 2000, 3000 }));
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(3000));
    }

    [Test]
    public async Task A_callback_that_throws_undoes_the_copy()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        var copy = Copy(connection, table);
        copy.NotifyAfter = 7000;
        copy.MuxRowsCopied += (_, _) => throw new InvalidDataException("no");
        await Assert.ThrowsAsync<InvalidDataException>(() => copy.WriteToServerAsync(Rows(10_000)).AsTask());
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_copy_is_part_of_the_transaction(bool commits)
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.RunAsync($"INSERT INTO {table} (id) VALUES (-1)");
            Assert.That((await new MuxBulkCopy(connection, transaction) { DestinationTableName = table, Method = method }.WriteToServerAsync(Rows(500))).RowsInserted, Is.EqualTo(500));
            Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.Transaction));
            if (commits)
                await transaction.CommitAsync();
            else
                await transaction.RollbackAsync();
        }

        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(commits ? 501 : 0));
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    [Test]
    public async Task A_copy_that_fails_inside_a_transaction_takes_only_itself_back()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.RunAsync($"INSERT INTO {table} (id) VALUES (-1)");
        await Assert.ThrowsAsync<InvalidDataException>(() => Copy(connection, table).WriteToServerAsync(Rows(20_000, failsAfter: 15_000)).AsTask());
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
        using var stop = new CancellationTokenSource();
        await Sql.FailureOf<OperationCanceledException>(() => Copy(connection, table).WriteToServerAsync(Rows(20_000, stop, 15_000), stop.Token).AsTask());
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
        await transaction.CommitAsync();
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Rows_that_are_there_already_fail_the_copy_or_are_left_out_or_replaced()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        await connection.RunAsync($"INSERT INTO {table} (id, name) VALUES (5, 'old')");
        var copy = Copy(connection, table);
        var failure = await Assert.ThrowsAsync<MuxException>(() => copy.WriteToServerAsync(Rows(10)).AsTask());
        Assert.That(failure!.ErrorCode, Is.EqualTo(Loads ? MuxErrorCode.BulkCopyFailed : MuxErrorCode.DuplicateKeyEntry));
        Assert.That(failure.Message, Does.Contain("Duplicate"));
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));

        copy.ConflictOption = MuxBulkLoaderConflictOption.Ignore;
        var ignored = await copy.WriteToServerAsync(Rows(10));
        Assert.That(ignored.RowsInserted, Is.EqualTo(9));
        Assert.That(ignored.Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { 1062 }));
        Assert.That(await connection.ScalarAsync<string>($"SELECT name FROM {table} WHERE id=5"), Is.EqualTo("old"));

        copy.ConflictOption = MuxBulkLoaderConflictOption.Replace;
        await copy.WriteToServerAsync(Rows(10));
        Assert.That(await connection.ScalarAsync<string>($"SELECT name FROM {table} WHERE id=5"), Is.EqualTo("name 5"));
    }

    [Test]
    public async Task Columns_go_where_the_mapping_says()
    {
        var table = await TableAsync("`a b` VARCHAR(20), `c``d` INT, up VARCHAR(20), raw VARBINARY(10)");
        await using var connection = await OpenAsync(Bulk);
        var copy = Copy(connection, table);
        copy.ColumnMappings.Add(new MuxBulkCopyColumnMapping(1, "a b"));
        copy.ColumnMappings.Add(new MuxBulkCopyColumnMapping(0, "c`d"));
        copy.ColumnMappings.Add(new MuxBulkCopyColumnMapping(1, "@up", "`up` = UPPER(@up)"));
        copy.ColumnMappings.Add(new MuxBulkCopyColumnMapping(2, "@raw", "raw = UNHEX(@raw)"));
        await copy.WriteToServerAsync(Few([5, "x\ty", new byte[] { 1, 255 }, "left out"]));
        Assert.That(await connection.TextAsync($"SELECT * FROM {table}"), Is.EqualTo("x\ty,5,X\tY,01FF"));
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
        copy.ColumnMappings.Add(new MuxBulkCopyColumnMapping(3, "missing"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => copy.WriteToServerAsync(Few([5, "x", new byte[1], ""])).AsTask());
        Assert.That(failure!.Message, Does.Contain("missing"));
    }

    [Test]
    public async Task A_closed_connection_is_opened_meanwhile_and_a_reader_of_another_one_can_be_copied()
    {
        var from = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        var to = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        var source = Bulk;
        await using var connection = source.CreateConnection();
        Assert.That((await Copy(connection, from).WriteToServerAsync(Rows(100))).RowsInserted, Is.EqualTo(100));
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        await using var other = await OpenAsync(source);
        await using var command = other.Command($"SELECT * FROM {from}");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.That(Copy(connection, to).WriteToServer(reader).RowsInserted, Is.EqualTo(100));
        Assert.That(Copy(connection, to).WriteToServer([], 4).RowsInserted, Is.Zero);
    }

    [Test]
    public async Task A_copy_whose_time_is_over_is_undone()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50), made DATETIME(6), score DOUBLE");
        await using var connection = await OpenAsync(Bulk);
        var copy = Copy(connection, table);
        copy.BulkCopyTimeout = 1;
        var failure = await Until.Ends(Sql.MuxFailureOf(() => copy.WriteToServerAsync(Endless()).AsTask()));
        Assert.That(failure.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        await Until.Holds("the rows are gone", async () => await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM {Schema}.{table}") == 0);
    }

    private MuxBulkCopy Copy(MuxConnection connection, string table) => new(connection) { DestinationTableName = table, Method = method };

    private static async IAsyncEnumerable<object?[]> Rows(int count, CancellationTokenSource? stop = null, int failsAfter = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var row = new object?[4];
        for (var i = 0; i < count; i++)
        {
            if (i == failsAfter)
            {
                await Task.Yield();
                if (stop is null)
                    throw new InvalidDataException("no");
                await stop.CancelAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            (row[0], row[1], row[2], row[3]) = (i, $"name {i}", new DateTime(2024, 1, 1).AddSeconds(i), i / 8.0);
            yield return row;
        }
    }

    private static async IAsyncEnumerable<object?[]> Endless([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; ; i++)
        {
            if (i >= 5000)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return [i, "x", null, null];
        }
    }

    private static async IAsyncEnumerable<object?[]> Few(params object?[][] rows)
    {
        await Task.Yield();
        foreach (var row in rows)
            yield return row;
    }
}
