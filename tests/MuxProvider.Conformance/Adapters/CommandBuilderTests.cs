using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>DbCommandBuilder: the commands that an adapter does not want to write itself.</summary>
internal sealed class CommandBuilderTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public void The_factory_makes_one() => Assert.That(Provider.Factory.CanCreateCommandBuilder, Is.True);

    [TestCase("name", "`name`")]
    [TestCase("a b", "`a b`")]
    [TestCase("od`d", "`od``d`")]
    public void Names_are_quoted_and_unquoted(string name, string quoted)
    {
        using var builder = Provider.Factory.CreateCommandBuilder()!;
        Assert.That(builder.QuoteIdentifier(name), Is.EqualTo(quoted));
        Assert.That(builder.UnquoteIdentifier(quoted), Is.EqualTo(name));
        Assert.That((builder.QuotePrefix, builder.QuoteSuffix), Is.EqualTo(("`", "`")));
    }

    [Test]
    public async Task Insert_update_and_delete_are_written()
    {
        var name = await TableAsync("id INT PRIMARY KEY, `odd name` VARCHAR(20), price DECIMAL(10,2)");
        await RunAsync($"INSERT INTO {name} VALUES (1, 'a', 1.5), (2, NULL, NULL), (3, 'c', 3)");
        using var adapter = Adapter($"SELECT * FROM {name} ORDER BY id");
        using var builder = Builder(adapter);
        using var table = new DataTable();
        adapter.Fill(table);
        table.Rows[0]["odd name"] = "changed";
        table.Rows[1]["price"] = 2.25m;
        table.Rows[2].Delete();
        table.Rows.Add(4, DBNull.Value, 4);
        Assert.That(adapter.Update(table), Is.EqualTo(4));
        using var again = new DataTable();
        adapter.Fill(again);
        Assert.That(again.Rows.Cast<DataRow>().Select(row => string.Join('|', row.ItemArray.Select(cell => cell is DBNull ? "NULL" : Convert.ToString(cell, null)))), Is.EqualTo(new[] { "1|changed|1.50", "2|NULL|2.25", "4|NULL|4.00" }));
    }

    [Test]
    public async Task Somebody_who_was_faster_is_noticed([Values(ConflictOption.CompareAllSearchableValues, ConflictOption.OverwriteChanges)] ConflictOption option)
    {
        var name = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        await RunAsync($"INSERT INTO {name} VALUES (1, 'a')");
        using var adapter = Adapter($"SELECT * FROM {name}");
        using var builder = Builder(adapter);
        builder.ConflictOption = option;
        using var table = new DataTable();
        adapter.Fill(table);
        await RunAsync($"UPDATE {name} SET name = 'theirs'");
        table.Rows[0]["name"] = "mine";
        if (option == ConflictOption.OverwriteChanges)
            Assert.That(adapter.Update(table), Is.EqualTo(1));
        else
            Assert.That(() => adapter.Update(table), Throws.InstanceOf<DBConcurrencyException>());
    }

    [Test]
    public async Task The_commands_can_be_looked_at()
    {
        var name = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        using var adapter = Adapter($"SELECT id, name FROM {name}");
        using var builder = Builder(adapter);
        Assert.That(builder.GetInsertCommand().CommandText, Does.Contain("INSERT INTO").And.Contain($"`{name}`"));
        Assert.That(builder.GetUpdateCommand().CommandText, Does.Contain("UPDATE").And.Contain("`name`"));
        Assert.That(builder.GetDeleteCommand().CommandText, Does.Contain("DELETE FROM").And.Contain("`id`"));
        Assert.That(builder.GetInsertCommand(true).Parameters.Cast<DbParameter>().Select(parameter => parameter.SourceColumn), Is.EquivalentTo(new[] { "id", "name" }));
    }

    [Test]
    public async Task Without_a_key_nothing_is_written()
    {
        var name = await TableAsync("id INT, name VARCHAR(20)");
        using var adapter = Adapter($"SELECT id, name FROM {name}");
        using var builder = Builder(adapter);
        Assert.That(() => builder.GetUpdateCommand(), Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task Updates_go_in_batches([Values(0, 3)] int size)
    {
        var name = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        using var adapter = Adapter($"SELECT id, name FROM {name}");
        using var builder = Builder(adapter);
        builder.GetInsertCommand().UpdatedRowSource = UpdateRowSource.None;
        adapter.UpdateBatchSize = size;
        using var table = new DataTable();
        adapter.Fill(table);
        for (var i = 0; i < 10; i++)
            table.Rows.Add(i, $"n{i}");
        Assert.That(adapter.Update(table), Is.EqualTo(10));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {name}"), Is.EqualTo(10));
    }

    private static DbCommandBuilder Builder(DbDataAdapter adapter)
    {
        var builder = Provider.Factory.CreateCommandBuilder()!;
        builder.DataAdapter = adapter;
        return builder;
    }

    private DbDataAdapter Adapter(string text)
    {
        var adapter = Provider.Factory.CreateDataAdapter()!;
        adapter.SelectCommand = Command(text);
        return adapter;
    }
}
