using System.Security.Cryptography;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// Greeting and login of one connection of a <see cref="FakeServer"/>:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html">connection phase</see>.
/// </summary>
internal sealed class ServerLogin(FakeServer server, ServerWire wire, FakeSession session)
{
    private static readonly Lazy<RSA> s_key = new(() => RSA.Create(2048));

    /// <summary>The key under which passwords come without TLS.</summary>
    public static string PublicKeyPem => s_key.Value.ExportSubjectPublicKeyInfoPem() + "\n";

    private readonly byte[] _nonce = Nonce();
    private byte _sequence;
    private bool _wasSwitched;
    private bool _usedFullPassword;
    private bool _sentKey;

    /// <summary>Greets the client and logs it in.</summary>
    /// <returns>False where it was refused; it was told so.</returns>
    public bool Run()
    {
        var options = session.Options;
        var offered = options.Capabilities | (options.Certificates is null ? CapabilityFlags.None : CapabilityFlags.Ssl);
        var greeting = new Greeting(options.Version, (uint)session.ConnectionId, _nonce, offered, (byte)FakeColumn.TextCollation, ServerStatus.AutoCommit, options.DefaultPlugin);
        Send(greeting.Write);

        var payload = Receive();
        if (HandshakeResponse41.IsSslRequest(payload))
        {
            if (options.Certificates is null)
                return Refuse(null, "", new ErrPacket(1043, "08S01", "Bad handshake"));
            wire.StartTls(options.Certificates, options.RequiresClientCertificate);
            payload = Receive();
        }

        var response = HandshakeResponse41.Read(payload);
        session.Capabilities = response.Capabilities & offered;
        session.User = response.UserId;
        if (options.RequiresTls && !wire.IsEncrypted)
            return Refuse(response, "", new ErrPacket(3159, "HY000", "Connections using insecure transport are prohibited while --require_secure_transport=ON."));

        var user = options.Users.FirstOrDefault(user => user.Name == response.UserId) ?? new FakeUser(response.UserId, Guid.NewGuid().ToString());
        var plugin = user.Plugin ?? options.DefaultPlugin;
        var nonce = _nonce;
        var answer = response.AuthenticationResponse;
        if (response.AuthenticationPlugin != plugin || user.AlwaysSwitches)
        {
            if ((session.Capabilities & CapabilityFlags.PluginAuth) == 0)
                return Refuse(response, plugin, new ErrPacket(1251, "08004", "Client does not support authentication protocol requested by server; consider upgrading MySQL client"));
            _wasSwitched = true;
            nonce = Nonce();
            Send(new AuthSwitchRequest(plugin, nonce).Write);
            answer = Receive();
        }

        if (!IsRight(user, plugin, nonce, answer))
        {
            var withPassword = answer.Length > 0 ? "YES" : "NO";
            return Refuse(response, plugin, new ErrPacket(1045, "28000", $"Access denied for user '{user.Name}'@'localhost' (using password: {withPassword})"));
        }

        if (response.Schema is { Length: > 0 } schema)
        {
            if (!options.Schemas.Contains(schema, StringComparer.Ordinal))
                return Refuse(response, plugin, new ErrPacket(1049, "42000", $"Unknown database '{schema}'"));
            session.Schema = schema;
        }

        Log(response, plugin, null);
        var proof = wire.IsEncrypted ? Proof(user.Password, nonce) : [];
        Send(writer => Welcome(proof).Write(writer, session.Capabilities));
        return true;
    }

    private OkPacket Welcome(byte[] proof) => server.RedirectUrl is not { } place
        ? new OkPacket { Status = session.Status, Message = proof }
        : new OkPacket
        {
            Status = session.Status | ServerStatus.SessionStateChanged,
            Message = proof,
            SessionTrack = SessionTrack.Empty.Variable("autocommit", "ON").Variable("redirect_url", place()).Bytes,
        };

    private byte[] Proof(string password, byte[] nonce)
    {
        var certificate = session.Options.Certificates!.Server.RawData;
        return session.Options.Proof switch
        {
            FakeProof.Right => PasswordChecks.Proof(password, nonce, certificate),
            FakeProof.OfAnotherCertificate => PasswordChecks.Proof(password, nonce, session.Options.Certificates.Client.RawData),
            FakeProof.OfAnotherPassword => PasswordChecks.Proof(password + "?", nonce, certificate),
            FakeProof.Nonsense => "\u0001not a hash of sixty-four hexadecimal digits though it is as long"u8.ToArray(),
            _ => [],
        };
    }

