using System.Security.Cryptography;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Answers the server's authentication plugins for one login, as far as <see cref="PluginRules"/> let it. The password leaves in clear text only over channels that nobody can
/// listen to, and under a public key only where the key is the user's, or was asked for and may be.
/// </summary>
/// <param name="options">User and password, and what is allowed.</param>
/// <param name="endpoint">Where the link leads, for messages.</param>
/// <param name="isLocal">Whether the server is on this machine.</param>
internal sealed class Authenticator(MySqlTransportOptions options, string endpoint, bool isLocal)
{
    private readonly PluginRules _rules = new(options.AllowedAuthPlugins);

    // Only then the plugin's data is a key: a stranger who sends his own unasked gets nothing.
    private bool _awaitsKey;

    /// <summary>What is known of the connection.</summary>
    public ChannelTrust Channel { get; set; }

    /// <summary>The server's certificate; null without TLS.</summary>
    public CertificateCheck? Certificate { get; set; }

    /// <summary>The plugin to begin with.</summary>
    /// <param name="offered">The server's default.</param>
    public string First(string offered) => Channel == ChannelTrust.Unproven ? AuthenticationPlugins.NativePassword : _rules.First(offered);

    /// <summary>The login is over: a server whose certificate nobody vouches for must have proven that it is its own.</summary>
    /// <param name="plugin">The plugin that decided.</param>
    /// <param name="nonce">Its nonce.</param>
    /// <param name="message">The message of the OK packet.</param>
    public void CheckEnd(string plugin, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message)
    {
        if (Channel != ChannelTrust.Unproven)
            return;
        if (plugin != AuthenticationPlugins.NativePassword
            || !CertificateProof.Verify(message, NativePassword.StoredHash(options.Password), nonce, Certificate!.Hash))
        {
            throw TlsUpgrade.Unaccepted(Certificate!, endpoint, "Nor did the server prove with the user's password that the certificate is its own.");
        }
    }

    /// <summary>The answer to the plugin's nonce.</summary>
    public byte[] FirstResponse(string plugin, ReadOnlySpan<byte> nonce)
    {
        _awaitsKey = false;
        if (PluginRules.Knows(plugin) && !_rules.Allows(plugin))
        {
            throw Refused(
                $"The server at {endpoint} asks user '{options.UserId}' for the authentication plugin '{plugin}', which Allowed Auth Plugins does not allow (it allows {_rules.Allowed}). It got no answer.");
        }

        if (Channel == ChannelTrust.Unproven && plugin != AuthenticationPlugins.NativePassword)
            throw TlsUpgrade.Unaccepted(Certificate!, endpoint, $"It could be proven with the user's password, but the server asks for '{plugin}', which cannot do that here.");
        switch (plugin)
        {
            case AuthenticationPlugins.NativePassword:
                return NativePassword.Scramble(options.Password, nonce);

            case AuthenticationPlugins.CachingSha2Password:
                return CachingSha2Password.Scramble(options.Password, nonce);

            case AuthenticationPlugins.Sha256Password:
                return options.Password.Length == 0 ? [Sha256Password.NoPassword] : WholePassword(nonce, Sha256Password.RequestPublicKey, inClear: Certificate is not null);

            case AuthenticationPlugins.ClearPassword:
                if (!_rules.AllowsClearText(Channel))
                {
                    throw Refused(
                        $"The server at {endpoint} asks for the password in clear text (mysql_clear_password), which is only sent over TLS with a checked certificate, or a Unix socket. Use SslMode=VerifyFull or Server Certificate Thumbprint. Allowed Auth Plugins={AuthenticationPlugins.ClearPassword} sends it over TLS to whoever answers.");
                }

                return ClearPassword.Encode(options.Password);

            default:
                throw Refused(
                    $"The server asks user '{options.UserId}' for the authentication plugin '{plugin}', which is not supported.{Advice(plugin)} Supported are {AuthenticationPlugins.CachingSha2Password}, {AuthenticationPlugins.NativePassword}, {AuthenticationPlugins.Sha256Password} and {AuthenticationPlugins.ClearPassword}.");
        }
    }

    /// <summary>The answer to more data of the plugin; null where none is due.</summary>
    public byte[]? NextResponse(string plugin, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data)
    {
        if (_awaitsKey)
        {
            _awaitsKey = false;
            return Encrypt(nonce, Encoding.ASCII.GetString(data));
        }

        if (plugin == AuthenticationPlugins.CachingSha2Password)
        {
            switch (data)
            {
                case [LoginPackets.FastAuthSuccess]:
                    return null;

                case [LoginPackets.FullAuthRequired]:
                    return WholePassword(nonce, LoginPackets.RequestPublicKey, inClear: Channel != ChannelTrust.Open);
            }
        }

        throw new ProtocolException($"The plugin '{plugin}' sent data that was not asked for.");
    }

    // The password itself, protected by the channel or by the server's key; or the message that asks for that key. Servers expect it in
    // clear inside TLS; those of caching_sha2_password on a Unix socket, too, those of sha256_password not.
    private byte[] WholePassword(ReadOnlySpan<byte> nonce, byte keyRequest, bool inClear)
    {
        if (inClear)
            return ClearPassword.Encode(options.Password);
        if (options.ServerRsaPublicKeyFile.Length > 0)
            return Encrypt(nonce, ReadKey(options.ServerRsaPublicKeyFile));
        if (!options.AllowPublicKeyRetrieval && !isLocal)
        {
            throw Refused(
                "Without TLS the password can only be sent under the server's RSA key. Use SslMode=Required, set Server RSA Public Key File, or Allow Public Key Retrieval=true (which trusts whoever answers).");
        }

        _awaitsKey = true;
        return [keyRequest];
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

    private string Advice(string plugin) => plugin is AuthenticationPlugins.Ed25519 or AuthenticationPlugins.Parsec
        ? $" It rests on Ed25519, which .NET does not have. Give the user another plugin: ALTER USER '{options.UserId}'@'…' IDENTIFIED VIA {AuthenticationPlugins.NativePassword} USING PASSWORD('…')."
        : "";

    private static LinkException Refused(string message) => new(LinkFailureKind.LoginRefused, Delivery.NotSent, message);
}
