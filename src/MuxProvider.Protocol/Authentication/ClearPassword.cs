using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// The password itself, as
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_clear_text_password.html">mysql_clear_password</see>
/// and the full authentication of the SHA-256 plugins send it. Only for a channel that nobody can listen to: TLS with a
/// checked certificate, or a Unix socket.
/// </summary>
public static class ClearPassword
{
    /// <summary>Encodes the response.</summary>
    /// <param name="password">The password; may be empty.</param>
    /// <returns>The password in UTF-8 and a NUL byte.</returns>
    public static byte[] Encode(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var bytes = new byte[Encoding.UTF8.GetByteCount(password) + 1];
        Encoding.UTF8.GetBytes(password, bytes);
        return bytes;
    }
}
