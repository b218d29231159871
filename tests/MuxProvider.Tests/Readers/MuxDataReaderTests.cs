using System.Data;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

public class MuxDataReaderTests
{
    private static MuxDataReader Read(Action<ScriptedReply> script, CommandBehavior behavior = CommandBehavior.Default, string options = "Server=a")
    {
        var (connection, handle) = FakeConnection.Open(options);
        script(handle.Answer());
        return new MuxCommand("x", connection).ExecuteReader(behavior);
    }

    [Test]
    public void Rows_are_read_in_order()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("id"), Column.Text("name")], [1, "one"], [2, null]));
        Assert.Multiple(() =>
        {
            Assert.That(reader.HasRows, Is.True);
            Assert.That(reader.FieldCount, Is.EqualTo(2));
            Assert.That(reader.Read(), Is.True);
            Assert.That(reader.GetInt32(0), Is.EqualTo(1));
            Assert.That(reader["NAME"], Is.EqualTo("one"));
            Assert.That(reader.Read(), Is.True);
            Assert.That(reader.IsDBNull(1), Is.True);
            Assert.That(reader[1], Is.EqualTo(DBNull.Value));
            Assert.That(reader.Read(), Is.False);
            Assert.That(reader.HasRows, Is.True);
            Assert.That(reader.NextResult(), Is.False);
            Assert.That(reader.FieldCount, Is.Zero);
            Assert.That(reader.Depth, Is.Zero);
            Assert.That(reader.RecordsAffected, Is.EqualTo(-1));
        });
    }

    [Test]
    public void Statements_without_rows_are_passed_and_counted()
    {
        using var reader = Read(reply => reply.Done(2).Rows([Column.Int("a")], [1]).Done(3).Rows([Column.Text("b")], ["x"]).Done(4));
        Assert.That(reader.GetName(0), Is.EqualTo("a"));
        Assert.That(reader.RecordsAffected, Is.EqualTo(2));
        Assert.That(reader.NextResult(), Is.True);
        Assert.That(reader.GetName(0), Is.EqualTo("b"));
        Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(string)));
        reader.Close();
        Assert.That(reader.RecordsAffected, Is.EqualTo(9));
    }

    [Test]
    public void Without_any_rows_there_are_no_fields()
    {
        using var reader = Read(reply => reply.Done(1));
        Assert.Multiple(() =>
        {
            Assert.That(reader.FieldCount, Is.Zero);
            Assert.That(reader.HasRows, Is.False);
            Assert.That(reader.Read(), Is.False);
            Assert.That(reader.GetSchemaTable(), Is.Null);
            Assert.That(reader.GetColumnSchema(), Is.Empty);
        });
    }

    [Test]
    public void An_error_in_a_later_statement_is_thrown_by_NextResult()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a")], [1]).Fails(1146, "no table"));
        Assert.That(reader.Read(), Is.True);
        Assert.That(reader.Read(), Is.False);
        Assert.That(reader.NextResult, Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1146));
        Assert.That(reader.NextResult(), Is.False);
    }

    [Test]
    public void An_error_before_the_first_rows_is_thrown_by_Execute() =>
        Assert.That(() => Read(reply => reply.Done(1).Fails(1062)), Throws.TypeOf<MuxException>());

    [TestCase(0)]
    [TestCase(1)]
    public void An_error_among_rows_is_thrown_by_Read(int rowsBefore)
    {
        using var reader = Read(reply => reply.RowsThenError(
            [Column.Int("a")],
            new ErrPacket(1317, "70100", "interrupted"),
            Enumerable.Range(0, rowsBefore).Select(static i => new object?[] { i }).ToArray()));
        for (var i = 0; i < rowsBefore; i++)
            Assert.That(reader.Read(), Is.True);
        Assert.That(() => reader.Read(), Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1317));
        Assert.That(async () => await reader.ReadAsync(), Throws.TypeOf<MuxException>());
    }

    [Test]
    public void A_closed_reader_cannot_be_used()
    {
        var reader = Read(reply => reply.Rows([Column.Int("a")], [1]));
        reader.Read();
        reader.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(reader.IsClosed, Is.True);
            Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException.With.Message.Contains("closed"));
            Assert.That(() => reader.Read(), Throws.InvalidOperationException);
            Assert.That(() => reader.NextResult(), Throws.InvalidOperationException);
            Assert.That(() => reader.FieldCount, Throws.InvalidOperationException);
            Assert.That(() => reader.GetName(0), Throws.InvalidOperationException);
            Assert.That(() => reader.GetOrdinal("a"), Throws.InvalidOperationException);
            Assert.That(reader.Close, Throws.Nothing);
        });
    }

    [Test]
    public void An_old_reader_does_not_see_the_next_ones_results()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("x", connection);
        handle.Answer().Rows([Column.Int("a")], [1]);
        var old = command.ExecuteReader();
        old.Dispose();
        handle.Answer().Rows([Column.Int("a")], [2]);
        using var fresh = command.ExecuteReader();
        fresh.Read();
        old.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(() => old.GetInt32(0), Throws.InvalidOperationException);
            Assert.That(fresh.GetInt32(0), Is.EqualTo(2));
        });
    }

    [Test]
    public void A_cell_is_only_there_on_a_row()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a")], [1]));
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException.With.Message.Contains("Read"));
        reader.Read();
        Assert.That(() => reader.GetInt32(1), Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => reader.GetInt32(-1), Throws.TypeOf<IndexOutOfRangeException>());
        reader.Read();
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
    }

    [Test]
    public void Names_may_be_empty_or_occur_twice()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a"), Column.Int(""), Column.Int("A")], [1, 2, 3]));
        Assert.Multiple(() =>
        {
            Assert.That(reader.GetOrdinal("A"), Is.Zero);
            Assert.That(reader.GetName(1), Is.Empty);
            Assert.That(() => reader.GetOrdinal("zz"), Throws.TypeOf<IndexOutOfRangeException>().With.Message.Contains("'zz'"));
        });
    }

    [Test]
    public void The_field_type_is_that_of_the_value_and_does_not_depend_on_the_row()
    {
        ColumnDefinition[] columns =
        [
            Column.Int("i"), Column.Long("l"), Column.Bool("b"), Column.Text("t"), Column.Bytes("y"), Column.Decimal("d"),
            Column.Of("dt", ColumnType.DateTime, 19), Column.Of("tm", ColumnType.Time, 10), Column.Of("f", ColumnType.Double, 22),
        ];
        using var reader = Read(reply => reply.Rows(
            columns,
            new object?[columns.Length],
            [1, 2, 1, "x", new byte[] { 1 }, "1.50", "2026-11-21 10:11:12", "10:11:12", "1.5"]));
        reader.Read();
        var types = Enumerable.Range(0, columns.Length).Select(reader.GetFieldType).ToArray();
        reader.Read();
        for (var i = 0; i < columns.Length; i++)
        {
            Assert.That(reader.GetFieldType(i), Is.EqualTo(types[i]));
            Assert.That(reader[i].GetType(), Is.EqualTo(types[i]));
        }
    }

    [Test]
    public void GetFieldValue_reads_all_common_types()
    {
        using var reader = Read(reply => reply.Rows(
            [Column.Int("i"), Column.Text("t"), Column.Bytes("y"), Column.Of("dt", ColumnType.DateTime, 19), Column.Of("tm", ColumnType.Time, 10), Column.Int("n"), Column.Decimal("d")],
            [7, "x", new byte[] { 1, 2 }, "2026-11-21 10:11:12", "10:11:12", null, "1.50"]));
        reader.Read();
        Assert.Multiple(() =>
        {
            Assert.That(reader.GetFieldValue<int>(0), Is.EqualTo(7));
            Assert.That(reader.GetFieldValue<int?>(0), Is.EqualTo(7));
            Assert.That(reader.GetFieldValue<long?>(0), Is.EqualTo(7L));
            Assert.That(reader.GetFieldValue<ulong>(0), Is.EqualTo(7UL));
            Assert.That(reader.GetFieldValue<bool>(0), Is.True);
            Assert.That(reader.GetFieldValue<string>(1), Is.EqualTo("x"));
            Assert.That(reader.GetFieldValue<object>(1), Is.EqualTo("x"));
            Assert.That(reader.GetFieldValue<char>(1), Is.EqualTo('x'));
            Assert.That(reader.GetFieldValue<TextReader>(1).ReadToEnd(), Is.EqualTo("x"));
            Assert.That(reader.GetFieldValue<byte[]>(2), Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That(reader.GetFieldValue<ReadOnlyMemory<byte>>(2).Length, Is.EqualTo(2));
            Assert.That(reader.GetFieldValue<Stream>(2).Length, Is.EqualTo(2));
            Assert.That(reader.GetFieldValue<DateTime>(3), Is.EqualTo(new DateTime(2026, 11, 21, 10, 11, 12)));
            Assert.That(reader.GetFieldValue<DateOnly>(3), Is.EqualTo(new DateOnly(2026, 11, 21)));
            Assert.That(reader.GetFieldValue<DateOnly?>(3), Is.EqualTo(new DateOnly(2026, 11, 21)));
            Assert.That(reader.GetFieldValue<DateTimeOffset>(3), Is.EqualTo(new DateTimeOffset(2026, 11, 21, 10, 11, 12, TimeSpan.Zero)));
            Assert.That(reader.GetFieldValue<TimeSpan>(4), Is.EqualTo(new TimeSpan(10, 11, 12)));
            Assert.That(reader.GetFieldValue<TimeOnly>(4), Is.EqualTo(new TimeOnly(10, 11, 12)));
            Assert.That(reader.GetFieldValue<decimal>(6), Is.EqualTo(1.5m));
            Assert.That(reader.GetFieldValue<int?>(5), Is.Null);
            Assert.That(reader.GetFieldValue<DateTime?>(5), Is.Null);
            Assert.That(reader.GetFieldValue<object>(5), Is.EqualTo(DBNull.Value));
            Assert.That(() => reader.GetFieldValue<int>(5), Throws.TypeOf<InvalidCastException>());
            Assert.That(() => reader.GetFieldValue<string>(5), Throws.TypeOf<InvalidCastException>());
            Assert.That(() => reader.GetFieldValue<Uri>(1), Throws.TypeOf<InvalidCastException>().With.Message.Contains("'t'"));
        });
    }

#if !DEBUG
    // Only optimized code leaves out what looks like boxing.
    [Test]
    public void Numbers_are_read_without_boxing()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("i"), Column.Long("l")], [7, 8]));
        reader.Read();

        // The least of many rounds: the runtime replaces code by better code while it is used.
        var least = long.MaxValue;
        for (var i = 0; i < 5000 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Sum(reader, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Thread.Yield();
        }

        Assert.That(least, Is.Zero);
    }

    private static long Sum(MuxDataReader reader, int times)
    {
        var sum = 0L;
        for (var i = 0; i < times; i++)
            sum += reader.GetFieldValue<int>(0) + reader.GetFieldValue<long>(1) + reader.GetInt32(0);
        return sum;
    }
