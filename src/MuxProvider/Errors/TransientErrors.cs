namespace MuxProvider;

/// <summary>
/// Which errors of servers may well not come again when the same is tried once more. Pure. The numbers are those of
/// https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html and https://mariadb.com/kb/en/mariadb-error-code-reference/.
/// </summary>
internal static class TransientErrors
{
    /// <summary>Whether it is such an error.</summary>
    /// <param name="number">The error's number.</param>
    /// <param name="serverMessage">What the server said; null where it said nothing.</param>
    /// <returns>True where trying again makes sense, perhaps with the whole transaction.</returns>
    public static bool Contains(int number, string? serverMessage) => number switch
    {
        // No room, or not reachable, just now.
        1040 or 1042 or 1135 or 1203 or 1637 or 3168 => true,

        // Of the limits of a user only this one is over as soon as somebody goes.
        1226 => Says(serverMessage, "max_user_connections"),

        // The server goes away, or ended the connection.
        1053 or 1079 or 1152 or 1158 or 1159 or 1160 or 1161 or 1184 or 1927 => true,

        // It stands aside: another one takes writes, or it has lost its cluster.
        1290 => Says(serverMessage, "read-only"),
        1836 => true,
        1047 => Says(serverMessage, "WSREP"),

        // Others were in the way: locks, deadlocks, certification, rows and tables that changed under a transaction.
        1020 or 1205 or 1206 or 1213 or 1412 or 1613 or 1614 or 1615 or 3058 or 3101 or 3572 => true,

        // What the storage engine calls temporary.
        1297 => true,
        _ => false,
    };

    private static bool Says(string? message, string word) => message?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
