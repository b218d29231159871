using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>A client on a blocking socket and the protocol floor alone, to try the fake server with.</summary>
internal sealed class RawClient : IDisposable
{
    public const CapabilityFlags Usual =
        CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.PluginAuth |
        CapabilityFlags.PluginAuthLengthEncodedData | CapabilityFlags.Transactions | CapabilityFlags.MultiResults |
        CapabilityFlags.MultiStatements | CapabilityFlags.DeprecateEof | CapabilityFlags.SessionTrack;

    private readonly Socket _socket;
    private Stream _stream;
    private byte _sequence;

    public RawClient(FakeServer server)
    {
        if (server.UnixSocketPath is not null)
        {
            _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _socket.Connect(new UnixDomainSocketEndPoint(server.UnixSocketPath));
        }
        else
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _socket.Connect(IPAddress.Loopback, server.Port);
        }

        // A fake that does not answer should fail its test, not hang it.
        _socket.ReceiveTimeout = 20_000;
        _socket.SendTimeout = 20_000;
        _stream = new NetworkStream(_socket, ownsSocket: true);
    }

    public CapabilityFlags Agreed { get; private set; }

    public Greeting? Greeting { get; private set; }

    public static RawClient Connect(FakeServer server, string? schema = null, CapabilityFlags capabilities = Usual, bool tls = false)
    {
        var client = new RawClient(server);
        var answer = client.Login("mux", "secret", schema, capabilities, tls ? server.Options.Certificates : null);
        Assert.That(answer, Is.Null, "the login was refused");
        return client;
    }

    /// <summary>Logs in by whatever way the server asks for.</summary>
    /// <returns>The error; null where all went well.</returns>
    public ErrPacket? Login(string user, string password, string? schema = null, CapabilityFlags capabilities = Usual, FakeCertificates? tls = null, bool showsCertificate = false)
    {
        var first = ReadPacket();
        if (first[0] == ErrPacket.Header)
            return ErrPacket.Read(first);
        Greeting = Greeting.Read(first);
        capabilities |= (schema is null ? CapabilityFlags.None : CapabilityFlags.ConnectWithDb) | (tls is null ? CapabilityFlags.None : CapabilityFlags.Ssl);
        Agreed = capabilities & Greeting.Capabilities;
        var plugin = Greeting.AuthenticationPlugin;
        var nonce = Greeting.Nonce;
        var response = new HandshakeResponse41(Agreed, 1 << 24, 45, user, Prove(plugin, password, nonce), schema, plugin, null);
        if (tls is not null)
        {
            WritePacket(response.WriteSslRequest);
            StartTls(tls, showsCertificate);
        }

        WritePacket(response.Write);
        while (true)
        {
            var payload = ReadPacket();
            switch (payload[0])
            {
                case OkPacket.Header:
                    return null;
                case ErrPacket.Header:
                    return ErrPacket.Read(payload);
                case AuthSwitchRequest.Header:
                    var request = AuthSwitchRequest.Read(payload);
                    plugin = request.AuthenticationPlugin;
                    nonce = request.Nonce;
                    var proof = Prove(plugin, password, nonce);
                    WritePacket(writer => writer.Write(proof));
                    break;
                case LoginPackets.AuthMoreDataHeader when payload[1] == LoginPackets.FastAuthSuccess:
                    break;
                case LoginPackets.AuthMoreDataHeader when payload[1] == LoginPackets.FullAuthRequired:
                    if (tls is not null || _socket.AddressFamily == AddressFamily.Unix)
                    {
                        WritePacket(writer => writer.Write(ClearPassword.Encode(password)));
                        break;
                    }

                    WritePacket(writer => writer.WriteByte(LoginPackets.RequestPublicKey));
                    var key = Encoding.ASCII.GetString(ReadPacket().AsSpan(1));
                    WritePacket(writer => writer.Write(CachingSha2Password.EncryptPassword(password, nonce, key)));
                    break;
                default:
                    throw new ProtocolException($"0x{payload[0]:X2} in a login");
            }
        }
    }

    /// <summary>Sends commands in one write.</summary>
    public void Send(Action<ByteWriter> write)
    {
        using var writer = new ByteWriter();
        write(writer);
        _stream.Write(writer.WrittenSpan);
    }

    public void SendQueries(params string[] texts) => Send(writer =>
    {
        foreach (var text in texts)
            Commands.WriteQuery(writer, text);
    });

    public RawReply Query(string text)
    {
        SendQueries(text);
        return ReadReply();
    }

    public RawReply Command(CommandCode code)
    {
        Send(writer => Commands.Write(writer, code));
        return ReadReply();
    }

    public RawReply ReadReply()
    {
        var framer = new ReplyFramer(Agreed);
        var packets = new List<(ReplyPacket, byte, byte[])>();
        while (!framer.IsComplete)
        {
            var payload = ReadPacket();
            packets.Add((framer.Take(payload), (byte)(_sequence - 1), payload));
        }

        return new RawReply(packets, framer.Evidence);
    }

    public byte[] ReadBytes(int count)
    {
        var bytes = new byte[count];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads to the end; a reset counts as the end.</summary>
    public byte[] ReadToEnd()
    {
        using var all = new MemoryStream();
        try
        {
            _stream.CopyTo(all);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // The end.
        }

        return all.ToArray();
    }

    /// <summary>Reads one payload, joined from its packets.</summary>
    public byte[] ReadPacket()
    {
        byte[] payload = [];
        while (true)
        {
            var header = ReadBytes(Packets.HeaderLength);
            _sequence = (byte)(Packets.Sequence(header) + 1);
            var length = Packets.PayloadLength(header);
            payload = [.. payload, .. ReadBytes(length)];
            if (length < Packets.MaxPayloadLength)
                return payload;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static byte[] Prove(string plugin, string password, byte[] nonce) => plugin switch
    {
        FakeServerOptions.NativePassword => NativePassword.Scramble(password, nonce),
        FakeServerOptions.CachingSha2Password => CachingSha2Password.Scramble(password, nonce),
        FakeServerOptions.ClearPassword => ClearPassword.Encode(password),
        _ => throw new ProtocolException(plugin),
    };

    private void WritePacket(Action<ByteWriter> writePayload) => Send(writer =>
    {
        var start = Packets.Begin(writer);
        writePayload(writer);
        _sequence = Packets.End(writer, start, _sequence);
    });

    private void StartTls(FakeCertificates certificates, bool showsCertificate)
    {
        var stream = new SslStream(_stream);
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = showsCertificate ? [certificates.Client] : null,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { certificates.Authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        _stream = stream;
    }
}