#endif

    [Test]
    public void Bytes_and_characters_are_copied_in_pieces()
    {
        using var reader = Read(reply => reply.Rows([Column.Bytes("y"), Column.Text("t")], [new byte[] { 1, 2, 3, 4 }, "äöüß"]));
        reader.Read();
        var bytes = new byte[3];
        var characters = new char[2];
        Assert.Multiple(() =>
        {
            Assert.That(reader.GetBytes(0, 0, null, 0, 0), Is.EqualTo(4));
            Assert.That(reader.GetBytes(0, 2, bytes, 1, 2), Is.EqualTo(2));
            Assert.That(bytes, Is.EqualTo(new byte[] { 0, 3, 4 }));
            Assert.That(reader.GetChars(1, 0, null, 0, 0), Is.EqualTo(4));
            Assert.That(reader.GetChars(1, 1, characters, 0, 2), Is.EqualTo(2));
            Assert.That(new string(characters), Is.EqualTo("öü"));
            Assert.That(reader.GetStream(0).ReadByte(), Is.EqualTo(1));
            Assert.That(reader.GetTextReader(1).ReadToEnd(), Is.EqualTo("äöüß"));
        });
    }

    [Test]
    public void A_token_that_is_used_already_stops_every_async_read()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a")], [1]));
        var used = new CancellationToken(true);
        Assert.Multiple(() =>
        {
            Assert.That(async () => await reader.ReadAsync(used), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await reader.NextResultAsync(used), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await reader.IsDBNullAsync(0, used), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await reader.GetFieldValueAsync<int>(0, used), Throws.InstanceOf<OperationCanceledException>());
        });
    }

    [Test]
    public async Task Async_reads_are_complete_at_once()
    {
        await using var reader = Read(reply => reply.Rows([Column.Int("a")], [1]));
        var read = reader.ReadAsync();
        Assert.That(read.IsCompletedSuccessfully, Is.True);
        Assert.That(await reader.GetFieldValueAsync<int>(0), Is.EqualTo(1));
        Assert.That(await reader.IsDBNullAsync(0), Is.False);
    }

    [Test]
    public void Disposing_gives_the_reply_back_and_frees_the_connection()
    {
        var (connection, handle) = FakeConnection.Open();
        var reply = handle.Answer().Rows([Column.Int("a")], [1]);
        var reader = new MuxCommand("x", connection).ExecuteReader();
        Assert.That(reply.IsDisposed, Is.False);
        reader.Dispose();
        Assert.That(reply.IsDisposed, Is.True);
        Assert.That(new MuxCommand("y", connection).ExecuteNonQuery, Throws.Nothing);
    }

    [Test]
    public void CloseConnection_closes_the_connection_with_the_reader([Values] bool async)
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [1]);
        var reader = new MuxCommand("x", connection).ExecuteReader(CommandBehavior.CloseConnection | CommandBehavior.SequentialAccess);
        if (async)
            reader.DisposeAsync().AsTask().Wait();
        else
            reader.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
            Assert.That(handle.Closes, Is.EqualTo(1));
        });
    }

    [TestCase(CommandBehavior.SequentialAccess | CommandBehavior.SingleResult | CommandBehavior.SingleRow)]
    [TestCase(CommandBehavior.KeyInfo)]
    public void Hints_change_nothing(CommandBehavior behavior)
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a"), Column.Int("b")], [1, 2]), behavior);
        reader.Read();
        Assert.That((reader.GetInt32(1), reader.GetInt32(0), reader.GetInt32(1)), Is.EqualTo((2, 1, 2)));
    }

    [Test]
    public void SchemaOnly_delivers_columns_and_no_rows()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("a")], [1]), CommandBehavior.SchemaOnly);
        Assert.Multiple(() =>
        {
            Assert.That(reader.FieldCount, Is.EqualTo(1));
            Assert.That(reader.HasRows, Is.False);
            Assert.That(reader.Read(), Is.False);
        });
    }

    [Test]
    public void The_schema_table_has_its_22_columns_in_order()
    {
        using var reader = Read(reply => reply.Rows([Column.Text("name", 50), Column.Decimal("price")], ["x", "1"]));
        var table = reader.GetSchemaTable()!;
        Assert.Multiple(() =>
        {
            Assert.That(table.Columns.Cast<DataColumn>().Select(static column => column.ColumnName), Is.EqualTo(new[]
            {
                "ColumnName", "ColumnOrdinal", "ColumnSize", "NumericPrecision", "NumericScale", "IsUnique", "IsKey", "BaseCatalogName",
                "BaseColumnName", "BaseSchemaName", "BaseTableName", "DataType", "AllowDBNull", "ProviderType", "IsAliased", "IsExpression",
                "IsIdentity", "IsAutoIncrement", "IsRowVersion", "IsHidden", "IsLong", "IsReadOnly",
            }));
            Assert.That(table.Rows[0]["ColumnSize"], Is.EqualTo(50));
            Assert.That(table.Rows[0]["DataType"], Is.EqualTo(typeof(string)));
            Assert.That(table.Rows[0]["BaseTableName"], Is.EqualTo("t"));
            Assert.That(table.Rows[1]["ColumnOrdinal"], Is.EqualTo(1));
            Assert.That(table.Rows[1]["NumericPrecision"], Is.EqualTo(10));
            Assert.That(table.Rows[1]["NumericScale"], Is.EqualTo(2));
            Assert.That(table.Rows[1]["IsExpression"], Is.True);
        });
    }

    [Test]
    public void A_DataTable_loads_it()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("id"), Column.Text("name")], [1, "one"], [2, null]));
        var table = new DataTable();
        table.Load(reader);
        Assert.That(table.Rows, Has.Count.EqualTo(2));
        Assert.That(table.Rows[1][1], Is.EqualTo(DBNull.Value));
    }

    [Test]
    public void It_can_be_enumerated()
    {
        using var reader = Read(reply => reply.Rows([Column.Int("id")], [1], [2]));
        Assert.That(reader.Cast<IDataRecord>().Select(static record => record.GetInt32(0)).ToArray(), Is.EqualTo(new[] { 1, 2 }));
    }
}
