namespace MuxProvider.ServerTests;

/// <summary>A fixture with a schema of its own, in which every test has links of its own.</summary>
internal abstract class ServerFixture
{
    private readonly List<IDisposable> _disposables = [];
    private int _tables;

    /// <summary>The fixture's schema.</summary>
    protected string Schema { get; private set; } = "";

    /// <summary>Links of the test's own, with the fixture's schema.</summary>
    protected MuxDataSource Source { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task CreateSchema()
    {
        Schema = Server.NewName("mux_test_" + GetType().Name.ToLowerInvariant());
        await Server.AdminAsync($"CREATE DATABASE {Schema} CHARACTER SET utf8mb4");
    }

    [OneTimeTearDown]
    public async Task DropSchema() => await Server.AdminAsync("SET SESSION lock_wait_timeout=30", $"DROP DATABASE IF EXISTS {Schema}");

    [SetUp]
    public void OpenSource() => Source = MuxDataSource.Create(Server.Options($"Database={Schema}"));

    /// <summary>Whether the test provokes leak alarms; otherwise one of them fails it.</summary>
    protected bool ProvokesLeakAlarms { get; set; }

    [TearDown]
    public void DisposeAll()
    {
        var alarms = _disposables.OfType<MuxDataSource>().Append(Source).Sum(source => source.GetStatistics().LeakAlarms);
        var areWelcome = ProvokesLeakAlarms;
        ProvokesLeakAlarms = false;
        for (var i = _disposables.Count - 1; i >= 0; i--)
            _disposables[i].Dispose();
        _disposables.Clear();
        Source.Dispose();
        Assert.That(areWelcome || alarms == 0, $"{alarms} statements changed a shared session without warning");
    }

    /// <summary>More links of the test's own.</summary>
    protected MuxDataSource NewSource(string options = "") => Keep(MuxDataSource.Create(Server.Options($"Database={Schema};{options}")));

    /// <summary>An open connection of <see cref="Source"/>, disposed with the test.</summary>
    protected Task<MuxConnection> OpenAsync() => OpenAsync(Source);

    /// <summary>An open connection, disposed with the test.</summary>
    protected async Task<MuxConnection> OpenAsync(MuxDataSource source) => Keep(await source.OpenConnectionAsync());

    /// <summary>Disposes something when the test ends; the last first.</summary>
    protected T Keep<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>A new table in the fixture's schema.</summary>
    /// <param name="columns">What is between its parentheses.</param>
    /// <returns>Its name.</returns>
    protected async Task<string> TableAsync(string columns)
    {
        var name = $"t{++_tables}";
        await Server.AdminAsync($"CREATE TABLE {Schema}.{name} ({columns})");
        return name;
    }
}
