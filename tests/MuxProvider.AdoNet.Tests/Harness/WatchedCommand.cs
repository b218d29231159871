using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.AdoNet.Tests;

/// <summary>A command of a <see cref="WatchedConnection"/>.</summary>
internal sealed class WatchedCommand(WatchedConnection connection, DbCommand inner) : DbCommand
{
    /// <summary>The command that does the work.</summary>
    public DbCommand Inner => inner;

    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        set => inner.CommandText = value;
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException();
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => inner.Cancel();

    public override int ExecuteNonQuery()
    {
        using (connection.Run())
        {
            Note();
            return inner.ExecuteNonQuery();
        }
    }

    public override object? ExecuteScalar()
    {
        using (connection.Run())
        {
            Note();
            return inner.ExecuteScalar();
        }
    }

    public override void Prepare() => inner.Prepare();

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var running = connection.Run();
        try
        {
            Note();
            return new WatchedReader(inner.ExecuteReader(behavior), running);
        }
        catch
        {
            running.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Note() => connection.Factory.NoteText(CommandText, inner.Parameters);
}
