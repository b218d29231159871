using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>What needs an open connection says so, whether it was never opened, closed or disposed.</summary>
internal sealed class ClosedConnectionTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly Dictionary<string, Func<DbConnection, Task>> s_acts = new(ConnectionActs.Executing)
    {
        ["ExecuteReader(CloseConnection)"] = connection => Task.FromResult(ConnectionActs.Command(connection).ExecuteReader(CommandBehavior.CloseConnection)),
        ["BeginTransaction"] = connection => Task.FromResult(connection.BeginTransaction()),
        ["BeginTransaction(level)"] = connection => Task.FromResult(connection.BeginTransaction(IsolationLevel.Serializable)),
        ["BeginTransactionAsync"] = connection => connection.BeginTransactionAsync().AsTask(),
        ["ChangeDatabase"] = connection =>
        {
            connection.ChangeDatabase("mysql");
            return Task.CompletedTask;
        },
        ["ChangeDatabaseAsync"] = connection => connection.ChangeDatabaseAsync("mysql"),
        ["GetSchema(Tables)"] = connection => Task.FromResult(connection.GetSchema("Tables")),
        ["GetSchemaAsync(Tables)"] = connection => connection.GetSchemaAsync("Tables"),
        ["ServerVersion"] = connection => Task.FromResult(connection.ServerVersion),
    };

    private static IEnumerable<string> Acts => s_acts.Keys;

    [TestCaseSource(nameof(Acts))]
    public async Task It_needs_an_open_connection(string act)
    {
        var never = NewConnection();
        Assert.That(async () => await s_acts[act](never), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(never.State, Is.EqualTo(ConnectionState.Closed), "nothing opens it by the way");

        Connection.Close();
        Assert.That(async () => await s_acts[act](Connection), Throws.InstanceOf<InvalidOperationException>());
        await Connection.OpenAsync();
        await AssertUsableAsync(Connection);

        await Connection.DisposeAsync();
        Assert.That(async () => await s_acts[act](Connection), Throws.InstanceOf<InvalidOperationException>());
    }

    [TestCaseSource(nameof(Acts))]
    public void What_returns_a_task_faults_it_instead_of_throwing(string act)
    {
        if (!act.Contains("Async", StringComparison.Ordinal))
            return;
        var never = NewConnection();
        Task? task = null;
        Assert.That(() => { task = s_acts[act](never); }, Throws.Nothing);
        Assert.That(async () => await task!, Throws.InstanceOf<InvalidOperationException>());
    }
}
