using System.Security.Cryptography;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>Answers the server's authentication plugins. The password leaves in clear text on secure transports only.</summary>
/// <param name="options">User and password, and what is allowed.</param>
/// <param name="endpoint">Where the link leads, for messages.</param>
/// <param name="isLocal">Whether the server is on this machine.</param>
internal sealed class Authenticator(MySqlTransportOptions options, string endpoint, bool isLocal)
{
    /// <summary>Whether nobody can listen: TLS, or a Unix socket.</summary>
    public bool IsSecure { get; set; }

    /// <summary>Whether a plugin can be answered.</summary>
    public static bool Knows(string plugin) => plugin is AuthenticationPlugins.NativePassword
        or AuthenticationPlugins.CachingSha2Password or AuthenticationPlugins.ClearPassword;

    /// <summary>The answer to the plugin's nonce.</summary>
    public byte[] FirstResponse(string plugin, ReadOnlySpan<byte> nonce)
    {
        switch (plugin)
        {
            case AuthenticationPlugins.NativePassword:
                return NativePassword.Scramble(options.Password, nonce);

            case AuthenticationPlugins.CachingSha2Password:
                return CachingSha2Password.Scramble(options.Password, nonce);

            case AuthenticationPlugins.ClearPassword:
                if (!IsSecure)
                {
                    throw Refused(
                        "The server asks for the password in clear text (mysql_clear_password), which is only sent over TLS or a Unix socket. Use SslMode=VerifyFull.");
                }

                return ClearPassword.Encode(options.Password);

            default:
                throw Refused(
                    $"The server asks user '{options.UserId}' for the authentication plugin '{plugin}', which is not supported. Supported are {AuthenticationPlugins.CachingSha2Password}, {AuthenticationPlugins.NativePassword} and {AuthenticationPlugins.ClearPassword}.");
        }
    }

    /// <summary>The answer to more data of the plugin; null where none is due.</summary>
    public byte[]? NextResponse(string plugin, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data)
    {
        if (plugin != AuthenticationPlugins.CachingSha2Password || data.IsEmpty)
            throw new ProtocolException($"The plugin '{plugin}' sent data that is not expected.");
        switch (data[0])
        {
            case LoginPackets.FastAuthSuccess when data.Length == 1:
                return null;

            case LoginPackets.FullAuthRequired when data.Length == 1:
                if (IsSecure)
                    return ClearPassword.Encode(options.Password);
                if (options.ServerRsaPublicKeyFile.Length > 0)
                    return Encrypt(nonce, ReadKey(options.ServerRsaPublicKeyFile));
                if (options.AllowPublicKeyRetrieval || isLocal)
                    return [LoginPackets.RequestPublicKey];
                throw Refused(
                    "Without TLS the password can only be sent under the server's RSA key. Use SslMode=Required, set Server RSA Public Key File, or Allow Public Key Retrieval=true (which trusts whoever answers).");

            default:
                return Encrypt(nonce, Encoding.ASCII.GetString(data));
        }
    }

    private byte[] Encrypt(ReadOnlySpan<byte> nonce, string publicKeyPem)
    {
        try
        {
            return CachingSha2Password.EncryptPassword(options.Password, nonce, publicKeyPem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new LinkException(
                LinkFailureKind.LoginRefused, Delivery.NotSent, $"The RSA public key of the server at {endpoint} cannot be used: {e.Message}", innerException: e);
        }
    }

    private static string ReadKey(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LinkException(
                LinkFailureKind.LoginRefused, Delivery.NotSent, $"Server RSA Public Key File '{path}' cannot be used: {e.Message}", innerException: e);
        }
    }

    private static LinkException Refused(string message) => new(LinkFailureKind.LoginRefused, Delivery.NotSent, message);
}
