using System.Data.Common;
using System.Globalization;

namespace MuxProvider.Conformance;

/// <summary>A schema of the fixture's own, and an open connection for each test. Everything here runs in both ways of sharing.</summary>
[TestFixture(Sharing.SharedLinks)]
[TestFixture(Sharing.OwnLinks)]
internal abstract class ConformanceFixture(Sharing sharing)
{
    private readonly List<IDisposable> _disposables = [];
    private int _tables;

    /// <summary>What connections run on.</summary>
    protected Sharing Sharing => sharing;

    /// <summary>The fixture's schema.</summary>
    protected string Schema { get; private set; } = "";

    /// <summary>The connection string, with the schema.</summary>
    protected string ConnectionString { get; private set; } = "";

    /// <summary>Where the fixture's connections come from.</summary>
    protected DbDataSource Source { get; private set; } = null!;

    /// <summary>The test's connection; open.</summary>
    protected DbConnection Connection { get; private set; } = null!;

    /// <summary>Options of the fixture's connections besides those that all have.</summary>
    protected virtual string Options => "";

    [OneTimeSetUp]
    public async Task CreateSchema()
    {
        Schema = Server.NewName("mux_ado_" + GetType().Name.ToLowerInvariant());
        await Server.AdminAsync($"CREATE DATABASE {Schema} CHARACTER SET utf8mb4");
        ConnectionString = Provider.ConnectionString(sharing, $"Database={Schema};{Options}");
        Source = Provider.Factory.CreateDataSource(ConnectionString);
        await CreateTablesAsync();
    }

    [OneTimeTearDown]
    public async Task DropSchema()
    {
        Source?.Dispose();
        await Server.AdminAsync("SET SESSION lock_wait_timeout=30", $"DROP DATABASE IF EXISTS {Schema}");
    }

    [SetUp]
    public async Task OpenConnection()
    {
        if (Exclusion.Find() is { } reason)
            Assert.Ignore(reason);
        Connection = await Source.OpenConnectionAsync();
    }

    [TearDown]
    public void DisposeAll()
    {
        for (var i = _disposables.Count - 1; i >= 0; i--)
            _disposables[i].Dispose();
        _disposables.Clear();
        Connection?.Dispose();
    }

    /// <summary>What all tests of the fixture read.</summary>
    protected virtual Task CreateTablesAsync() => Task.CompletedTask;

    /// <summary>Disposes something when the test ends; the last first.</summary>
    protected T Keep<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>A closed connection of the fixture's source.</summary>
    protected DbConnection NewConnection() => Keep(Source.CreateConnection());

    /// <summary>Another open connection.</summary>
    protected async Task<DbConnection> OpenAnotherAsync() => Keep(await Source.OpenConnectionAsync());

    /// <summary>A command of the test's connection.</summary>
    protected DbCommand Command(string text, params (string Name, object? Value)[] parameters) => Command(Connection, text, parameters);

    /// <summary>A command of a connection.</summary>
    protected DbCommand Command(DbConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = Keep(connection.CreateCommand());
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.Add(Parameter(name, value));
        return command;
    }

    /// <summary>A parameter of the provider.</summary>
    protected static DbParameter Parameter(string name, object? value)
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.ParameterName = name;
        parameter.Value = value;
        return parameter;
    }

    /// <summary>A reader, on its first row where there is one.</summary>
    protected async Task<DbDataReader> ReadAsync(string text)
    {
        var reader = Keep(await Command(text).ExecuteReaderAsync());
        await reader.ReadAsync();
        return reader;
    }

    /// <summary>Runs a text.</summary>
    protected Task<int> RunAsync(string text) => Command(text).ExecuteNonQueryAsync();

    /// <summary>The first cell as a number, asked for on a connection of its own.</summary>
    protected async Task<long> AskAsync(string text)
    {
        await using var connection = await Source.OpenConnectionAsync();
        return Convert.ToInt64(await Command(connection, text).ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>A new empty table in the fixture's schema.</summary>
    protected async Task<string> TableAsync(string columns)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{++_tables}");
        await Server.AdminAsync($"CREATE TABLE {Schema}.{name} ({columns})");
        return name;
    }

    /// <summary>What happened before must not have harmed the connection.</summary>
    protected static async Task AssertUsableAsync(DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 42";
        Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture), Is.EqualTo(42), "the connection is still usable");
    }
}
