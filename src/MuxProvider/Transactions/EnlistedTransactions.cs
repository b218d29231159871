using System.Transactions;

namespace MuxProvider;

/// <summary>
/// The System.Transactions transactions of this process in which a connection takes part: at most one each. Any thread may use it.
/// </summary>
internal static class EnlistedTransactions
{
    // Guards the entries.
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<Transaction, EnlistedTransaction> s_active = [];

    /// <summary>The part that some connection has in a transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <returns>The part; null where there is none.</returns>
    public static EnlistedTransaction? Find(Transaction transaction)
    {
        lock (s_gate)
            return s_active.GetValueOrDefault(transaction);
    }

    /// <summary>Remembers a part.</summary>
    /// <param name="part">The part.</param>
    /// <returns>False where another connection has one.</returns>
    public static bool TryAdd(EnlistedTransaction part)
    {
        lock (s_gate)
            return s_active.TryAdd(part.Transaction, part);
    }

    /// <summary>Forgets a part.</summary>
    /// <param name="part">The part.</param>
    public static void Remove(EnlistedTransaction part)
    {
        lock (s_gate)
        {
            if (s_active.TryGetValue(part.Transaction, out var found) && found == part)
                s_active.Remove(part.Transaction);
        }
    }
}
