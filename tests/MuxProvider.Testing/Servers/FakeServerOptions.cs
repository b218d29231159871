using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>What a <see cref="FakeServer"/> is like. Immutable; start from <see cref="MariaDb"/> or <see cref="MySql"/>.</summary>
public sealed record FakeServerOptions
{
    public const string NativePassword = "mysql_native_password";
    public const string CachingSha2Password = "caching_sha2_password";
    public const string Sha256Password = "sha256_password";
    public const string ClearPassword = "mysql_clear_password";

    private const CapabilityFlags Common =
        CapabilityFlags.FoundRows | CapabilityFlags.LongFlag | CapabilityFlags.ConnectWithDb |
        CapabilityFlags.LocalFiles | CapabilityFlags.IgnoreSpace | CapabilityFlags.Protocol41 | CapabilityFlags.Interactive |
        CapabilityFlags.Transactions | CapabilityFlags.SecureConnection | CapabilityFlags.MultiStatements |
        CapabilityFlags.MultiResults | CapabilityFlags.PreparedMultiResults | CapabilityFlags.PluginAuth |
        CapabilityFlags.ConnectAttributes | CapabilityFlags.PluginAuthLengthEncodedData |
        CapabilityFlags.CanHandleExpiredPasswords | CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof;

    private static readonly Dictionary<string, string> s_common = new(StringComparer.OrdinalIgnoreCase)
    {
        ["autocommit"] = "1",
        ["character_set_client"] = "utf8mb4",
        ["character_set_connection"] = "utf8mb4",
        ["character_set_results"] = "utf8mb4",
        ["collation_connection"] = "utf8mb4_general_ci",
        ["group_concat_max_len"] = "1024",
        ["innodb_read_only"] = "0",
        ["interactive_timeout"] = "28800",
        ["last_insert_id"] = "0",
        ["lower_case_table_names"] = "0",
        ["max_connections"] = "151",
        ["net_read_timeout"] = "30",
        ["net_write_timeout"] = "60",
        ["read_only"] = "0",
        ["session_track_schema"] = "1",
        ["session_track_state_change"] = "0",
        ["session_track_system_variables"] = "autocommit,character_set_client,character_set_connection,character_set_results,time_zone",
        ["session_track_transaction_info"] = "OFF",
        ["system_time_zone"] = "UTC",
        ["time_zone"] = "SYSTEM",
        ["transaction_isolation"] = "REPEATABLE-READ",
        ["tx_isolation"] = "REPEATABLE-READ",
        ["wait_timeout"] = "28800",
    };

    /// <summary>A MariaDB 10.11: mysql_native_password, no TLS, one user <c>mux</c> with the password <c>secret</c>.</summary>
    public static FakeServerOptions MariaDb { get; } = new()
    {
        Version = "5.5.5-10.11.19-MariaDB-fake",
        DefaultPlugin = NativePassword,
        Capabilities = Common,
        Variables = new Dictionary<string, string>(s_common, StringComparer.OrdinalIgnoreCase)
        {
            ["version"] = "10.11.19-MariaDB-fake",
            ["sql_mode"] = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
            ["max_allowed_packet"] = "16777216",
            ["hostname"] = "fake",
            ["port"] = "3306",
            ["server_id"] = "1",
        },
    };

    /// <summary>A MySQL 9.7: caching_sha2_password, no TLS, one user <c>mux</c> with the password <c>secret</c>.</summary>
    public static FakeServerOptions MySql { get; } = new()
    {
        Version = "9.7.4",
        DefaultPlugin = CachingSha2Password,
        Capabilities = Common | CapabilityFlags.LongPassword,
        Variables = new Dictionary<string, string>(s_common, StringComparer.OrdinalIgnoreCase)
        {
            ["version"] = "9.7.4",
            ["sql_mode"] = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
            ["max_allowed_packet"] = "67108864",
            ["hostname"] = "fake",
            ["port"] = "3306",
            ["server_id"] = "1",
        },
    };

    /// <summary>The greeting's version text.</summary>
    public required string Version { get; init; }

    /// <summary>The greeting's plugin, and that of users without one of their own.</summary>
    public required string DefaultPlugin { get; init; }

    /// <summary>What the greeting offers. TLS is added where there are certificates.</summary>
    public required CapabilityFlags Capabilities { get; init; }

    /// <summary>The global values of the system variables; every session starts with them.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public IReadOnlyList<FakeUser> Users { get; init; } = [new("mux", "secret")];

    /// <summary>The schemas that exist.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = ["test", "other", "third"];

    /// <summary>The certificates for TLS; null for a server without TLS.</summary>
    public FakeCertificates? Certificates { get; init; }

    /// <summary>What logins inside TLS end with.</summary>
    public FakeProof Proof { get; init; }

    /// <summary>Whether logins without TLS are refused (ERR 3159).</summary>
    public bool RequiresTls { get; init; }

    /// <summary>Whether clients must show a certificate of the authority.</summary>
    public bool RequiresClientCertificate { get; init; }

    /// <summary>Whether to listen on a Unix socket instead of TCP.</summary>
    public bool UsesUnixSocket { get; init; }

    /// <summary>
    /// Whether commands are read while others run, so that all that was sent is logged. Real servers do not: they read the
    /// next command when the last one is answered, and a client that does not read its answers blocks in its own writes.
    /// </summary>
    public bool ReadsEagerly { get; init; } = true;

    /// <summary>The sockets' buffers in bytes, so that writes block early; null for the system's.</summary>
    public int? SocketBufferSize { get; init; }

    /// <summary>The same with other values of some system variables.</summary>
    public FakeServerOptions WithVariables(params (string Name, string Value)[] values)
    {
        var variables = new Dictionary<string, string>(Variables, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in values)
            variables[name] = value;
        return this with { Variables = variables };
    }

    /// <summary>The same with TLS on the shared certificates.</summary>
    public FakeServerOptions WithTls() => this with { Certificates = FakeCertificates.Shared };

    /// <summary>The same without some capabilities.</summary>
    public FakeServerOptions Without(CapabilityFlags capabilities) => this with { Capabilities = Capabilities & ~capabilities };
}
