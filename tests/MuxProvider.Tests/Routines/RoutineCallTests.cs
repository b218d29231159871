using System.Data;

namespace MuxProvider.Tests;

public class RoutineCallTests
{
    private const string Clear = "SELECT NULL,NULL INTO @__muxprovider_2,@__muxprovider_3";

    private static readonly Protocol.ColumnDefinition[] s_declaration =
    [
        Column.Int("place"), Column.Text("mode"), Column.Text("name"), Column.Text("type"), Column.Text("declared"), Column.Int("characters"), Column.Int("digits"), Column.Int("scale"),
    ];

    [Test]
    public void A_procedure_is_looked_up_once_and_called_with_its_parameters_in_order()
    {
        var handles = new List<FakeHandle>();
        var source = FakeConnection.Source("Database=shop", handle =>
        {
            handles.Add(handle);
            if (handles.Count == 2)
                Declare(handle);
        });
        using var connection = source.OpenConnection();
        using var command = Command(connection);
        for (var i = 0; i < 2; i++)
        {
            handles[0].Answer().Done(1).Rows([Column.Int("r")], [7]).Done(3).Rows([Column.Long("a"), Column.Text("b")], [8, "x"]).Done(1);
            Assert.That(command.ExecuteNonQuery(), Is.EqualTo(3), "what the procedure changed");
        }

        Assert.Multiple(() =>
        {
            Assert.That(handles, Has.Count.EqualTo(2), "a handle of its own asks, once");
            Assert.That(handles[1].Closes, Is.EqualTo(1));
            Assert.That(handles[1].Sent.Single(), Does.Contain("'shop'").And.Contain("'p'").And.Contain("'PROCEDURE'"));
            Assert.That(handles[0].Sent[0], Is.EqualTo($"SELECT 6 INTO @__muxprovider_2;CALL `p`(5,@__muxprovider_2,@__muxprovider_3);SELECT @__muxprovider_2,@__muxprovider_3;{Clear}"));
            Assert.That(command.Parameters["both"].Value, Is.EqualTo(8));
            Assert.That(command.Parameters["back"].Value, Is.EqualTo("x"));
        });
    }

    [Test]
    public void Output_comes_when_the_reader_has_passed_the_results()
    {
        var (connection, handle) = Open();
        handle.Answer().Done(1).Rows([Column.Int("r")], [7]).Done(3).Rows([Column.Long("a"), Column.Text("b")], [8, "x"]).Done(1);
        using var command = Command(connection);
        using var reader = command.ExecuteReader();
        Assert.That(reader.Read(), Is.True);
        Assert.That(command.Parameters["back"].Value, Is.Null);
        Assert.That(reader.NextResult(), Is.False);
        Assert.That(command.Parameters["back"].Value, Is.EqualTo("x"));
        Assert.That(reader.RecordsAffected, Is.EqualTo(3));
    }

