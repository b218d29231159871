namespace MuxProvider.Testing;

/// <summary>
/// Stands between a client and a server, real or fake, and does to their bytes what the test says. It works on threads of its own.
/// Any thread may use it.
/// </summary>
public sealed class FaultProxy : IDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly Func<int, WireDirection, WireFault?> _faults;
    private readonly Listener _listener;

    // Guards the connections.
    private readonly Lock _gate = new();
    private readonly List<ProxyConnection> _connections = [];
    private int _accepted;

    /// <summary>Starts it.</summary>
    /// <param name="host">The server's host.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="faults">What goes wrong on each way of each connection, counted from 1; null for nothing.</param>
    public FaultProxy(string host, int port, Func<int, WireDirection, WireFault?>? faults = null)
    {
        _host = host;
        _port = port;
        _faults = faults ?? ((_, _) => null);
        _listener = new Listener(usesUnixSocket: false, bufferSize: null, Accept);
    }

    /// <summary>Where it listens, on loopback.</summary>
    public int Port => _listener.Port;

    /// <summary>How many connections came.</summary>
    public int ConnectionsAccepted => Volatile.Read(ref _accepted);

    /// <summary>How many bytes came one way, of all connections.</summary>
    public long BytesOf(WireDirection direction)
    {
        lock (_gate)
            return _connections.Sum(connection => connection.BytesOf(direction));
    }

    /// <summary>Whether a connection that a server sees comes from here.</summary>
    /// <param name="port">The port from which it comes.</param>
    public bool Owns(int port)
    {
        lock (_gate)
            return _connections.Exists(connection => connection.ServerSidePort == port);
    }

    /// <summary>Ends all connections and takes no more; the port is kept.</summary>
    public void Shut()
    {
        _listener.Stop();
        CutAll(reset: true);
    }

    /// <summary>Takes connections again.</summary>
    public void Reopen() => _listener.Start();

    /// <summary>Ends all connections.</summary>
    /// <param name="reset">Whether with a reset instead of a plain end.</param>
    public void CutAll(bool reset = false)
    {
        ProxyConnection[] all;
        lock (_gate)
            all = [.. _connections];
        foreach (var connection in all)
            connection.Cut(reset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        CutAll(reset: true);
    }

    private void Accept(System.Net.Sockets.Socket client)
    {
        lock (_gate)
        {
            var id = ++_accepted;
            var connection = new ProxyConnection(client, _host, _port, id, direction => _faults(id, direction));
            _connections.Add(connection);
            connection.Start();
        }
    }
}
