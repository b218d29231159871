using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.AdoNet.Tests;

/// <summary>A connection of a <see cref="WatchedFactory"/>.</summary>
internal sealed class WatchedConnection(WatchedFactory factory, DbConnection inner) : DbConnection
{
    private int _running;
    private bool _isOpen;

    /// <summary>The connection that does the work.</summary>
    public DbConnection Inner => inner;

    public WatchedFactory Factory => factory;

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public override bool CanCreateBatch => inner.CanCreateBatch;

    protected override DbProviderFactory DbProviderFactory => factory;

    public override void Open()
    {
        inner.Open();
        _isOpen = true;
        factory.NoteOpened();
    }

    public override void Close()
    {
        inner.Close();
        if (!_isOpen)
            return;
        _isOpen = false;
        factory.NoteClosed();
    }

    public override void ChangeDatabase(string databaseName)
    {
        using (Run())
            inner.ChangeDatabase(databaseName);
    }

    /// <summary>From here on until it is disposed nothing else may run on the connection.</summary>
    public IDisposable Run()
    {
        if (Interlocked.Increment(ref _running) == 1)
            return new Running(this);
        Interlocked.Decrement(ref _running);
        factory.NoteOverlap();
        throw new InvalidOperationException("Something runs on this connection already.");
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException("Links begin transactions by their text.");

    protected override DbCommand CreateDbCommand() => new WatchedCommand(this, inner.CreateCommand());

    protected override DbBatch CreateDbBatch() => new WatchedBatch(this, inner.CreateBatch());

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void EndRun() => Interlocked.Decrement(ref _running);

    private sealed class Running(WatchedConnection connection) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                connection.EndRun();
        }
    }
}
