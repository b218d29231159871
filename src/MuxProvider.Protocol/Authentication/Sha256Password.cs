namespace MuxProvider.Protocol;

/// <summary>
/// <see href="https://dev.mysql.com/doc/refman/8.4/en/sha256-pluggable-authentication.html">sha256_password</see>: there is no proof
/// of the password, only the password itself: in clear inside TLS (<see cref="ClearPassword"/>), else, also on a Unix socket,
/// encrypted with the server's public key (<see cref="CachingSha2Password.EncryptPassword"/>, which it has in common with its successor).
/// </summary>
public static class Sha256Password
{
    /// <summary>The client's message that asks for the server's public key. The server answers with more data: the key in PEM.</summary>
    public const byte RequestPublicKey = 0x01;

    /// <summary>The client's message where there is no password.</summary>
    public const byte NoPassword = 0x00;
}
