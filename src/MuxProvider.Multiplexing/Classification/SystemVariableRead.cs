using System.Collections.Frozen;

namespace MuxProvider.Multiplexing;

/// <summary>Judges the reading of a system variable by the way it is written.</summary>
internal static class SystemVariableRead
{
    // Variables that have no session value, or one that no statement can change.
    private static readonly FrozenSet<string> s_shared = new[]
    {
        "basedir", "character_set_system", "character_sets_dir", "datadir", "have_openssl", "have_ssl", "hostname",
        "innodb_page_size", "innodb_read_only", "innodb_version", "license", "log_bin", "lower_case_file_system",
        "lower_case_table_names", "max_allowed_packet", "max_connections", "performance_schema", "port", "protocol_version",
        "read_only", "secure_file_priv", "server_uuid", "socket", "super_read_only", "system_time_zone", "version",
        "version_comment", "version_compile_machine", "version_compile_os", "version_compile_zlib", "version_malloc_library",
        "version_source_revision", "version_ssl_library",

        // Every link has the same value, and who changes it is pinned.
        "autocommit", "character_set_client", "character_set_connection", "character_set_results", "character_set_server",
        "collation_server", "interactive_timeout", "wait_timeout",

        // They follow the default schema, which travels.
        "character_set_database", "collation_database",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Notes what a statement learns or touches by naming a system variable.</summary>
    /// <param name="written">The variable with its two <c>@</c>.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Judge(ReadOnlySpan<char> written, ref StatementVerdict verdict)
    {
        var (scope, name) = SystemVariableName.Read(written);
        if (scope == VariableScope.Server)
            return;
        switch (name)
        {
            case "identity" or "last_insert_id":
                verdict.Read(SessionRegisters.GeneratedId);
                break;
            case "warning_count" or "error_count":
                verdict.Read(SessionRegisters.Diagnostics);
                break;
            default:
                if (!s_shared.Contains(name) && !KnownSettings.Travels(name))
                    verdict.Pin(PinReasons.SessionVariable);
                break;
        }
    }
}
