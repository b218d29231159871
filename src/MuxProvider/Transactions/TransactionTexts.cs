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
    /// What SET TRANSACTION says of a transaction. The isolation level is that of this transaction only, not of the session, and always
    /// said: the session's own may have been changed.
    /// </summary>
    /// <param name="isolationLevel">The isolation level.</param>
    /// <returns>What stands behind SET TRANSACTION.</returns>
    /// <exception cref="NotSupportedException">The server has no such isolation level.</exception>
    public static string Characteristics(IsolationLevel isolationLevel) => isolationLevel switch
    {
        // Only under REPEATABLE READ does the server take a snapshot.
        IsolationLevel.Unspecified or IsolationLevel.RepeatableRead or IsolationLevel.Snapshot => "ISOLATION LEVEL REPEATABLE READ",
        IsolationLevel.ReadUncommitted => "ISOLATION LEVEL READ UNCOMMITTED",
        IsolationLevel.ReadCommitted => "ISOLATION LEVEL READ COMMITTED",
        IsolationLevel.Serializable => "ISOLATION LEVEL SERIALIZABLE",
        _ => throw new NotSupportedException($"MySQL and MariaDB have no isolation level {isolationLevel}."),
    };

    /// <summary>Begins a transaction.</summary>
    /// <param name="isolationLevel">The isolation level.</param>
    /// <param name="isReadOnly">Whether it only reads; null for the server's default.</param>
    /// <returns>One statement.</returns>
    public static string Start(IsolationLevel isolationLevel, bool? isReadOnly) => (isolationLevel == IsolationLevel.Snapshot, isReadOnly) switch
    {
        (false, null) => "START TRANSACTION",
        (false, true) => "START TRANSACTION READ ONLY",
        (false, false) => "START TRANSACTION READ WRITE",
        (true, null) => "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        (true, true) => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        (true, false) => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE",
    };

    /// <summary>The same in one text.</summary>
    /// <param name="characteristics">What SET TRANSACTION says.</param>
    /// <param name="start">What begins the transaction.</param>
    /// <param name="endsAnother">
    /// Whether autocommit is off, so that another transaction may be open: the begin commits it, but SET TRANSACTION is refused before that.
    /// </param>
    /// <returns>Two statements, or three.</returns>
    public static string AtOnce(string characteristics, string start, bool endsAnother) =>
        endsAnother ? $"COMMIT;SET TRANSACTION {characteristics};{start}" : $"SET TRANSACTION {characteristics};{start}";

    /// <summary>Marks a place to come back to.</summary>
    public static string Save(string name) => "SAVEPOINT " + Quote(name);

    /// <summary>Goes back to a marked place.</summary>
    public static string RollbackTo(string name) => "ROLLBACK TO SAVEPOINT " + Quote(name);

    /// <summary>Forgets a marked place.</summary>
    public static string Release(string name) => "RELEASE SAVEPOINT " + Quote(name);

    private static string Quote(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A savepoint needs a name.", nameof(name));
        return $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";
    }
}