    [Test]
    public void An_error_makes_the_next_call_look_again()
    {
        var handles = new List<FakeHandle>();
        var source = FakeConnection.Source("Database=shop", handle =>
        {
            handles.Add(handle);
            if (handles.Count > 1)
                Declare(handle);
        });
        using var connection = source.OpenConnection();
        using var command = Command(connection);
        handles[0].Answer().Done(1).Fails(1318);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>());
        handles[0].Answer().Done(1).Fails(1644, "mine", "45000");
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>());
        command.ExecuteNonQuery();
        Assert.That(handles, Has.Count.EqualTo(3), "what the procedure raises itself says nothing of its declaration");
    }

    [Test]
    public void A_function_is_selected_and_its_result_hidden()
    {
        var handles = new List<FakeHandle>();
        var source = FakeConnection.Source("Database=shop", handle =>
        {
            handles.Add(handle);
            if (handles.Count == 2)
                handle.Answer().Rows(s_declaration, [-1, "", "", "", "", 0, 0, 0], [0, null, null, "int", "int(11)", null, 10, 0], [1, "IN", "n", "int", "int(11)", null, 10, 0]);
        });
        using var connection = source.OpenConnection();
        handles[0].Answer().Rows([Column.Int("f")], [42]);
        using var command = new MuxCommand("f", connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.AddWithValue("n", 21);
        var returned = command.Parameters.Add(new MuxParameter { Direction = ParameterDirection.ReturnValue });
        using var reader = command.ExecuteReader();
        Assert.Multiple(() =>
        {
            Assert.That(reader.FieldCount, Is.Zero);
            Assert.That(returned.Value, Is.EqualTo(42));
            Assert.That(handles[0].Sent.Single(), Is.EqualTo("SELECT `f`(21)"));
        });
    }

    [Test]
    public void Without_a_declaration_parameters_go_by_their_order()
    {
        var (connection, handle) = FakeConnection.Open("Server=db1");
        using var command = new MuxCommand("p", connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.AddWithValue("a", 1);
        command.Parameters.Add(new MuxParameter("b", 2) { Direction = ParameterDirection.Output });
        command.ExecuteNonQuery();
        Assert.That(handle.Sent.Single(), Does.StartWith("CALL `p`(1,@__muxprovider_2);SELECT @__muxprovider_2;"));
    }

    [TestCase("begin")]
    [TestCase(" COMMIT ")]
    [TestCase("Rollback")]
    public void Words_that_are_statements_are_sent_as_such(string word)
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand(word, connection) { CommandType = CommandType.StoredProcedure };
        command.ExecuteNonQuery();
        Assert.That(handle.Sent.Single(), Is.EqualTo(word));
    }

    [Test]
    public void A_table_is_selected_from()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("shop.the`table", connection) { CommandType = CommandType.TableDirect };
        Assert.That(command.ExecuteNonQuery, Throws.InvalidOperationException);
        command.CommandText = "shop.`the table`";
        command.ExecuteNonQuery();
        Assert.That(handle.Sent.Single(), Is.EqualTo("SELECT * FROM `shop`.`the table`"));
    }

    [Test]
    public void A_call_in_a_batch_counts_as_one_statement()
    {
        var (connection, handle) = Open();
        handle.Answer().Done(1).Rows([Column.Int("r")], [7]).Done(3).Rows([Column.Long("a"), Column.Text("b")], [8, "x"]).Done(1).Done(5);
        using var command = Command(connection);
        using var batch = connection.CreateBatch();
        var call = new MuxBatchCommand("p") { CommandType = CommandType.StoredProcedure };
        foreach (MuxParameter parameter in command.Parameters)
            call.Parameters.Add(parameter.Clone());
        batch.BatchCommands.Add(call);
        batch.BatchCommands.Add(new MuxBatchCommand("UPDATE t SET a = 1"));
        Assert.Multiple(() =>
        {
            Assert.That(batch.ExecuteNonQuery(), Is.EqualTo(8));
            Assert.That(batch.BatchCommands.Select<MuxBatchCommand, int>(static one => one.RecordsAffected), Is.EqualTo(new[] { 3, 5 }));
            Assert.That(call.Parameters["back"].Value, Is.EqualTo("x"));
        });
    }

    private static (MuxConnection Connection, FakeHandle Handle) Open()
    {
        var handles = new List<FakeHandle>();
        var connection = FakeConnection.Source("Database=shop", handle =>
        {
            handles.Add(handle);
            if (handles.Count == 2)
                Declare(handle);
        }).OpenConnection();
        return (connection, handles[0]);
    }

    private static void Declare(FakeHandle handle) => handle.Answer().Rows(
        s_declaration,
        [-1, "", "", "", "", 0, 0, 0],
        [1, "IN", "first", "int", "int(11)", null, 10, 0],
        [2, "INOUT", "both", "int", "int(11)", null, 10, 0],
        [3, "OUT", "back", "varchar", "varchar(20)", 20, null, null]);

    private static MuxCommand Command(MuxConnection connection)
    {
        var command = new MuxCommand("p", connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.Add(new MuxParameter { ParameterName = "@Back", Direction = ParameterDirection.Output });
        command.Parameters.Add(new MuxParameter("both", 6) { Direction = ParameterDirection.InputOutput });
        command.Parameters.AddWithValue("first", 5);
        return command;
    }
}