    private static byte[] Nonce()
    {
        // As in real servers, no NUL and no $.
        var nonce = new byte[20];
        for (var i = 0; i < nonce.Length; i++)
            nonce[i] = (byte)RandomNumberGenerator.GetInt32(0x25, 0x7F);
        return nonce;
    }

    private bool IsRight(FakeUser user, string plugin, byte[] nonce, byte[] answer)
    {
        switch (plugin)
        {
            case FakeServerOptions.NativePassword:
                return PasswordChecks.Native(user.Password, nonce, answer);
            case FakeServerOptions.ClearPassword:
                _usedFullPassword = true;
                return PasswordChecks.Clear(user.Password, answer);
            case FakeServerOptions.CachingSha2Password:
                // In answer to a switch, no password is one NUL.
                return IsRightSha2(user, nonce, answer is [0] ? [] : answer);
            case FakeServerOptions.Sha256Password:
                if (answer is [0] or [])
                    return user.Password.Length == 0;
                _usedFullPassword = true;
                return PasswordChecks.Clear(user.Password, Reveal(answer, nonce, Protocol.Sha256Password.RequestPublicKey, inClear: wire.IsEncrypted));
            default:
                throw new InvalidOperationException($"The fake server does not know the plugin '{plugin}'.");
        }
    }

    private bool IsRightSha2(FakeUser user, byte[] nonce, byte[] answer)
    {
        if (answer.Length == 0 || user.Password.Length == 0)
            return answer.Length == 0 && user.Password.Length == 0;
        if (server.IsPasswordCached(user.Name))
        {
            if (PasswordChecks.CachingSha2(user.Password, nonce, answer))
            {
                More(LoginPackets.FastAuthSuccess);
                return true;
            }
        }

        _usedFullPassword = true;
        More(LoginPackets.FullAuthRequired);
        if (!PasswordChecks.Clear(user.Password, Reveal(Receive(), nonce, LoginPackets.RequestPublicKey, inClear: wire.IsEncrypted || session.Options.UsesUnixSocket)))
            return false;
        server.CachePassword(user.Name);
        return true;
    }

    // What the client sent as its whole password, after it was told the key where it asked for it.
    private byte[] Reveal(byte[] password, byte[] nonce, byte keyRequest, bool inClear)
    {
        if (inClear)
            return password;
        if (password.Length == 1 && password[0] == keyRequest)
        {
            _sentKey = true;
            More(System.Text.Encoding.ASCII.GetBytes(PublicKeyPem));
            password = Receive();
        }

        return Decrypt(password, nonce);
    }

    private static byte[] Decrypt(byte[] encrypted, byte[] nonce)
    {
        try
        {
            var password = s_key.Value.Decrypt(encrypted, RSAEncryptionPadding.OaepSHA1);
            for (var i = 0; i < password.Length; i++)
                password[i] ^= nonce[i % nonce.Length];
            return password;
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private bool Refuse(HandshakeResponse41? response, string plugin, ErrPacket error)
    {
        if (response is not null)
            Log(response, plugin, error);
        Send(error.Write);
        return false;
    }

    private void Log(HandshakeResponse41 response, string plugin, ErrPacket? error) => server.Log(new FakeLogin(
        session.ConnectionId,
        response,
        wire.IsEncrypted,
        wire.ClientCertificate,
        plugin,
        _wasSwitched,
        _usedFullPassword,
        error)
    {
        SentKey = _sentKey,
        TlsVersion = wire.TlsVersion,
    });

    private void More(params byte[] data) => Send(writer =>
    {
        writer.WriteByte(LoginPackets.AuthMoreDataHeader);
        writer.Write(data);
    });

    private void Send(Action<ByteWriter> writePayload)
    {
        using var writer = new ByteWriter();
        var start = Packets.Begin(writer);
        writePayload(writer);
        _sequence = Packets.End(writer, start, _sequence);
        wire.Send(writer.WrittenSpan);
    }

    private byte[] Receive()
    {
        var payload = wire.ReadPacket(out var sequence);
        if (sequence != _sequence)
            server.Violation($"#{session.ConnectionId}: a login packet has the sequence number {sequence} instead of {_sequence}");
        _sequence = (byte)(sequence + 1);
        return payload;
    }
}
