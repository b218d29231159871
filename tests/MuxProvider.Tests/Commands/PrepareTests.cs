using MuxProvider.Protocol;

namespace MuxProvider.Tests;

public class PrepareTests
{
    [Test]
    public async Task A_prepared_command_runs_prepared_until_it_gets_another_text()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT 1 FROM t WHERE a = @a", connection);
        command.Parameters.AddWithValue("a", 1);
        await command.ExecuteNonQueryAsync();
        await command.PrepareAsync();
        command.Prepare();
        Assert.That((command.IsPrepared, handle.Prepared.Count), Is.EqualTo((true, 1)));
        await command.ExecuteNonQueryAsync();
        command.CommandText = "SELECT 2 FROM t WHERE a = @a";
        Assert.That(command.IsPrepared, Is.False);
        await command.ExecuteNonQueryAsync();
        Assert.That(handle.WantedPreparation, Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public void Parameters_may_be_added_after_preparing()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT 1 FROM t WHERE a IN (@a, ?b, ?)", connection);
        command.Prepare();
        Assert.That((command.IsPrepared, handle.Prepared.Single()), Is.EqualTo((true, "SELECT 1 FROM t WHERE a IN (@a, ?b, ?)")));
    }

    [Test]
    public void What_the_server_says_of_the_text_is_thrown()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.PrepareError = new ErrPacket(1146, "42S02", "no such table");
        using var command = new MuxCommand("SELECT 1 FROM t", connection);
        Assert.That(command.Prepare, Throws.TypeOf<MuxException>().With.Property(nameof(MuxException.Number)).EqualTo(1146));
        Assert.That(async () => await command.PrepareAsync(), Throws.TypeOf<MuxException>());
        Assert.That(command.IsPrepared, Is.False);
    }

    [TestCase(1295, false)]
    [TestCase(1461, true)]
    public void That_the_server_does_not_prepare_it_is_no_error_of_the_text(int code, bool isPrepared)
    {
        var (connection, handle) = FakeConnection.Open();
        handle.PrepareError = new ErrPacket((ushort)code, "HY000", "not now");
        using var command = new MuxCommand("SELECT 1", connection);
        Assert.That(command.Prepare, Throws.Nothing);
        Assert.That(command.IsPrepared, Is.EqualTo(isPrepared));
    }

    [TestCase("SELECT 1; SELECT 2", "")]
    [TestCase("COMMIT", "")]
    [TestCase("CALL p(@a)", "")]
    [TestCase("SELECT id FROM t ORDER BY @a", "")]
    [TestCase("SELECT LAST_INSERT_ID(), ROW_COUNT()", "")]
    [TestCase("SELECT @a", "Allow User Variables=true")]
    [TestCase("SELECT 1", "Ignore Prepare=true")]
    public void Nothing_happens_where_running_prepared_would_not_be_the_same_or_is_not_wanted(string text, string options)
    {
        var (connection, handle) = FakeConnection.Open(options);
        using var command = new MuxCommand(text, connection);
        Assert.That(command.Prepare, Throws.Nothing);
        Assert.That((command.IsPrepared, handle.Prepared.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public void It_needs_a_text_and_an_open_connection()
    {
        using var command = new MuxCommand("SELECT 1");
        Assert.That(command.Prepare, Throws.InvalidOperationException);
        command.Connection = FakeConnection.Open().Connection;
        command.CommandText = " ";
        Assert.That(command.Prepare, Throws.InvalidOperationException);
    }
}
