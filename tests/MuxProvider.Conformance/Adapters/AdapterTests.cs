using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>DataTable.Load, and DbDataAdapter with commands written by hand.</summary>
internal sealed class AdapterTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public async Task A_table_loads_rows_types_and_NULL()
    {
        await using var reader = await Command("SELECT * FROM types ORDER BY id").ExecuteReaderAsync();
        using var table = new DataTable();
        table.Load(reader);
        Assert.That(table.Rows, Has.Count.EqualTo(2));
        Assert.That(table.Columns, Has.Count.EqualTo(ColumnCase.All.Count + 1));
        foreach (var column in ColumnCase.All)
        {
            Assert.That(table.Columns[column.Name]!.DataType, Is.EqualTo(column.Value.GetType()), column.Name);
            Assert.That(table.Rows[0][column.Name], Is.EqualTo(column.Value), column.Name);
            Assert.That(table.Rows[1][column.Name], Is.EqualTo(DBNull.Value), column.Name);
        }

        Assert.That(table.PrimaryKey.Select(column => column.ColumnName), Is.EqualTo(new[] { "id" }));
    }

    [Test]
    public async Task A_table_loads_columns_of_the_same_name_and_without_one()
    {
        await using var reader = await Command("SELECT 1 AS a, 2 AS a, 3 AS ``, 4").ExecuteReaderAsync();
        using var table = new DataTable();
        table.Load(reader);
        Assert.That(table.Rows[0].ItemArray.Select(value => Convert.ToInt32(value, null)), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task A_set_loads_one_result_after_the_other()
    {
        await using var reader = await Command("SELECT 1 AS a; SELECT 'x' AS b UNION ALL SELECT 'y'").ExecuteReaderAsync();
        using var set = new DataSet();
        set.Load(reader, LoadOption.OverwriteChanges, "first", "second");
        Assert.That(set.Tables["first"]!.Rows, Has.Count.EqualTo(1));
        Assert.That(set.Tables["second"]!.Rows, Has.Count.EqualTo(2));
        Assert.That(reader.IsClosed, Is.True, "Load closes a reader that is at its end");
    }

    [Test]
    public async Task Fill_reads_and_leaves_the_connection_as_it_was([Values] bool isOpen)
    {
        if (!isOpen)
            await Connection.CloseAsync();
        using var adapter = Adapter("SELECT id, name FROM fixed ORDER BY id");
        using var table = new DataTable();
        Assert.That(adapter.Fill(table), Is.EqualTo(3));
        Assert.That(table.Rows[2]["name"], Is.EqualTo("c"));
        Assert.That(Connection.State, Is.EqualTo(isOpen ? ConnectionState.Open : ConnectionState.Closed));
    }

    [Test]
    public void Fill_makes_a_table_for_each_result()
    {
        using var adapter = Adapter("SELECT id FROM fixed; DELETE FROM fixed WHERE id > 99; SELECT name FROM fixed");
        using var set = new DataSet();
        adapter.Fill(set);
        Assert.That(set.Tables.Cast<DataTable>().Select(table => table.TableName), Is.EqualTo(new[] { "Table", "Table1" }));
        Assert.That(set.Tables[1].Rows, Has.Count.EqualTo(3));
    }

    [TestCase(0, 2, "1,2")]
    [TestCase(1, 1, "2")]
    [TestCase(2, 10, "3")]
    [TestCase(9, 10, "")]
    public void Fill_reads_a_page(int start, int count, string expected)
    {
        using var adapter = Adapter("SELECT id FROM fixed ORDER BY id");
        using var table = new DataTable();
        adapter.Fill(start, count, table);
        Assert.That(string.Join(',', table.Rows.Cast<DataRow>().Select(row => row["id"])), Is.EqualTo(expected));
    }

    [Test]
    public void FillSchema_knows_the_key_and_what_may_be_NULL()
    {
        using var adapter = Adapter("SELECT id, name FROM fixed");
        using var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        Assert.That(table.PrimaryKey.Select(column => column.ColumnName), Is.EqualTo(new[] { "id" }));
        Assert.That(table.Columns["id"]!.AllowDBNull, Is.False);
        Assert.That(table.Columns["name"]!.AllowDBNull, Is.True);
        Assert.That(table.Rows, Is.Empty);
    }

    [Test]
    public void Fill_again_with_keys_brings_rows_up_to_date_instead_of_adding_them()
    {
        using var adapter = Adapter("SELECT id, name FROM fixed");
        adapter.MissingSchemaAction = MissingSchemaAction.AddWithKey;
        using var table = new DataTable();
        adapter.Fill(table);
        adapter.Fill(table);
        Assert.That(table.Rows, Has.Count.EqualTo(3));
    }

    [Test]
    public void Fill_says_the_server_s_error_and_closes_what_it_opened()
    {
        Connection.Close();
        using var adapter = Adapter("SELECT * FROM no_such_table");
        using var table = new DataTable();
        Assert.That(() => adapter.Fill(table), Throws.InstanceOf<DbException>());
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public async Task Update_writes_new_changed_and_deleted_rows([Values] bool isOpen)
    {
        using var adapter = await EditorAsync();
        using var table = new DataTable();
        adapter.Fill(table);
        if (!isOpen)
            await Connection.CloseAsync();
        table.Rows[0]["name"] = "changed";
        table.Rows[1].Delete();
        table.Rows.Add(9, "new");
        Assert.That(adapter.Update(table), Is.EqualTo(3));
        Assert.That(table.GetChanges(), Is.Null);
        Assert.That(Connection.State, Is.EqualTo(isOpen ? ConnectionState.Open : ConnectionState.Closed));
        using var again = new DataTable();
        adapter.Fill(again);
        Assert.That(again.Rows.Cast<DataRow>().Select(row => $"{row["id"]}{row["name"]}"), Is.EqualTo(new[] { "1changed", "3c", "9new" }));
        Assert.That(adapter.Update(again), Is.Zero, "nothing has changed");
    }

    [Test]
    public async Task Update_finds_out_that_somebody_else_was_faster()
    {
        using var adapter = await EditorAsync();
        using var table = new DataTable();
        adapter.Fill(table);
        await RunAsync($"DELETE FROM {LastTable} WHERE id = 1");
        table.Rows[0]["name"] = "changed";
        var error = Assert.Throws<DBConcurrencyException>(() => adapter.Update(table));
        Assert.That(error.Row, Is.SameAs(table.Rows[0]));
    }

    [Test]
    public async Task Update_goes_on_behind_an_error_when_asked_to()
    {
        using var adapter = await EditorAsync();
        using var table = new DataTable();
        adapter.Fill(table);
        table.Rows.Add(3, "taken");
        table.Rows.Add(4, "free");
        adapter.ContinueUpdateOnError = true;
        Assert.That(adapter.Update(table), Is.EqualTo(1));
        Assert.That(table.GetErrors().Select(row => row["name"]), Is.EqualTo(new[] { "taken" }));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {LastTable}"), Is.EqualTo(4));
    }

    [Test]
    public async Task Update_reads_generated_ids_back()
    {
        var name = await TableAsync("id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20)");
        using var adapter = Adapter($"SELECT id, name FROM {name}");
        adapter.InsertCommand = Command($"INSERT INTO {name} (name) VALUES (@name); SELECT LAST_INSERT_ID() AS id");
        adapter.InsertCommand.UpdatedRowSource = UpdateRowSource.FirstReturnedRecord;
        adapter.InsertCommand.Parameters.Add(From("name"));
        using var table = new DataTable();
        adapter.Fill(table);
        for (var i = 0; i < 3; i++)
            table.Rows.Add(DBNull.Value, $"n{i}");
        Assert.That(adapter.Update(table), Is.EqualTo(3));
        Assert.That(table.Rows.Cast<DataRow>().Select(row => row["id"]), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Update_runs_inside_a_transaction()
    {
        using var adapter = await EditorAsync();
        using var table = new DataTable();
        adapter.Fill(table);
        table.Rows[0]["name"] = "changed";
        await using (var transaction = await Connection.BeginTransactionAsync())
        {
            adapter.UpdateCommand!.Transaction = transaction;
            Assert.That(adapter.Update(table), Is.EqualTo(1));
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {LastTable} WHERE name = 'changed'"), Is.Zero);
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        ColumnCase.Create(Schema + ".types"),
        ColumnCase.Fill(Schema + ".types"),
        $"CREATE TABLE {Schema}.fixed (id INT PRIMARY KEY, name VARCHAR(20))",
        $"INSERT INTO {Schema}.fixed VALUES (1, 'a'), (2, 'b'), (3, 'c')");

    private string LastTable { get; set; } = "";

    private static DbParameter From(string column, DataRowVersion version = DataRowVersion.Current)
    {
        var parameter = Parameter(version == DataRowVersion.Original ? "old_" + column : column, null);
        parameter.SourceColumn = column;
        parameter.SourceVersion = version;
        return parameter;
    }

    private DbDataAdapter Adapter(string text)
    {
        var adapter = Provider.Factory.CreateDataAdapter()!;
        adapter.SelectCommand = Command(text);
        return adapter;
    }

    // An adapter with all four commands over a table of its own.
    private async Task<DbDataAdapter> EditorAsync()
    {
        LastTable = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        await RunAsync($"INSERT INTO {LastTable} VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        var adapter = Adapter($"SELECT id, name FROM {LastTable} ORDER BY id");
        adapter.InsertCommand = Command($"INSERT INTO {LastTable} VALUES (@id, @name)");
        adapter.InsertCommand.Parameters.AddRange(new[] { From("id"), From("name") });
        adapter.UpdateCommand = Command($"UPDATE {LastTable} SET name = @name WHERE id = @old_id AND name <=> @old_name");
        adapter.UpdateCommand.Parameters.AddRange(new[] { From("name"), From("id", DataRowVersion.Original), From("name", DataRowVersion.Original) });
        adapter.DeleteCommand = Command($"DELETE FROM {LastTable} WHERE id = @old_id");
        adapter.DeleteCommand.Parameters.AddRange(new[] { From("id", DataRowVersion.Original) });
        return adapter;
    }
}
