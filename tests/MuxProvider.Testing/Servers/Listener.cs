using System.Net;
using System.Net.Sockets;

namespace MuxProvider.Testing;

/// <summary>
/// The place where a <see cref="FakeServer"/> listens, with one thread that accepts. Used by one thread at a time.
/// </summary>
internal sealed class Listener : IDisposable
{
    private readonly Action<Socket> _accepted;
    private readonly EndPoint _place;
    private readonly int? _bufferSize;
    private Socket _socket;
    private Thread? _thread;

    public Listener(bool usesUnixSocket, int? bufferSize, Action<Socket> accepted)
    {
        _accepted = accepted;
        _bufferSize = bufferSize;
        if (usesUnixSocket)
        {
            UnixSocketPath = Path.Combine(Path.GetTempPath(), $"mux-{Guid.NewGuid():N}.sock");
            _place = new UnixDomainSocketEndPoint(UnixSocketPath);
            _socket = Bind();
        }
        else
        {
            _place = new IPEndPoint(IPAddress.Loopback, 0);
            _socket = Bind();
            _place = _socket.LocalEndPoint!;
        }

        Start();
    }

    public string? UnixSocketPath { get; }

    public int Port => _place is IPEndPoint ip ? ip.Port : 0;

    /// <summary>Refuses connections, and keeps the port.</summary>
    public void Stop()
    {
        if (_thread is null)
            return;
        _socket.Dispose();
        _thread.Join();
        _thread = null;
        if (UnixSocketPath is not null)
            File.Delete(UnixSocketPath);
        else
            _socket = Bind();
    }

    /// <summary>Takes connections again.</summary>
    public void Start()
    {
        if (_thread is not null)
            return;
        if (UnixSocketPath is not null && !File.Exists(UnixSocketPath))
            _socket = Bind();
        var socket = _socket;
        socket.Listen(512);
        _thread = new Thread(() => Accept(socket), 256 * 1024) { IsBackground = true, Name = "fake server: accept" };
        _thread.Start();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread?.Join();
        _thread = null;
        if (UnixSocketPath is not null)
            File.Delete(UnixSocketPath);
    }

    private Socket Bind()
    {
        var socket = new Socket(_place.AddressFamily, SocketType.Stream, _place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        if (_place is IPEndPoint)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (_bufferSize is { } size)
        {
            // Accepted sockets inherit it, and the window is agreed before they are accepted.
            socket.ReceiveBufferSize = size;
            socket.SendBufferSize = size;
        }

        socket.Bind(_place);
        return socket;
    }

    private void Accept(Socket socket)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = socket.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (e is SocketException { SocketErrorCode: SocketError.ConnectionAborted or SocketError.ConnectionReset })
                    continue;
                return;
            }

            _accepted(client);
        }
    }
}
