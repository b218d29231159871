using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// The bytes of one connection of a <see cref="FakeServer"/>, with the faults that were asked for. One thread reads; any
/// thread may write.
/// </summary>
internal sealed class ServerWire(Socket socket, int connectionId, FakeServer server, Func<bool> isClosed) : IDisposable
{
    // Guards writing and _merged.
    private readonly Lock _writing = new();
    private readonly ByteWriter _merged = new();
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private int _mergedReplies;

    public bool IsEncrypted => _stream is SslStream;

    /// <summary>The version of TLS; none without TLS.</summary>
    public SslProtocols TlsVersion => (_stream as SslStream)?.SslProtocol ?? SslProtocols.None;

    /// <summary>The subject of the client's certificate; null for none.</summary>
    public string? ClientCertificate => (_stream as SslStream)?.RemoteCertificate?.Subject;

    /// <summary>Reads what has come, at least a byte.</summary>
    /// <returns>0 at the end.</returns>
    public int Read(Span<byte> buffer)
    {
        try
        {
            var count = _stream.Read(buffer);
            server.CountReceived(count);
            return count;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>Reads one packet and not a byte more.</summary>
    public byte[] ReadPacket(out byte sequence)
    {
        Span<byte> header = stackalloc byte[Packets.HeaderLength];
        ReadExactly(header);
        sequence = Packets.Sequence(header);
        var payload = new byte[Packets.PayloadLength(header)];
        ReadExactly(payload);
        return payload;
    }

    /// <summary>Sends bytes, as the server's faults let it.</summary>
    /// <exception cref="ConnectionEndedException">The connection is over, or was cut on purpose.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            while (true)
            {
                var count = server.Faults.Admit(connectionId, bytes.Length, out var happens, out var hold);
                Write(bytes[..count]);
                if (!happens)
                    return;
                bytes = bytes[count..];
                if (hold is null)
                {
                    server.CloseConnection(connectionId);
                    throw new ConnectionEndedException();
                }

                hold.Pass(isClosed);
                if (isClosed())
                    throw new ConnectionEndedException();
            }
        }
    }

    /// <summary>Sends the end of a reply, or keeps it until enough replies have gathered.</summary>
    public void SendReplyEnd(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (server.MergeReplies <= 1 && _mergedReplies == 0)
            {
                Send(bytes);
                return;
            }

            _merged.Write(bytes);
            if (++_mergedReplies >= server.MergeReplies)
                SendMerged();
        }
    }

    /// <summary>Sends the replies that were kept.</summary>
    public void SendMerged()
    {
        lock (_writing)
        {
            var bytes = _merged.WrittenSpan.ToArray();
            _merged.Clear();
            _mergedReplies = 0;
            if (bytes.Length > 0)
                Send(bytes);
        }
    }

    /// <summary>Goes on inside TLS.</summary>
    public void StartTls(FakeCertificates certificates, bool requiresClientCertificate)
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate is null ? !requiresClientCertificate : certificates.Trusts(new X509Certificate2(certificate)));
        try
        {
            tls.AuthenticateAsServer(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificates.Server,
                ClientCertificateRequired = true,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                EnabledSslProtocols = SslProtocols.None,
            });
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            throw new ConnectionEndedException();
        }

        _stream = tls;
    }

    /// <summary>Sends no more; what the client sends is still read.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }

        Dispose();
    }

    public void Dispose() => socket.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var step = server.SplitWrites > 0 ? server.SplitWrites : bytes.Length;
            while (!bytes.IsEmpty)
            {
                var piece = bytes[..Math.Min(step, bytes.Length)];

                // Counted first, so that whoever has read a byte finds it counted.
                server.CountSent(piece.Length);
                _stream.Write(piece);
                bytes = bytes[piece.Length..];
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            throw new ConnectionEndedException();
        }
    }

    private void ReadExactly(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Read(buffer);
            if (count == 0)
                throw new ConnectionEndedException();
            buffer = buffer[count..];
        }
    }
}
