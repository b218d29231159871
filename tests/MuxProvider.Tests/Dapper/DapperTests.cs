using System.Data;
using Dapper;

namespace MuxProvider.Tests;

/// <summary>What Dapper relies on, as far as it needs no server.</summary>
public class DapperTests
{
    private sealed record Person(int Id, string? Name);

    [Test]
    public void Query_opens_and_closes_a_closed_connection()
    {
        FakeHandle? handle = null;
        using var connection = FakeConnection.Source("Server=a", created =>
        {
            handle = created;
            created.Answer().Rows([Column.Int("Id"), Column.Text("Name")], [1, "one"], [2, null]);
        }).CreateConnection();
        var people = connection.Query<Person>("SELECT Id, Name FROM t WHERE Id < @max AND Name <> @other", new { max = 9, other = "it's" }).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(people, Is.EqualTo(new[] { new Person(1, "one"), new Person(2, null) }));
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
            Assert.That(handle!.Closes, Is.EqualTo(1));
            Assert.That(handle.Sent[0], Does.StartWith("SELECT Id, Name FROM t WHERE Id < 9 AND Name <> 'it"));
        });
    }

    [Test]
    public async Task Async_query_and_scalar_work_the_same()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("Id"), Column.Text("Name")], [1, "one"]);
        handle.Answer().Rows([Column.Long("c")], [7]);
        handle.Answer().Rows([Column.Long("c")]);
        Assert.Multiple(async () =>
        {
            Assert.That((await connection.QueryAsync<Person>("SELECT 1")).Single().Name, Is.EqualTo("one"));
            Assert.That(await connection.ExecuteScalarAsync<int>("SELECT 7"), Is.EqualTo(7));
            Assert.That(await connection.ExecuteScalarAsync<int?>("SELECT 7 LIMIT 0"), Is.Null);
        });
        await connection.CloseAsync();
    }

    [Test]
    public void Lists_are_expanded()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("Id")], [1]);
        handle.Answer().Rows([Column.Int("Id")]);
        connection.Query<int>("SELECT Id FROM t WHERE Id IN @ids", new { ids = Enumerable.Range(1, 300).ToArray() });
        connection.Query<int>("SELECT Id FROM t WHERE Id IN @ids", new { ids = Array.Empty<int>() });
        Assert.Multiple(() =>
        {
            Assert.That(handle.Sent[0], Does.StartWith("SELECT Id FROM t WHERE Id IN (1,2,3,").And.EndsWith(",300)"));
            Assert.That(handle.Sent[1], Is.EqualTo("SELECT Id FROM t WHERE Id IN (SELECT NULL WHERE 1 = 0)"));
        });
    }

    [Test]
    public void Many_kinds_of_parameters_are_bound()
    {
        var (connection, handle) = FakeConnection.Open();
        connection.Execute(
            "INSERT INTO t VALUES (@a, @b, @c, @d, @e, @f)",
            new { a = DayOfWeek.Friday, b = 'x', c = (DateTime?)null, d = true, e = 1.5m, f = (string?)null });
        Assert.That(handle.Sent[0], Is.EqualTo("INSERT INTO t VALUES (5, 'x', NULL, true, 1.5, NULL)").IgnoreCase);
    }

    [Test]
    public void An_error_in_a_later_result_is_not_missed()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("Id")], [1]).Fails(1146);
        Assert.That(() => connection.Query<int>("SELECT 1; SELECT x FROM nowhere"), Throws.TypeOf<MuxException>());
        Assert.That(connection.Execute("UPDATE t SET a = 1"), Is.Zero, "the connection is free again");
    }

    [Test]
    public void Several_results_are_read_and_may_be_left_early()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("Id")], [1]).Done(1).Rows([Column.Text("Name")], ["x"]);
        using (var grid = connection.QueryMultiple("SELECT 1; UPDATE t SET a = 1; SELECT 'x'"))
        {
            Assert.That(grid.Read<int>(), Is.EqualTo(new[] { 1 }));
            Assert.That(grid.Read<string>(), Is.EqualTo(new[] { "x" }));
        }

        handle.Answer().Rows([Column.Int("Id")], [1], [2]).Rows([Column.Int("Id")], [3]);
        using (connection.QueryMultiple("SELECT 1; SELECT 3"))
        {
        }

        handle.Answer().Rows([Column.Int("Id")], [1], [2]);
        foreach (var _ in connection.Query<int>("SELECT 1", buffered: false))
            break;
        Assert.That(handle.Cancels, Is.Zero);
        Assert.That(connection.Execute("UPDATE t SET a = 1"), Is.Zero, "the connection is free again");
    }

    [Test]
    public void A_table_is_loaded_from_its_reader()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("Id"), Column.Text("Name")], [1, "one"]);
        using var reader = connection.ExecuteReader("SELECT 1");
        var table = new DataTable();
        table.Load(reader);
        Assert.That(table.Rows[0]["Name"], Is.EqualTo("one"));
    }

    [Test]
    public void A_word_alone_is_taken_for_a_procedure_unless_it_controls_a_transaction()
    {
        var (connection, handle) = FakeConnection.Open("Server=db1");
        connection.Execute("begin");
        connection.Execute("shutdown");
        Assert.That(handle.Sent, Is.EqualTo(new[] { "begin", "CALL `shutdown`()" }));
    }
}
