using System.Net.Sockets;

namespace MuxProvider.Testing;

/// <summary>One connection of a <see cref="FaultProxy"/>: a thread for each way.</summary>
internal sealed class ProxyConnection
{
    private const int StackSize = 256 * 1024;

    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly string _host;
    private readonly int _port;
    private readonly int _id;
    private readonly Func<WireDirection, WireFault?> _faults;
    private readonly long[] _bytes = new long[2];
    private volatile bool _isCut;
    private int _pumps = 2;
    private int _serverSidePort;

    public ProxyConnection(Socket client, string host, int port, int id, Func<WireDirection, WireFault?> faults)
    {
        _client = client;
        _host = host;
        _port = port;
        _id = id;
        _faults = faults;
    }

    /// <summary>The port from which the server sees the connection come; 0 before.</summary>
    public int ServerSidePort => Volatile.Read(ref _serverSidePort);

    public long BytesOf(WireDirection direction) => Interlocked.Read(ref _bytes[(int)direction]);

    public void Start() => Thread(WireDirection.ToServer, () =>
    {
        try
        {
            _client.NoDelay = true;
            _server.NoDelay = true;
            _server.Connect(_host, _port);
            Volatile.Write(ref _serverSidePort, ((System.Net.IPEndPoint)_server.LocalEndPoint!).Port);
        }
        catch (SocketException)
        {
            Close();
            return;
        }

        Thread(WireDirection.ToClient, () => Pump(_server, _client, WireDirection.ToClient));
        Pump(_client, _server, WireDirection.ToServer);
    });

    /// <summary>Ends the connection to both sides.</summary>
    public void Cut(bool reset)
    {
        _isCut = true;
        foreach (var socket in (Socket[])[_client, _server])
        {
            Quietly(() =>
            {
                if (reset)
                {
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                }
                else
                {
                    // What was sent before arrives; the rest of what comes is read and forgotten, for an unread byte makes it a reset.
                    socket.Shutdown(SocketShutdown.Send);
                }
            });
        }
    }

    private void Pump(Socket from, Socket to, WireDirection direction)
    {
        var fault = _faults(direction);
        var end = new End(this, to);
        var buffer = new byte[16 * 1024];
        Quietly(() =>
        {
            while (from.Receive(buffer) is > 0 and var count)
            {
                Interlocked.Add(ref _bytes[(int)direction], count);
                if (_isCut)
                    continue;
                if (fault is null)
                    end.Send(buffer.AsSpan(0, count));
                else
                    fault.Pass(buffer.AsSpan(0, count), end);
            }
        });
        Quietly(() => to.Shutdown(SocketShutdown.Send));
        if (Interlocked.Decrement(ref _pumps) == 0)
            Close();
    }

    private void Close()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void Thread(WireDirection direction, Action run) =>
        new Thread(() => run(), StackSize) { IsBackground = true, Name = $"proxy #{_id}: {direction}" }.Start();

    private static void Quietly(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the sides has gone.
        }
    }

    private sealed class End(ProxyConnection connection, Socket socket) : WireEnd
    {
        public override void Send(ReadOnlySpan<byte> bytes)
        {
            if (!connection._isCut)
                socket.Send(bytes);
        }

        public override void Cut(bool reset) => connection.Cut(reset);
    }
}
