namespace MuxProvider.ClusterTests;

/// <summary>A fixture for one kind of cluster, with a schema of its own. Each test finds all nodes up, and has links of its own.</summary>
[NonParallelizable]
internal abstract class ClusterFixture(string kind)
{
    private readonly List<IDisposable> _disposables = [];
    private int _tables;

    /// <summary>The fixture's schema.</summary>
    protected string Schema { get; private set; } = "";

    [OneTimeSetUp]
    public async Task CreateSchema()
    {
        if (Server.Kind != kind)
            Assert.Ignore($"only a cluster of the kind {kind} has this, not {Server.Kind}");
        await RestoreAsync();
        Schema = Server.NewName("mux_test_" + GetType().Name.ToLowerInvariant());
        await Cluster.SqlAsync(1, $"CREATE DATABASE {Schema} CHARACTER SET utf8mb4");
    }

    [SetUp]
    public Task Restore() => RestoreAsync();

    [TearDown]
    public void DisposeAll()
    {
        for (var i = _disposables.Count - 1; i >= 0; i--)
            _disposables[i].Dispose();
        _disposables.Clear();
    }

    /// <summary>Makes the cluster what it was in the beginning, whatever a test did to it.</summary>
    protected abstract Task RestoreAsync();

    /// <summary>Links to all nodes, with the fixture's schema.</summary>
    protected MuxDataSource NewSource(string options = "") => Keep(MuxDataSource.Create(Cluster.Options($"Database={Schema};{options}")));

    /// <summary>A new table, made on node 1, in which a <see cref="Workload"/> can write.</summary>
    protected async Task<string> WorkTableAsync()
    {
        var name = $"t{++_tables}";
        await Cluster.SqlAsync(1, $"CREATE TABLE {Schema}.{name} (handle INT, n INT, word VARCHAR(40) NOT NULL, PRIMARY KEY (handle, n))");
        return name;
    }

    /// <summary>The rows of a work table, asked from one node.</summary>
    protected async Task<HashSet<(int Handle, int N)>> RowsAsync(int node, string table)
    {
        var wrong = await Cluster.SqlAsync(node, $"SELECT COUNT(*) FROM {Schema}.{table} WHERE word <> CONCAT(handle, '/', n)");
        Assert.That(wrong, Is.EqualTo("0"), "a row holds what its handle wrote");
        var text = await Cluster.SqlAsync(node, $"SELECT handle, n FROM {Schema}.{table}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('\t')).Select(row => (int.Parse(row[0]), int.Parse(row[1])))];
    }

    /// <summary>Disposes something when the test ends; the last first.</summary>
    protected T Keep<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }
}
