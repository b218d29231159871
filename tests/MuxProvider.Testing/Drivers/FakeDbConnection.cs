using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Testing;

/// <summary>A connection of the <see cref="FakeDriver"/>.</summary>
/// <param name="driver">The driver.</param>
public sealed class FakeDbConnection(FakeDriver driver) : DbConnection
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionState _state;
    private int _users;

    /// <summary>The server's number of it.</summary>
    public int Thread { get; private set; }

    /// <summary>The default schema; null for none.</summary>
    public string? Schema { get; set; }

    /// <summary>What LAST_INSERT_ID() is.</summary>
    public ulong GeneratedId { get; set; }

    /// <summary>How often it was reset.</summary>
    public int Resets { get; private set; }

    /// <summary>Whether it was lost.</summary>
    public bool IsLost { get; private set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    /// <inheritdoc/>
    public override string Database => Schema ?? "";

    /// <inheritdoc/>
    public override string DataSource => "fake";

    /// <inheritdoc/>
    public override string ServerVersion => driver.Version;

    /// <inheritdoc/>
    public override ConnectionState State => _state;

    /// <inheritdoc/>
    public override bool CanCreateBatch => driver.HasBatches;

    internal FakeDriver Driver => driver;

    /// <inheritdoc/>
    public override void Open()
    {
        Thread = driver.Opened(this);
        _state = ConnectionState.Open;
    }

    /// <summary>When it is closed.</summary>
    public Task Closed => _closed.Task;

    /// <inheritdoc/>
    public override void Close()
    {
        _state = ConnectionState.Closed;
        _closed.TrySetResult();
    }

    /// <inheritdoc/>
    public override void ChangeDatabase(string databaseName)
    {
        using var use = Use();
        ThrowIfLost();
        if (!driver.Schemas.Contains(databaseName))
            throw new FakeDbException(1049, "42000", $"Unknown database '{databaseName}'");
        Schema = databaseName;
    }

    /// <summary>Resets the session, as drivers for MySQL do.</summary>
    public void ResetConnection()
    {
        using var use = Use();
        ThrowIfLost();
        if (!driver.CanReset)
            throw new NotSupportedException("This server cannot reset.");
        Resets++;
        GeneratedId = 0;
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException("Links begin transactions by text.");

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new FakeDbCommand { Connection = this };

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => new FakeDbBatch(this);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    internal void Lose()
    {
        IsLost = true;
        _state = ConnectionState.Broken;
    }

    internal void ThrowIfLost()
    {
        if (IsLost)
            throw new FakeDbException(0, "", "The connection was lost.");
    }

    /// <summary>One user at a time: a driver's connection is no more than that.</summary>
    internal Turn Use()
    {
        if (Interlocked.Increment(ref _users) > 1)
            throw new InvalidOperationException("Two use the connection at once.");
        return new Turn(this);
    }

    private void Leave() => Interlocked.Decrement(ref _users);

    internal readonly struct Turn(FakeDbConnection connection) : IDisposable
    {
        public void Dispose() => connection.Leave();
    }
}
