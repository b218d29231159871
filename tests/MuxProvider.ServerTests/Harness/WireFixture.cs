namespace MuxProvider.ServerTests;

/// <summary>A fixture that runs twice: with statements as text, and with prepared ones. That they ran prepared is tested, too.</summary>
/// <param name="wire">Which.</param>
[TestFixture(Wire.Text)]
[TestFixture(Wire.Binary)]
internal abstract class WireFixture(Wire wire) : ServerFixture
{
    // One shared link: what is prepared runs where it was prepared.
    private const string OneLink = "Max Shared Links=1;Track Last Insert Id=false;";

    private MuxDataSource? _source;
    private int _prepared;

    /// <summary>Which way this fixture goes.</summary>
    protected Wire Wire { get; } = wire;

    [TearDown]
    public void AssertThatItWentThatWay()
    {
        var executions = _source?.GetStatistics().PreparedExecutions ?? 0;
        var least = _prepared;
        (_source, _prepared) = (null, 0);
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Passed)
            Assert.That(executions, Wire == Wire.Binary ? Is.GreaterThanOrEqualTo(least) : Is.Zero, "executions of prepared statements");
    }

    /// <summary>An open connection on a link of the test's own. Once in each test.</summary>
    protected Task<MuxConnection> OpenOneAsync(string options = "") => OpenAsync(_source = NewSource(OneLink + options));

    /// <summary>A command, prepared where the fixture says so.</summary>
    protected async Task<MuxCommand> ReadyAsync(MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = Keep(connection.Command(text, parameters));
        if (Wire == Wire.Text)
            return command;
        await command.PrepareAsync();
        Assert.That(command.IsPrepared, Is.True, text);
        _prepared++;
        return command;
    }

    /// <summary>Executes a text; gives the rows changed.</summary>
    protected async Task<int> RunAsync(MuxConnection connection, string text, params (string Name, object? Value)[] parameters) =>
        await (await ReadyAsync(connection, text, parameters)).ExecuteNonQueryAsync();

    /// <summary>The reader of a text, on its first row.</summary>
    protected async Task<MuxDataReader> ReadAsync(MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var reader = Keep(await (await ReadyAsync(connection, text, parameters)).ExecuteReaderAsync());
        Assert.That(await reader.ReadAsync(), Is.True);
        return reader;
    }
}
