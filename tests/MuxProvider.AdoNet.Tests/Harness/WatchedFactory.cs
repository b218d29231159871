using System.Collections.Concurrent;
using System.Data.Common;

namespace MuxProvider.AdoNet.Tests;

/// <summary>
/// A provider around another one. It counts connections, notes what is run, fails what runs on a connection where something runs
/// already, and lets a test hold statements up. Any thread may use it.
/// </summary>
internal sealed class WatchedFactory(DbProviderFactory inner) : DbProviderFactory
{
    private int _open;
    private int _mostOpen;
    private int _opened;
    private int _overlaps;

    /// <summary>The provider that does the work.</summary>
    public DbProviderFactory Inner => inner;

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The most that were open at a time.</summary>
    public int MostOpen => Volatile.Read(ref _mostOpen);

    /// <summary>Those that were opened in all.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>How often something ran where something ran already.</summary>
    public int Overlaps => Volatile.Read(ref _overlaps);

    /// <summary>What was run, in order.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>The types of the parameters that commands ran with.</summary>
    public ConcurrentQueue<Type> ParameterTypes { get; } = new();

    /// <summary>How many commands each batch had.</summary>
    public ConcurrentQueue<int> BatchSizes { get; } = new();

    /// <summary>Called on the caller's thread before a text is run; it may block.</summary>
    public Action<string>? BeforeText { get; set; }

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new WatchedConnection(this, inner.CreateConnection()!);

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => inner.CreateConnectionStringBuilder()!;

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => inner.CreateParameter()!;

    public void NoteOpened()
    {
        Interlocked.Increment(ref _opened);
        var open = Interlocked.Increment(ref _open);
        int most;
        while (open > (most = Volatile.Read(ref _mostOpen)))
            Interlocked.CompareExchange(ref _mostOpen, open, most);
    }

    public void NoteClosed() => Interlocked.Decrement(ref _open);

    public void NoteOverlap() => Interlocked.Increment(ref _overlaps);

    public void NoteText(string text, DbParameterCollection? parameters)
    {
        Texts.Enqueue(text);
        foreach (DbParameter parameter in (System.Collections.IEnumerable?)parameters ?? Array.Empty<DbParameter>())
            ParameterTypes.Enqueue(parameter.GetType());
        BeforeText?.Invoke(text);
    }
}
