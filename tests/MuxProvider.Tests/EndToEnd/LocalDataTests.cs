using System.Data;
using System.Globalization;
using System.Text;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Tests;

/// <summary>What a server is given of this computer, and what not: all floors over a fake server that asks for files.</summary>
public sealed class LocalDataTests
{
    private const string Load = "LOAD DATA LOCAL INFILE 'f' INTO TABLE t";

    private FakeServer _server = null!;
    private MuxDataSource _source = null!;

    [SetUp]
    public void Start()
    {
        _server = new FakeServer(FakeServerOptions.MariaDb);
        _server.OnQuery(text => text.StartsWith("LOAD DATA", StringComparison.Ordinal) ? FakeReply.Ok(2).After(Name(text)) : null);
        _server.OnQuery(text => text.StartsWith("SELECT * FROM", StringComparison.Ordinal) ? FakeReply.Rows([Column("a", ColumnType.VarString, 45), Column("b", ColumnType.Blob, 63)], []) : null);
        _server.OnQuery(text => !text.Contains(';', StringComparison.Ordinal) && text.Contains("SAVEPOINT", StringComparison.Ordinal) ? FakeReply.Ok() : null);
        _source = MuxDataSource.Create(ConnectionString());
    }

    [TearDown]
    public async Task Stop()
    {
        await _source.DisposeAsync();
        await _server.DisposeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Plain_sql_is_refused_before_anything_is_sent_where_nothing_was_allowed(bool option)
    {
        await using var source = MuxDataSource.Create(ConnectionString(option));
        await using var connection = await source.OpenConnectionAsync();
        var before = _server.BytesReceived;
        using var command = new MuxCommand(Load, connection);
        var failure = await Assert.ThrowsAsync<StatementRejectedException>(() => command.ExecuteNonQueryAsync());
        Assert.That(failure!.Message, Does.Contain("AllowLocalFiles"));
        Assert.That(_server.BytesReceived, Is.EqualTo(before));
        Assert.That(source.Explain(Load).Placement, Is.EqualTo(option ? Placement.StatementLease : Placement.Reject));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_stream_of_the_command_is_read_in_place_of_a_file(bool blocked)
    {
        await using var connection = await _source.OpenConnectionAsync();
        using var command = new MuxCommand(Load, connection);
        using var stream = new MemoryStream("a\nb\n"u8.ToArray());
        command.LocalStreams["f"] = stream;
        Assert.That(blocked ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync(), Is.EqualTo(2));
        Assert.That(Sent(), Is.EqualTo(new[] { "a\nb\n" }));
        Assert.That(stream.CanRead);
        Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(_source.GetStatistics().LeasedStatements, Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_is_read_where_it_was_allowed_and_the_statement_names_it()
    {
        var folder = Directory.CreateTempSubdirectory("mux");
        try
        {
            var (named, other) = (Path.Combine(folder.FullName, "named"), Path.Combine(folder.FullName, "other"));
            await File.WriteAllTextAsync(named, "1");
            await File.WriteAllTextAsync(other, "2");
            await using var source = new MuxDataSourceBuilder(ConnectionString()).AllowLocalFiles(folder.FullName).Build();
            await using var connection = await source.OpenConnectionAsync();
            using var command = new MuxCommand($"LOAD DATA LOCAL INFILE '{named}' INTO TABLE t", connection);
            Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(2));
            command.CommandText = "LOAD DATA LOCAL INFILE @file INTO TABLE t";
            command.Parameters.AddWithValue("@file", other);
            Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(2));

            // A server that asks for more than it was told of.
            foreach (var asked in (string[])[other, "/etc/passwd", Path.Combine(folder.FullName, "..", "x")])
            {
                _server.OnQuery(text => text.StartsWith("LOAD DATA", StringComparison.Ordinal) ? FakeReply.Ok().After(asked) : null);
                command.CommandText = $"LOAD DATA LOCAL INFILE '{named}' INTO TABLE t";
                command.Parameters.Clear();
                var failure = await Assert.ThrowsAsync<MuxException>(() => command.ExecuteNonQueryAsync());
                Assert.That(failure!.ErrorCode, Is.EqualTo(MuxErrorCode.LocalFileRefused));
            }

            Assert.That(Sent(), Is.EqualTo(new[] { "1", "2", "", "", "" }));
            Assert.That(_server.ConnectionsAccepted, Is.LessThanOrEqualTo(2));
            command.CommandText = "SELECT 1";
            Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task What_a_stream_throws_reaches_the_caller_and_the_connection_goes_on()
    {
        await using var connection = await _source.OpenConnectionAsync();
        using var stream = new BrokenStream();
        var loader = new MuxBulkLoader(connection) { TableName = "t", SourceStream = stream };
        await Assert.ThrowsAsync<InvalidDataException>(() => loader.LoadAsync());
        Assert.That(_server.Files.Select(file => file.IsWhole), Has.None.True);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
        using var command = new MuxCommand("SELECT 1", connection);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Inside_a_transaction_what_a_stream_throws_undoes_the_statement_alone()
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        using var stream = new BrokenStream();
        var loader = new MuxBulkLoader(connection) { TableName = "t", SourceStream = stream };
        await Assert.ThrowsAsync<InvalidDataException>(() => loader.LoadAsync());
        Assert.That(_server.Files.Single().IsWhole);
        Assert.That(_server.Queries.TakeLast(2), Is.EqualTo(new[] { "ROLLBACK TO SAVEPOINT `muxprovider_bulk`", "RELEASE SAVEPOINT `muxprovider_bulk`" }));
        await transaction.CommitAsync();
    }

    [Test]
    public async Task A_bulk_copy_answers_only_to_the_name_that_it_made_up()
    {
        _server.OnQuery(text => text.StartsWith("LOAD DATA", StringComparison.Ordinal) ? FakeReply.Ok().After("/etc/passwd") : null);
        await using var connection = await _source.OpenConnectionAsync();
        var failure = await Assert.ThrowsAsync<MuxException>(() => new MuxBulkCopy(connection) { DestinationTableName = "t" }.WriteToServerAsync(Rows()).AsTask());
        Assert.That(failure!.ErrorCode, Is.EqualTo(MuxErrorCode.LocalFileRefused));
        Assert.That(Sent(), Is.EqualTo(new[] { "" }));
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public async Task A_bulk_copy_sends_rows_as_a_file_in_a_transaction_of_its_own_and_pins_nothing()
    {
        await using var connection = await _source.OpenConnectionAsync();
        var result = await new MuxBulkCopy(connection) { DestinationTableName = "t" }.WriteToServerAsync(Rows());
        Assert.That((result.RowsInserted, result.Method), Is.EqualTo((2, MuxBulkCopyMethod.LoadData)));
        Assert.That(Sent(), Is.EqualTo(new[] { "a\\tb\t0102\n\\N\t\\N\n" }));
        Assert.That(_server.Queries, Has.One.EqualTo("COMMIT"));
        Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task A_bulk_copy_that_inserts_fewer_rows_than_it_sends_is_undone_and_says_so()
    {
        _server.OnQuery(text => text.StartsWith("LOAD DATA", StringComparison.Ordinal) ? FakeReply.Ok(1, warnings: 1).After(Name(text)) : null);
        _server.OnQuery("SHOW WARNINGS", FakeReply.Rows(["Level", "Code", "Message"], ["Warning", 1062, "Duplicate entry"]));
        await using var connection = await _source.OpenConnectionAsync();
        var failure = await Assert.ThrowsAsync<MuxException>(() => new MuxBulkCopy(connection) { DestinationTableName = "t" }.WriteToServerAsync(Rows()).AsTask());
        Assert.That(failure!.ErrorCode, Is.EqualTo(MuxErrorCode.BulkCopyFailed));
        Assert.That(failure.Message, Does.Contain("2 rows").And.Contain("1 were").And.Contain("Duplicate entry"));
        Assert.That(_server.Queries, Has.One.EqualTo("ROLLBACK").And.None.EqualTo("COMMIT"));
        Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [TestCase((ushort)1148)]
    [TestCase((ushort)3948)]
    [TestCase((ushort)4166)]
    public async Task Where_the_server_reads_no_local_data_the_rows_are_inserted_unless_that_was_forbidden(ushort code)
    {
        _server.OnQuery(text => text.StartsWith("LOAD DATA", StringComparison.Ordinal) ? FakeReply.Error(code, "42000", "not allowed") : null);
        _server.OnQuery(text => text.StartsWith("INSERT", StringComparison.Ordinal) ? FakeReply.Ok(2) : null);
        await using var connection = await _source.OpenConnectionAsync();
        var copy = new MuxBulkCopy(connection) { DestinationTableName = "t" };
        var result = await copy.WriteToServerAsync(Rows());
        Assert.That((result.RowsInserted, result.Method), Is.EqualTo((2, MuxBulkCopyMethod.Insert)));
        Assert.That(_server.Queries, Has.One.EndsWith("INSERT INTO t (`a`,`b`) VALUES ('a\tb',_binary'\u0001\u0002'),(NULL,NULL)"));
        copy.Method = MuxBulkCopyMethod.LoadData;
        var failure = await Assert.ThrowsAsync<MuxException>(() => copy.WriteToServerAsync(Rows()).AsTask());
        Assert.That(failure!.Message, Does.Contain("local_infile"));
    }

    private static async IAsyncEnumerable<object?[]> Rows()
    {
        yield return ["a\tb", new byte[] { 1, 2 }];
        await Task.Yield();
        yield return [null, DBNull.Value];
    }

    private static ColumnDefinition Column(string name, ColumnType type, ushort collation) =>
        new() { Name = name, OriginalName = name, Type = type, Collation = collation, Length = 100 };

    private static string Name(string text) => text.Split('\'')[1];

    private string[] Sent() => [.. _server.Files.Select(file => Encoding.UTF8.GetString(file.Content))];

    private string ConnectionString(bool allows = true) => string.Create(
        CultureInfo.InvariantCulture,
        $"Server={_server.Host};Port={_server.Port};User ID=mux;Password=secret;Database=test;SSL Mode=None;Max Shared Links=1;Max Links=4;Allow Load Local Infile={allows}");

    /// <summary>A stream that gives a few bytes and then fails.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        private bool _isBroken;

        public override int Read(Span<byte> buffer)
        {
            if (_isBroken)
                throw new InvalidDataException("no");
            _isBroken = true;
            "a\n"u8.CopyTo(buffer);
            return 2;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
