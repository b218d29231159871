using System.Data;

namespace MuxProvider;

/// <summary>The SQL of transactions.</summary>
internal static class TransactionTexts
{
    /// <summary>Ends a transaction and keeps what it did.</summary>
    public const string Commit = "COMMIT";

    /// <summary>Ends a transaction and undoes what it did.</summary>
    public const string Rollback = "ROLLBACK";

    /// <summary>
    /// Begins a transaction. The isolation level is that of this transaction only, not of the session, and always said: the
    /// session's own may have been changed.
    /// </summary>
    /// <param name="isolationLevel">The isolation level.</param>
    /// <param name="isReadOnly">Whether it only reads; null for the server's default.</param>
    /// <returns>Two statements in one text.</returns>
    /// <exception cref="NotSupportedException">The server has no such isolation level.</exception>
    public static string Begin(IsolationLevel isolationLevel, bool? isReadOnly) => (isolationLevel, isReadOnly) switch
    {
        (IsolationLevel.Unspecified or IsolationLevel.RepeatableRead, null) => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;START TRANSACTION",
        (IsolationLevel.ReadCommitted, null) => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;START TRANSACTION",
        _ => Compose(isolationLevel, isReadOnly),
    };

    /// <summary>Marks a place to come back to.</summary>
    public static string Save(string name) => "SAVEPOINT " + Quote(name);

    /// <summary>Goes back to a marked place.</summary>
    public static string RollbackTo(string name) => "ROLLBACK TO SAVEPOINT " + Quote(name);

    /// <summary>Forgets a marked place.</summary>
    public static string Release(string name) => "RELEASE SAVEPOINT " + Quote(name);

    private static string Compose(IsolationLevel isolationLevel, bool? isReadOnly)
    {
        var (level, snapshot) = isolationLevel switch
        {
            IsolationLevel.Unspecified or IsolationLevel.RepeatableRead => ("REPEATABLE READ", ""),
            IsolationLevel.ReadUncommitted => ("READ UNCOMMITTED", ""),
            IsolationLevel.ReadCommitted => ("READ COMMITTED", ""),
            IsolationLevel.Serializable => ("SERIALIZABLE", ""),

            // Only under this level does the server take the snapshot.
            IsolationLevel.Snapshot => ("REPEATABLE READ", " WITH CONSISTENT SNAPSHOT"),
            _ => throw new NotSupportedException($"MySQL and MariaDB have no isolation level {isolationLevel}."),
        };
        var access = isReadOnly switch { null => "", true => " READ ONLY", false => " READ WRITE" };
        return $"SET TRANSACTION ISOLATION LEVEL {level};START TRANSACTION{snapshot}{(snapshot.Length > 0 && access.Length > 0 ? "," : "")}{access}";
    }

    private static string Quote(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A savepoint needs a name.", nameof(name));
        return $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";
    }
}
