using System.Data.Common;
using MySql.Data.MySqlClient;

namespace MuxProvider.AdoNet.Tests;

/// <summary>A fixture with a schema of its own, in which every test has a watched provider of its own, and links over it.</summary>
[TestFixture(Driver.MySqlData)]
[TestFixture(Driver.Self)]
internal abstract class AdoNetFixture(Driver driver)
{
    private readonly List<IDisposable> _disposables = [];
    private int _tables;

    /// <summary>The provider underneath.</summary>
    protected Driver Driver => driver;

    /// <summary>The fixture's schema.</summary>
    protected string Schema { get; private set; } = "";

    /// <summary>The test's provider.</summary>
    protected WatchedFactory Watched { get; private set; } = null!;

    /// <summary>The factory of the provider underneath.</summary>
    protected DbProviderFactory Factory => driver == Driver.MySqlData ? MySqlClientFactory.Instance : MuxProviderFactory.Instance;

    [OneTimeSetUp]
    public async Task CreateSchema()
    {
        Schema = Server.NewName("mux_over_" + GetType().Name.ToLowerInvariant());
        await Server.AdminAsync($"CREATE DATABASE {Schema} CHARACTER SET utf8mb4");
    }

    [OneTimeTearDown]
    public async Task DropSchema() => await Server.AdminAsync("SET SESSION lock_wait_timeout=30", $"DROP DATABASE IF EXISTS {Schema}");

    [SetUp]
    public void WatchProvider() => Watched = new WatchedFactory(Factory);

    [TearDown]
    public void DisposeAll()
    {
        for (var i = _disposables.Count - 1; i >= 0; i--)
            _disposables[i].Dispose();
        _disposables.Clear();
        Assert.That(Watched.Overlaps, Is.Zero, "statements that met on a connection");
    }

    /// <summary>Our connection string for links over the provider underneath.</summary>
    protected string Options(string options = "")
    {
        var builder = new MuxConnectionStringBuilder(Server.Options($"Database={Schema};SSL Mode=None;{options}"));

        // MySql.Data knows no application name; no other test has its factory anyway.
        if (driver == Driver.MySqlData)
            builder.Remove("Application Name");
        if (Server.IsMySql)
            builder.AllowPublicKeyRetrieval = true;
        return builder.ConnectionString;
    }

    /// <summary>Links over the watched provider, disposed with the test.</summary>
    protected MuxDataSource NewSource(string options = "", Action<MuxProviderHooks>? configure = null) =>
        Keep(new MuxDataSourceBuilder(Options(options)).UseProvider(Watched, hooks =>
        {
            // What the watched types hide.
            hooks.LastInsertedId = LastInsertedId;
            hooks.Reset = ResetAsync;
            configure?.Invoke(hooks);
        }).Build());

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
    protected async Task<string> TableAsync(string columns)
    {
        var name = $"t{++_tables}";
        await Server.AdminAsync($"CREATE TABLE {Schema}.{name} ({columns})");
        return name;
    }

    private static long LastInsertedId(DbCommand command) => ((WatchedCommand)command).Inner switch
    {
        MySqlCommand other => other.LastInsertedId,
        MuxCommand own => own.LastInsertedId,
        _ => 0,
    };

    // MySql.Data cannot.
    private static async ValueTask<bool> ResetAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (((WatchedConnection)connection).Inner is not MuxConnection own)
            return false;
        await own.ResetConnectionAsync(cancellationToken);
        return true;
    }
}
