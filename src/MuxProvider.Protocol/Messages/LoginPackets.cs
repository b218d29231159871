namespace MuxProvider.Protocol;

/// <summary>
/// Packets of the
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html">connection phase</see>
/// that are a byte or two.
/// </summary>
public static class LoginPackets
{
    /// <summary>First byte of a packet with more data of the authentication plugin (Protocol::AuthMoreData).</summary>
    public const byte AuthMoreDataHeader = 0x01;

    /// <summary>caching_sha2_password: the server knows the password already.</summary>
    public const byte FastAuthSuccess = 0x03;

    /// <summary>caching_sha2_password: the server wants the whole password.</summary>
    public const byte FullAuthRequired = 0x04;

    /// <summary>caching_sha2_password: the client asks for the server's RSA key.</summary>
    public const byte RequestPublicKey = 0x02;
}
