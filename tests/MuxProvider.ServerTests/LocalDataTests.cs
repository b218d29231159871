using System.Text;

namespace MuxProvider.ServerTests;

/// <summary>LOAD DATA LOCAL INFILE: files and streams of this computer.</summary>
internal sealed class LocalDataTests : ServerFixture
{
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task AllowLocalFiles()
    {
        await Server.AdminAsync("SET GLOBAL local_infile=1");
        _folder = Directory.CreateTempSubdirectory("mux").FullName;
    }

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_file_that_was_allowed_is_read_by_plain_sql(bool blocked)
    {
        var table = await TableAsync("a INT, b VARCHAR(20)");
        var file = Write("allowed.csv", "1,one\n2,two\n");
        await using var source = new MuxDataSourceBuilder(Server.Options($"Database={Schema};Allow Load Local Infile=true")).AllowLocalFiles(_folder).Build();
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.Command($"LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table} FIELDS TERMINATED BY ','");
        Assert.That(blocked ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync(), Is.EqualTo(2));
        Assert.That(await connection.TextAsync($"SELECT * FROM {table}"), Is.EqualTo("1,one;2,two"));
        command.CommandText = $"SELECT 1; LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table} FIELDS TERMINATED BY ','; SELECT COUNT(*) FROM {table}";
        Assert.That(await connection.TextAsync("SELECT 1"), Is.EqualTo("1"));
        await command.ExecuteNonQueryAsync();
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(4));
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
        var failure = await Sql.MuxFailureOf(() => connection.RunAsync($"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE {table}"));
        Assert.That(failure.ErrorCode, Is.EqualTo(MuxErrorCode.LocalFileRefused));
        Assert.That(await connection.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(4));
    }

    [Test]
    public async Task A_loader_has_all_options_of_the_statement()
    {
        var table = await TableAsync("a INT PRIMARY KEY, b VARCHAR(50), c INT");
        await using var connection = await OpenAsync(NewSource("Allow Load Local Infile=true"));
        var loader = new MuxBulkLoader(connection)
        {
            TableName = table,
            CharacterSet = "utf8mb4",
            FieldTerminator = ";",
            FieldQuotationCharacter = "'",
            FieldQuotationOptional = true,
            EscapeCharacter = "!",
            LinePrefix = ">",
            LineTerminator = "|\n",
            NumberOfLinesToSkip = 1,
            ConflictOption = MuxBulkLoaderConflictOption.Replace,
            Priority = MuxBulkLoaderPriority.Concurrent,
            SourceStream = new MemoryStream(Encoding.UTF8.GetBytes(">head|\n>1;'a;ä';10|\n>2;b!;!!;20|\n>2;c;30|\n")),
        };
        loader.Columns.AddRange(["a", "b", "@c"]);
        loader.Expressions.Add("c = @c * 2");
        Assert.That(await loader.LoadAsync(), Is.EqualTo(4));
        Assert.That(await connection.TextAsync($"SELECT * FROM {table} ORDER BY a"), Is.EqualTo("1,a;ä,20;2,c,60"));
        Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    [Test]
    public async Task A_loader_reads_a_file_of_this_computer_or_of_the_server()
    {
        var table = await TableAsync("a INT, b VARCHAR(20)");
        var file = Write("it's a file.tsv", "1\tx\n2\ty\\tz\n");
        await using var connection = NewSource("Allow Load Local Infile=true").CreateConnection();
        var loader = new MuxBulkLoader(connection) { TableName = table, FileName = file };
        Assert.That(loader.Load(), Is.EqualTo(2));
        if (!OperatingSystem.IsWindows())
        {
            // The server's own user has to get at it.
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        loader.Local = false;
        Assert.That(await loader.LoadAsync(), Is.EqualTo(2));
        Assert.That(await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM {Schema}.{table} WHERE b IN ('x', 'y\tz')"), Is.EqualTo(4));
    }

    [Test]
    public async Task What_a_stream_throws_in_the_middle_keeps_nothing_and_hurts_nobody()
    {
        var table = await TableAsync("a INT");
        var source = NewSource("Allow Load Local Infile=true");
        await using var connection = await OpenAsync(source);
        await using var neighbour = await OpenAsync(source);
        foreach (var inTransaction in (bool[])[false, true])
        {
            if (inTransaction)
                await connection.RunAsync("BEGIN");
            using var stream = new FailingStream();
            var loader = new MuxBulkLoader(connection) { TableName = table, SourceStream = stream };
            await Assert.ThrowsAsync<InvalidDataException>(() => loader.LoadAsync());
            Assert.That(await neighbour.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
            Assert.That(await connection.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
            if (inTransaction)
                await connection.RunAsync("COMMIT");
            await Until.Holds("the server has noticed", async () => await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM {Schema}.{table}") == 0);
        }
    }

    [Test]
    public async Task Where_the_server_reads_no_local_files_a_copy_inserts_and_all_else_says_why()
    {
        var table = await TableAsync("a INT");
        await Server.AdminAsync("SET GLOBAL local_infile=0");
        try
        {
            await using var connection = await OpenAsync(NewSource("Allow Load Local Infile=true"));
            var copy = new MuxBulkCopy(connection) { DestinationTableName = table };
            var result = await copy.WriteToServerAsync(Numbers(3000));
            Assert.That((result.RowsInserted, result.Method), Is.EqualTo((3000, MuxBulkCopyMethod.Insert)));
            copy.Method = MuxBulkCopyMethod.LoadData;
            var failure = await Sql.MuxFailureOf(() => copy.WriteToServerAsync(Numbers(3000)).AsTask());
            Assert.That(failure.Message, Does.Contain("local_infile"));
            var loader = new MuxBulkLoader(connection) { TableName = table, SourceStream = new MemoryStream("1\n"u8.ToArray()) };
            Assert.That((await Sql.MuxFailureOf(() => loader.LoadAsync())).Message, Does.Contain("local_infile"));
            Assert.That(connection.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
        }
        finally
        {
            await Server.AdminAsync("SET GLOBAL local_infile=1");
        }
    }

    [Test]
    public async Task Where_the_connection_string_does_not_allow_it_a_copy_inserts()
    {
        var table = await TableAsync("a INT");
        await using var connection = await OpenAsync();
        var result = await new MuxBulkCopy(connection) { DestinationTableName = table }.WriteToServerAsync(Numbers(10));
        Assert.That((result.RowsInserted, result.Method), Is.EqualTo((10, MuxBulkCopyMethod.Insert)));
        await Assert.ThrowsAsync<NotSupportedException>(() => new MuxBulkLoader(connection) { TableName = table, FileName = "x" }.LoadAsync());
        await Assert.ThrowsAsync<NotSupportedException>(() => new MuxBulkCopy(connection) { DestinationTableName = table, Method = MuxBulkCopyMethod.LoadData }.WriteToServerAsync(Numbers(1)).AsTask());
    }

    private static async IAsyncEnumerable<object?[]> Numbers(int count)
    {
        await Task.Yield();
        for (var i = 0; i < count; i++)
            yield return [i];
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Many rows, and then a failure.</summary>
    private sealed class FailingStream : MemoryStream
    {
        private int _reads;

        public override int Read(Span<byte> buffer)
        {
            if (_reads++ == 3)
                throw new InvalidDataException("no");
            for (var i = 0; i + 1 < buffer.Length; i += 2)
                "7\n"u8.CopyTo(buffer[i..]);
            return buffer.Length / 2 * 2;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
