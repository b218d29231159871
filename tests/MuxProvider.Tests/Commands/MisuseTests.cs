using System.Data;
using System.Data.Common;

namespace MuxProvider.Tests;

/// <summary>What the documentation of ADO.NET says of wrong use.</summary>
public class MisuseTests
{
    private static IEnumerable<TestCaseData> Executions() =>
    [
        new TestCaseData((Action<MuxCommand>)(static command => command.ExecuteNonQuery())).SetArgDisplayNames("ExecuteNonQuery"),
        new TestCaseData((Action<MuxCommand>)(static command => command.ExecuteScalar())).SetArgDisplayNames("ExecuteScalar"),
        new TestCaseData((Action<MuxCommand>)(static command => command.ExecuteReader().Dispose())).SetArgDisplayNames("ExecuteReader"),
        new TestCaseData((Action<MuxCommand>)(static command => command.ExecuteReaderAsync().GetAwaiter().GetResult().Dispose())).SetArgDisplayNames("ExecuteReaderAsync"),
    ];

    [TestCaseSource(nameof(Executions))]
    public void A_command_cannot_be_executed_before_it_is_complete(Action<MuxCommand> execute)
    {
        var (connection, handle) = FakeConnection.Open();
        var closed = FakeConnection.Source("Server=db1").CreateConnection();
        Assert.Multiple(() =>
        {
            Assert.That(() => execute(new MuxCommand("SELECT 1")), Throws.InvalidOperationException.With.Message.Contains("connection"));
            Assert.That(() => execute(new MuxCommand("", connection)), Throws.InvalidOperationException.With.Message.Contains("text"));
            Assert.That(() => execute(new MuxCommand(null, connection)), Throws.InvalidOperationException);
            Assert.That(() => execute(new MuxCommand("SELECT 1", closed)), Throws.InvalidOperationException.With.Message.Contains("open"));
            foreach (var type in new[] { CommandType.StoredProcedure, CommandType.TableDirect })
            {
                Assert.That(() => execute(new MuxCommand("SELECT 1", connection) { CommandType = type }), Throws.InvalidOperationException.With.Message.Contains("name"));
                Assert.That(() => execute(new MuxCommand(" ", connection) { CommandType = type }), Throws.InvalidOperationException);
            }

            Assert.That(handle.Sent, Is.Empty);
        });
    }

    [TestCaseSource(nameof(Executions))]
    public void A_second_command_waits_for_nobody_while_a_reader_is_open(Action<MuxCommand> execute)
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [1]);
        using var command = new MuxCommand("SELECT 1", connection);
        using (command.ExecuteReader())
        {
            Assert.Multiple(() =>
            {
                Assert.That(() => execute(new MuxCommand("SELECT 2", connection)), Throws.InvalidOperationException.With.Message.Contains("reader"));
                Assert.That(() => execute(command), Throws.InvalidOperationException);
                Assert.That(() => command.CommandText = "x", Throws.InvalidOperationException);
                Assert.That(() => command.Connection = null, Throws.InvalidOperationException);
            });
        }

        Assert.That(() => execute(command), Throws.Nothing);
    }

    [Test]
    public void A_reader_off_its_rows_has_no_values()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [1]);
        using var command = new MuxCommand("SELECT 1", connection);
        var reader = command.ExecuteReader();
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
        reader.Read();
        Assert.Multiple(() =>
        {
            Assert.That(() => reader.GetInt32(-1), Throws.InstanceOf<IndexOutOfRangeException>());
            Assert.That(() => reader.GetInt32(1), Throws.InstanceOf<IndexOutOfRangeException>());
            Assert.That(() => reader.GetName(1), Throws.InstanceOf<IndexOutOfRangeException>());
            Assert.That(() => reader["b"], Throws.InstanceOf<IndexOutOfRangeException>());
            Assert.That(() => reader.GetValues(null!), Throws.ArgumentNullException);
            Assert.That(() => reader.GetData(0), Throws.InstanceOf<NotSupportedException>());
        });
        reader.Read();
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
        reader.Close();
        Assert.Multiple(() =>
        {
            Assert.That(() => reader.Read(), Throws.InvalidOperationException);
            Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
            Assert.That(() => reader.FieldCount, Throws.InvalidOperationException);
            Assert.That(() => reader.NextResult(), Throws.InvalidOperationException);
            Assert.That(reader.IsClosed, Is.True);
        });
    }

    [Test]
    public void Foreign_objects_and_impossible_values_are_refused()
    {
        var (connection, _) = FakeConnection.Open();
        using DbCommand command = connection.CreateCommand();
        Assert.Multiple(() =>
        {
            Assert.That(() => command.CommandTimeout = -1, Throws.InstanceOf<ArgumentException>());
            Assert.That(() => command.CommandType = (CommandType)7, Throws.InstanceOf<ArgumentException>());
            Assert.That(() => command.Parameters.Add("a string"), Throws.TypeOf<InvalidCastException>());
            Assert.That(() => command.Parameters.Add(null!), Throws.ArgumentNullException);
            Assert.That(() => command.Parameters.Insert(5, new MuxParameter()), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => command.Parameters.Remove(new MuxParameter()), Throws.ArgumentException);
            Assert.That(() => command.Parameters.RemoveAt("none"), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => command.Parameters.AddRange(null!), Throws.ArgumentNullException);
            Assert.That((command.Parameters.IsReadOnly, command.Parameters.IsFixedSize, command.Parameters.IsSynchronized), Is.EqualTo((false, false, false)));
        });
    }

    [Test]
    public void A_collection_is_a_list()
    {
        DbParameterCollection parameters = new MuxCommand().Parameters;
        var (a, b, c) = (new MuxParameter("@a", 1), new MuxParameter("b", 2), new MuxParameter("?c", 3));
        parameters.AddRange(new[] { a, c });
        parameters.Insert(1, b);
        var copied = new object[4];
        parameters.CopyTo(copied, 1);
        Assert.Multiple(() =>
        {
            Assert.That(parameters, Is.EqualTo(new[] { a, b, c }));
            Assert.That(copied, Is.EqualTo(new object?[] { null, a, b, c }));
            Assert.That((parameters.IndexOf(c), parameters.IndexOf("C"), parameters.IndexOf(new MuxParameter("a", 1)), parameters.IndexOf((object)"a")), Is.EqualTo((2, 2, -1, -1)));
            Assert.That((parameters.Contains(a), parameters.Contains("@B"), parameters.Contains((object)a)), Is.EqualTo((true, true, true)));
        });
        parameters["b"] = new MuxParameter("d", 4);
        parameters[0] = new MuxParameter("e", 5);
        parameters.Remove(c);
        Assert.That(parameters.Cast<MuxParameter>().Select(static p => p.ParameterName), Is.EqualTo(new[] { "e", "d" }));
        Assert.That(() => parameters[0] = new MuxParameter("D", 0), Throws.ArgumentException, "the name is taken");
        parameters.Clear();
        Assert.That(parameters, Is.Empty);
    }
}
