using System.Collections.Frozen;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The session variables that are treated in their own way: above all the allow-list of those that travel with a handle. What is
/// not listed pins.
/// </summary>
internal static class KnownSettings
{
    private static readonly FrozenDictionary<string, SettingKind> s_kinds = Build();

    // They count for the one statement, so that they need not travel to be harmless there.
    private static readonly FrozenSet<string> s_statementOnly =
        new[] { "identity", "insert_id", "last_insert_id", "sql_log_bin", "timestamp" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How an assignment to a variable is treated.</summary>
    /// <param name="name">The variable in lower case, aliases resolved.</param>
    public static SettingKind Kind(string name)
    {
        if (s_kinds.TryGetValue(name, out var kind))
            return kind;
        return name.StartsWith("session_track_", StringComparison.Ordinal) ? SettingKind.Multiplexers : SettingKind.Pins;
    }

    /// <summary>The name that a variable has in settings.</summary>
    /// <param name="name">The variable in lower case.</param>
    /// <returns>The name itself, or the one that it is an alias of.</returns>
    public static string Resolve(string name) => name switch
    {
        "tx_isolation" => "transaction_isolation",
        "tx_read_only" => "transaction_read_only",
        "tmp_memory_table_size" => "tmp_table_size",
        _ => name,
    };

    /// <summary>Whether a variable travels with its handle, as far as its name tells.</summary>
    /// <param name="name">The variable in lower case.</param>
    public static bool Travels(string name) => Kind(Resolve(name))
        is SettingKind.Travels or SettingKind.TravelsWhole or SettingKind.TravelsWhenOff or SettingKind.TravelsWhenLong
        or SettingKind.Collation or SettingKind.Isolation or SettingKind.ReadOnly;

    /// <summary>Whether a variable may be set for one statement (<c>SET STATEMENT</c>) without leaving anything.</summary>
    /// <param name="name">The variable in lower case.</param>
    public static bool MaySetForStatement(string name) => Travels(name) || s_statementOnly.Contains(name);

    private static FrozenDictionary<string, SettingKind> Build()
    {
        var kinds = new Dictionary<string, SettingKind>(StringComparer.Ordinal);

        void Add(SettingKind kind, string names)
        {
            foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                kinds.Add(name, kind);
        }

        Add(SettingKind.Travels, """
            auto_increment_increment auto_increment_offset block_encryption_mode cte_max_recursion_depth default_storage_engine
            default_week_format div_precision_increment foreign_key_checks group_concat_max_len innodb_lock_wait_timeout
            join_buffer_size lc_messages lc_time_names lock_wait_timeout max_execution_time max_sort_length max_statement_time
            sort_buffer_size sql_big_selects sql_mode sql_safe_updates sql_select_limit time_zone tmp_table_size unique_checks
            wsrep_osu_method wsrep_sync_wait
            """);
        Add(SettingKind.TravelsWhole, "optimizer_switch");
        Add(SettingKind.TravelsWhenOff, "sql_auto_is_null");
        Add(SettingKind.TravelsWhenLong, "net_read_timeout net_write_timeout");
        Add(SettingKind.Collation, "collation_connection");
        Add(SettingKind.CharacterSet, "character_set_client character_set_results");
        Add(SettingKind.ConnectionCharacterSet, "character_set_connection");
        Add(SettingKind.Isolation, "transaction_isolation");
        Add(SettingKind.ReadOnly, "transaction_read_only");
        Add(SettingKind.AutoCommit, "autocommit");
        Add(SettingKind.GeneratedId, "identity last_insert_id");
        Add(SettingKind.CompletionType, "completion_type");
        Add(SettingKind.LinkOwned, "interactive_timeout wait_timeout");
        Add(SettingKind.PacketLimit, "max_allowed_packet");
        return kinds.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
