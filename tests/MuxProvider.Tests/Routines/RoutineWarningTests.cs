using System.Data;

namespace MuxProvider.Tests;

/// <summary>The warnings of procedures whose output is read behind them.</summary>
public class RoutineWarningTests
{
    private const string Call = "CALL `p`(@__muxprovider_1);SHOW WARNINGS;SELECT @__muxprovider_1;SELECT NULL INTO @__muxprovider_1";

    private static readonly Protocol.ColumnDefinition[] s_warnings = [Column.Text("Level"), Column.Int("Code"), Column.Text("Message")];

    private readonly List<string> _told = [];
    private MuxConnection _connection = null!;
    private FakeHandle _handle = null!;

    [SetUp]
    public void Open()
    {
        (_connection, _handle) = FakeConnection.Open("Server=db1");
        _told.Clear();
        _connection.InfoMessage += (_, message) => _told.AddRange(message.Errors.Select(static error => error.ToString()));
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void They_are_told_with_the_output()
    {
        Answer(warnings: 1);
        using var command = Command();
        command.ExecuteNonQuery();
        Assert.That(_handle.Sent.Single(), Is.EqualTo(Call));
        Assert.That(_told, Is.EqualTo(new[] { "Warning 1365: Division by 0" }));
        Assert.That(command.Parameters["o"].Value, Is.EqualTo(5));
    }

    [Test]
    public void Of_a_reader_when_it_is_closed()
    {
        _handle.Answer().Rows([Column.Int("x")], [7]).DoneWithWarnings(1).Rows(s_warnings, ["Warning", 1365, "Division by 0"]).Rows([Column.Int("o")], [5]).Done();
        using var command = Command();
        using (var reader = command.ExecuteReader())
            Assert.That((reader.FieldCount, _told.Count), Is.EqualTo((1, 0)));
        Assert.That(_told, Has.Count.EqualTo(1));
    }

    [Test]
    public void Those_of_a_statement_before_the_call_are_not_its_own()
    {
        Answer(warnings: 0);
        using var command = Command();
        command.ExecuteNonQuery();
        Assert.That(_told, Is.Empty);
        Assert.That(command.Parameters["o"].Value, Is.EqualTo(5));
    }

    [Test]
    public void Nothing_more_is_asked_where_nobody_listens()
    {
        var (connection, handle) = FakeConnection.Open("Server=db1");
        using var command = Command();
        command.Connection = connection;
        command.ExecuteNonQuery();
        Assert.That(handle.Sent.Single(), Does.Not.Contain("WARNINGS"));
    }

    [Test]
    public void In_a_batch_they_are_those_of_its_last_command()
    {
        using var batch = _connection.CreateBatch();
        for (var i = 0; i < 2; i++)
        {
            var call = new MuxBatchCommand("p") { CommandType = CommandType.StoredProcedure };
            call.Parameters.Add(Output());
            batch.BatchCommands.Add(call);
        }

        _handle.Answer()
            .DoneWithWarnings(1).Rows([Column.Int("o")], [4]).Done()
            .DoneWithWarnings(1).Rows(s_warnings, ["Warning", 1365, "Division by 0"]).Rows([Column.Int("o")], [5]).Done();
        batch.ExecuteNonQuery();
        Assert.That(_handle.Sent.Single().Split("SHOW WARNINGS"), Has.Length.EqualTo(2));
        Assert.That(batch.BatchCommands.Select<MuxBatchCommand, object?>(static call => call.Parameters["o"].Value), Is.EqualTo(new object[] { 4, 5 }));
        Assert.That(_told, Has.Count.EqualTo(1));
    }

    private void Answer(ushort warnings) => _handle.Answer()
        .DoneWithWarnings(warnings)
        .Rows(s_warnings, ["Warning", 1365, "Division by 0"])
        .Rows([Column.Int("o")], [5])
        .Done();

    private static MuxParameter Output() => new() { ParameterName = "o", Direction = ParameterDirection.Output };

    private MuxCommand Command()
    {
        var command = new MuxCommand("p", _connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.Add(Output());
        return command;
    }
}
