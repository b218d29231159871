namespace MuxProvider.Protocol;

/// <summary>
/// The names of
/// <see href="https://dev.mysql.com/doc/refman/8.4/en/authentication-plugins.html">authentication plugins</see>, as client
/// and server spell them in the handshake.
/// </summary>
public static class AuthenticationPlugins
{
    /// <summary>See <see cref="Protocol.NativePassword"/>.</summary>
    public const string NativePassword = "mysql_native_password";

    /// <summary>See <see cref="Protocol.CachingSha2Password"/>.</summary>
    public const string CachingSha2Password = "caching_sha2_password";

    /// <summary>See <see cref="Protocol.Sha256Password"/>.</summary>
    public const string Sha256Password = "sha256_password";

    /// <summary>See <see cref="Protocol.ClearPassword"/>.</summary>
    public const string ClearPassword = "mysql_clear_password";

    /// <summary>MariaDB's plugin on Ed25519. Not implemented: .NET has no Ed25519.</summary>
    public const string Ed25519 = "client_ed25519";

    /// <summary>MariaDB's plugin on Ed25519 with a derived key (11.6 and later). Not implemented, for the same reason.</summary>
    public const string Parsec = "parsec";
}
